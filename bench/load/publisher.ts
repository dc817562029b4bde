// The one way in which the bench publishes, whatever the transport under test: a POST to /v1/messages, as any backend
// would. Several connections, so that a slow answer never delays the schedule.
import { errorText } from '../../server/protocol/error-text.ts';
import { joinedSchema, type Message, receiptSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { createHttpCaller } from './http-caller.ts';
import { type Mark, markedText } from './marks.ts';

export interface Publisher {
  /** Sends one message; the answer is counted when it comes. Its text says where it belongs in the schedule. */
  publish(mark: Mark): void;
  /** Resolves when every message sent has been answered, or has failed. */
  settled(): Promise<void>;
  /** What the server said it has stored, by place in the schedule. */
  readonly stored: ReadonlyMap<number, Message>;
  /** The highest seq of a stored message; 0 where there is none. */
  readonly lastSeq: number;
  /** What went wrong, one line per message that was not stored. */
  readonly failures: readonly string[];
  close(): void;
}

export interface PublisherOptions {
  readonly textBytes: number;
  /** Of this round; message ids are unique in a room for longer than a round lasts. */
  readonly tag: string;
}

const CONNECTIONS = 16;

/** Resolves once the server has given an identity; rejects where it refuses. */
export async function createPublisher(origin: string, { textBytes, tag }: PublisherOptions): Promise<Publisher> {
  const http = createHttpCaller(origin, CONNECTIONS);
  const joined = await http.call('POST', ROUTES.join, { body: JSON.stringify({ name: 'Bench' }) });
  if (joined.status !== 201) throw new Error(`joining was refused with ${joined.status}: ${joined.body}`);
  const { token, uid, name } = joinedSchema.parse(JSON.parse(joined.body));
  const headers = { authorization: `Bearer ${token}` };
  const underWay = new Set<Promise<void>>();
  const failures: string[] = [];
  const stored = new Map<number, Message>();
  let lastSeq = 0;

  async function send(mark: Mark): Promise<void> {
    const id = `${tag}-${mark.index}`;
    const text = markedText(tag, mark, textBytes);
    try {
      const answer = await http.call('POST', ROUTES.messages, { body: JSON.stringify({ id, text }), headers });
      if (answer.status !== 201) throw new Error(`refused with ${answer.status}: ${answer.body}`);
      const { seq, at } = receiptSchema.parse(JSON.parse(answer.body));
      stored.set(mark.index, { seq, id, from: uid, name, text, at, via: 'http' });
      lastSeq = Math.max(lastSeq, seq);
    } catch (error) {
      failures.push(`message ${mark.index} was not stored: ${errorText(error)}`);
    }
  }

  return {
    publish: (mark) => {
      const sending = send(mark).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stored,
    get lastSeq() {
      return lastSeq;
    },
    failures,
    close: http.close,
  };
}

/** @returns a tag that no other round has, also where the room is somebody else's. */
export function freshTag(): string {
  return `b${Math.random().toString(36).slice(2, 8).padEnd(6, '0')}`;
}
