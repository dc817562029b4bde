// A client as people use it: a ChatSession, which reconnects by itself, with a ledger and a record of what it went
// through.
import { createChatSession } from '../../client/session/chat-session.ts';
import type { SessionState, SessionStatus } from '../../client/session/session-types.ts';
import type { Transport, TransportEnv } from '../../client/transports/transport.ts';
import { parseCursor } from '../../server/protocol/cursor.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { createLedger, type Ledger } from '../load/ledger.ts';

export interface SessionClientOptions {
  readonly transport: Transport;
  /** Its own; closed with the client. */
  readonly env: TransportEnv;
  readonly clientId: string;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  /** Of the jitter of its backoff. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** A state that was entered, and when on the bench's clock. */
export interface StateChange {
  readonly at: number;
  readonly state: SessionState;
}

/** A batch that came, and when on the bench's clock. */
export interface ReceivedBatch {
  readonly at: number;
  /** Of its last message. */
  readonly seq: number;
}

export interface SessionClient {
  readonly ledger: Ledger;
  readonly status: SessionStatus;
  /** Since it was connected for the first time, in order. */
  readonly changes: readonly StateChange[];
  readonly batches: readonly ReceivedBatch[];
  /** What may not happen in a good run: resets. */
  readonly failures: readonly string[];
  close(): void;
}

const CONNECT_TIMEOUT_MS = 15_000;

/** Resolves once it is connected for the first time; rejects, with nothing left open, where it is not, or the signal aborts. */
export async function openSessionClient(options: SessionClientOptions): Promise<SessionClient> {
  const { transport, env, clientId, signal } = options;
  signal.throwIfAborted();
  const changes: StateChange[] = [];
  const batches: ReceivedBatch[] = [];
  const failures: string[] = [];
  let ledger: Ledger | undefined;
  const session = createChatSession({
    env,
    transports: [transport],
    transport: transport.name,
    clientId,
    history: 0,
    pollIntervalMs: options.pollIntervalMs,
    waitSeconds: options.waitSeconds,
    random: options.random,
    listener: {
      status: ({ state }) => {
        if (ledger === undefined) {
          const position = session.cursor === null ? null : parseCursor(session.cursor);
          if (state !== 'connected' || position === null) return;
          ledger = createLedger(position.seq);
        }
        changes.push({ at: clock.now(), state });
      },
      messages: (messages) => {
        const at = clock.now();
        for (const { seq } of messages) ledger?.received(seq);
        batches.push({ at, seq: messages.at(-1)?.seq ?? 0 });
      },
      reset: ({ reason }) => void failures.push(`${clientId} was told to begin anew (${reason})`),
    },
  });
  const close = () => {
    session.close();
    env.close();
  };
  try {
    session.connect();
    await eventually(() => ledger !== undefined, CONNECT_TIMEOUT_MS, signal);
    if (ledger === undefined) throw new Error(`${clientId} was not connected in time`);
    return {
      ledger,
      get status() {
        return session.status;
      },
      changes,
      batches,
      failures,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
