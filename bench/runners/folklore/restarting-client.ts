// A client that comes back after each end of its connection: from its cursor, or, as one without resuming, anew.
import { createNodeEnv } from '../../../client/transports/env-node.ts';
import type { Transport, TransportConnection } from '../../../client/transports/transport.ts';
import { formatCursor, parseCursor } from '../../../server/protocol/cursor.ts';

export interface RestartingClientOptions {
  readonly transport: Transport;
  readonly origin: string;
  readonly clientId: string;
  /** Whether it reads on from its cursor; else it begins with what is said from then on. */
  readonly resumes: boolean;
  readonly retryMs: number;
  readonly pollIntervalMs: number;
  /** From its first contact to its next poll. */
  readonly pollPhaseMs: number;
  readonly waitSeconds: number;
}

export interface RestartingClient {
  /** The seqs of all messages that it has had. */
  readonly received: ReadonlySet<number>;
  readonly connected: boolean;
  close(): void;
}

/** Opens at once; whether it is connected, the client says. */
export function openRestartingClient(options: RestartingClientOptions): RestartingClient {
  const { transport, clientId, resumes, pollIntervalMs, pollPhaseMs, waitSeconds } = options;
  const env = createNodeEnv({ baseUrl: options.origin });
  const received = new Set<number>();
  let cursor: string | null = null;
  let connected = false;
  let isClosed = false;
  let connection: TransportConnection | undefined;
  let timer: NodeJS.Timeout | undefined;

  function open(): void {
    connection = transport.open(
      {
        ...{ env, clientId, history: 0, pollIntervalMs, pollPhaseMs, waitSeconds, presence: false },
        cursor: resumes ? cursor : null,
      },
      {
        opened: (position) => {
          connected = true;
          cursor = position;
        },
        received: (messages) => {
          for (const { seq } of messages) received.add(seq);
          const epoch = cursor === null ? undefined : parseCursor(cursor)?.epoch;
          const last = messages.at(-1);
          if (epoch !== undefined && last !== undefined) cursor = formatCursor(epoch, last.seq);
        },
        reset: (reset) => {
          cursor = reset.cursor;
        },
        presence: () => undefined,
        alive: () => undefined,
        ended: () => {
          connected = false;
          if (!isClosed) timer = setTimeout(open, options.retryMs);
        },
      },
    );
  }

  open();
  return {
    received,
    get connected() {
      return connected;
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      connection?.close();
      env.close();
    },
  };
}
