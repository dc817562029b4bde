// Publishes many messages fast, over one WebSocket.
import type { LabServer } from '../lab-server.ts';
import { join } from './lab.ts';
import { openSocket } from './streams.ts';

export interface Publisher {
  /** Resolves when so many messages more are stored. */
  publish(count: number): Promise<void>;
  /** Messages stored so far. */
  readonly stored: number;
}

export async function createPublisher(lab: LabServer, text: string): Promise<Publisher> {
  const { token } = await join(lab);
  const { frames, send } = await openSocket(lab, '?history=0');
  send({ type: 'authenticate', token });
  await frames.until(({ type }) => type === 'authenticated');
  let stored = 0;
  return {
    publish: async (count) => {
      for (let i = 0; i < count; i += 1) send({ type: 'publish', id: `fast-${stored + i}`, text });
      for (let i = 0; i < count; i += 1) {
        const { type } = await frames.until((frame) => frame.type === 'receipt' || frame.type === 'error');
        if (type === 'error') throw new Error('a message was refused');
      }
      stored += count;
    },
    get stored() {
      return stored;
    },
  };
}
