// Both streams under one interface, for tests that hold for each in the same way.
import type { Socket } from 'node:net';
import type { LabServer } from '../lab-server.ts';
import type { Message, Presence } from '../protocol/messages.ts';
import { parsed } from './lab.ts';
import { messageOf, openSse } from './streams.ts';
import { openBareWebSocket } from './web-socket-bytes.ts';

export interface AnyStream {
  readonly tcp: Socket;
  /** Everything received so far. */
  readonly messages: readonly Message[];
  readonly presences: readonly Presence[];
  /** Resolves at the end with the close code; an event stream has none. */
  readonly closed: Promise<number | null>;
  /** Stops reading from the connection. */
  pause(): void;
  resume(): void;
}

export async function openAnyStream(lab: LabServer, transport: 'sse' | 'websocket', query = ''): Promise<AnyStream> {
  return transport === 'sse' ? openSseStream(lab, query) : openWebSocketStream(lab, query);
}

async function openSseStream(lab: LabServer, query: string): Promise<AnyStream> {
  const { response, events, closed } = await openSse(lab, query);
  return {
    tcp: response.socket,
    get messages() {
      return events.all.filter(({ event }) => event === 'message').map(messageOf);
    },
    get presences() {
      return events.all.filter(({ event }) => event === 'presence').map(({ data }) => parsed<Presence>(data));
    },
    closed: closed.then(() => null),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
  };
}

async function openWebSocketStream(lab: LabServer, query: string): Promise<AnyStream> {
  const { webSocket, tcp, frames } = await openBareWebSocket(lab, query);
  return {
    tcp,
    get messages() {
      return frames.flatMap((frame) => (frame.type === 'message' ? [frame.message] : []));
    },
    get presences() {
      return frames.flatMap((frame) => (frame.type === 'presence' ? [frame] : []));
    },
    closed: new Promise((resolve) => webSocket.on('close', resolve)),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
}
