// The one way in which the bench publishes, whatever the transport under test: a POST to /v1/messages, as any backend
// would. Several connections, so that a slow answer never delays the schedule.
import { joinedSchema, receiptSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { createHttpCaller } from './http-caller.ts';

export interface Publisher {
  /** Sends one message; the answer is counted when it comes. `index` stands at the beginning of its text. */
  publish(index: number): void;
  /** Resolves when every message sent has been answered, or has failed. */
  settled(): Promise<void>;
  /** Messages that the server said it has stored. */
  readonly stored: number;
  /** The highest seq of a stored message; 0 where there is none. */
  readonly lastSeq: number;
  /** What went wrong, one line per message that was not stored. */
  readonly failures: readonly string[];
  close(): void;
}

const CONNECTIONS = 16;

/** @returns the text of a message, padded to that many bytes where it is shorter. */
export function messageText(index: number, textBytes: number): string {
  return `${index} `.padEnd(textBytes, '.');
}

/** @returns the index that a message's text begins with, or NaN. */
export function messageIndex(text: string): number {
  return Number.parseInt(text, 10);
}

export async function createPublisher(origin: string, textBytes: number): Promise<Publisher> {
  const http = createHttpCaller(origin, CONNECTIONS);
  const joined = await http.call('POST', ROUTES.join, { body: JSON.stringify({ name: 'Bench' }) });
  if (joined.status !== 201) throw new Error(`joining was refused with ${joined.status}: ${joined.body}`);
  const { token } = joinedSchema.parse(JSON.parse(joined.body));
  const headers = { authorization: `Bearer ${token}` };
  const underWay = new Set<Promise<void>>();
  const failures: string[] = [];
  let stored = 0;
  let lastSeq = 0;

  async function send(index: number): Promise<void> {
    const body = JSON.stringify({ id: `bench-${index}`, text: messageText(index, textBytes) });
    try {
      const answer = await http.call('POST', ROUTES.messages, { body, headers });
      if (answer.status !== 201) throw new Error(`refused with ${answer.status}: ${answer.body}`);
      const receipt = receiptSchema.parse(JSON.parse(answer.body));
      stored += 1;
      lastSeq = Math.max(lastSeq, receipt.seq);
    } catch (error) {
      failures.push(`message ${index} was not stored: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return {
    publish: (index) => {
      const sending = send(index).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    get stored() {
      return stored;
    },
    get lastSeq() {
      return lastSeq;
    },
    failures,
    close: http.close,
  };
}
