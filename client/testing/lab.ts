// What tests need of a running lab, and those who meet in it. The server itself is started by the test file: only tests
// may import it.
import { expect, onTestFinished } from 'vitest';
import type { Receipt, Stats } from '../../server/protocol/messages.ts';
import { createChatSession } from '../session/chat-session.ts';
import { requestJoin } from '../session/joining.ts';
import type { ChatSession, ChatSessionOptions, OutboxEntry, SessionStatus } from '../session/session-types.ts';
import { createNodeEnv } from '../transports/env-node.ts';
import { createPoster } from '../transports/http/poster.ts';
import { readText } from '../transports/http/read-body.ts';
import type { Transport, TransportEnv } from '../transports/transport.ts';

export interface TestLab {
  readonly url: string;
  /** TCP connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface LabLimits {
  readonly port?: number;
  readonly retain?: number;
  readonly heartbeatMs?: number;
}

/** Starts a lab without rate limits, on a free port unless one is given; it ends with the test. */
export type StartLab = (limits?: LabLimits) => Promise<TestLab>;

/** `expect.poll` with time enough for a busy machine: await what is expected of it. */
export function eventually<T>(read: () => T, message?: string): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 15_000, interval: 10, ...(message === undefined ? {} : { message }) });
}

/** An environment that ends with the test. */
export function testEnv(url: string): TransportEnv {
  const env = createNodeEnv({ baseUrl: url });
  onTestFinished(() => env.close());
  return env;
}

export interface Publisher {
  /** Publishes by POST, in the order of the calls where not too many are under way. */
  publish(text: string): Promise<Receipt>;
  /** One after the other: `text 1` to `text <count>`, by default. */
  publishMany(count: number, textOf?: (index: number) => string): Promise<readonly string[]>;
}

/** Somebody else in the room, who leaves nothing open behind. */
export async function createPublisher(url: string): Promise<Publisher> {
  const env = testEnv(url);
  const { token } = await requestJoin(env, 'publisher', 'Publisher', new AbortController().signal);
  const poster = createPoster(env, 'short-polling', 'publisher');
  let ids = 0;
  function publish(text: string): Promise<Receipt> {
    ids += 1;
    return poster.publish({ id: `published-${ids}`, text }, token);
  }
  return {
    publish,
    async publishMany(count, textOf = (index) => `text ${index}`) {
      const texts = Array.from({ length: count }, (_, index) => textOf(index + 1));
      for (const text of texts) await publish(text);
      return texts;
    },
  };
}

export interface Visitor {
  readonly session: ChatSession;
  /** What was told since the last reset. */
  readonly texts: readonly string[];
  readonly seqs: readonly number[];
  /** The reasons of the resets told. */
  readonly resets: readonly string[];
  readonly statuses: readonly SessionStatus[];
  readonly entries: readonly OutboxEntry[];
  /** Ends the session and frees its connections. */
  leave(): void;
}

/** A connected session over one transport, that leaves with the test. It polls every 20 ms, and retries without jitter. */
export function visit(
  url: string,
  transport: Transport,
  options: Partial<ChatSessionOptions> & { readonly onMessages?: (texts: readonly string[]) => void } = {},
): Visitor {
  const env = createNodeEnv({ baseUrl: url });
  let texts: string[] = [];
  let seqs: number[] = [];
  const resets: string[] = [];
  const statuses: SessionStatus[] = [];
  const entries: OutboxEntry[] = [];
  const session = createChatSession({
    env,
    transports: [transport],
    transport: transport.name,
    clientId: 'visitor',
    pollIntervalMs: 20,
    random: () => 0,
    listener: {
      messages(messages) {
        const fresh = messages.map(({ text }) => text);
        texts.push(...fresh);
        seqs.push(...messages.map(({ seq }) => seq));
        options.onMessages?.(fresh);
      },
      reset({ reason }) {
        texts = [];
        seqs = [];
        resets.push(reason);
      },
      status: (status) => void statuses.push(status),
      outbox: (entry) => void entries.push(entry),
    },
    ...options,
  });
  function leave(): void {
    session.close();
    env.close();
  }
  onTestFinished(leave);
  session.connect();
  return {
    session,
    get texts() {
      return texts;
    },
    get seqs() {
      return seqs;
    },
    resets,
    statuses,
    entries,
    leave,
  };
}

/** Reads /v1/stats over a connection of its own, which is gone afterwards. */
export async function readStats(url: string): Promise<Stats> {
  const env = createNodeEnv({ baseUrl: url });
  try {
    const { body } = await env.request({ method: 'GET', path: '/v1/stats' });
    // The server's own tests hold the answer against its schema.
    const stats: Stats = JSON.parse(await readText(body));
    return stats;
  } finally {
    env.close();
  }
}

/** The epoch of the room's log, of which tests make cursors. */
export async function readEpoch(url: string): Promise<string> {
  return (await readStats(url)).room.epoch;
}

export function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
