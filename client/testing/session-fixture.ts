// A session over fake transports and a fake environment, with everything it tells written down.
import { createChatSession } from '../session/chat-session.ts';
import type { ChatSession, ChatSessionOptions, OutboxEntry, SessionStatus } from '../session/session-types.ts';
import { createFakeEnv, type FakeEnv } from './fake-env.ts';
import { createFakeTransport, type FakeTransport } from './fake-transport.ts';

export interface SessionFixture {
  readonly session: ChatSession;
  readonly env: FakeEnv;
  /** `stream` and `poll` by name: the session begins with `stream`. */
  readonly stream: FakeTransport;
  readonly poll: FakeTransport;
  /** One line per message, reset, presence and identity told: `message 3`, `reset trimmed`, `presence 2`, `joined Ada`. */
  readonly lines: readonly string[];
  readonly statuses: readonly SessionStatus[];
  readonly entries: readonly OutboxEntry[];
}

/** Jitter is none unless `random` says otherwise: retries come as early as they may. */
export function createSessionFixture(extra: Partial<ChatSessionOptions> = {}): SessionFixture {
  const env = createFakeEnv();
  const stream = createFakeTransport('stream');
  const poll = createFakeTransport('poll', 'clock');
  const lines: string[] = [];
  const statuses: SessionStatus[] = [];
  const entries: OutboxEntry[] = [];
  const session = createChatSession({
    env,
    transports: [stream, poll],
    transport: 'stream',
    clientId: 'c',
    random: () => 0,
    listener: {
      status: (status) => void statuses.push(status),
      messages: (messages) => void lines.push(...messages.map(({ seq }) => `message ${seq}`)),
      reset: ({ reason }) => void lines.push(`reset ${reason}`),
      presence: ({ total }) => void lines.push(`presence ${total}`),
      joined: ({ name }) => void lines.push(`joined ${name}`),
      outbox: (entry) => void entries.push(entry),
    },
    ...extra,
  });
  return { session, env, stream, poll, lines, statuses, entries };
}
