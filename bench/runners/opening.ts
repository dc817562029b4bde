// One opening of a transport by a client that has no connection yet: how long until the first message is there?
import { createNodeEnv } from '../../client/transports/env-node.ts';
import type { Transport } from '../../client/transports/transport.ts';
import { monotonicClock as clock } from '../load/clock.ts';

export interface OpeningOptions {
  readonly transport: Transport;
  /** Where the client reaches the lab, `http://HOST:PORT`. */
  readonly origin: string;
  readonly clientId: string;
  /** Before a message that is stored already. */
  readonly cursor: string;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;

/**
 * Resolves with the time in ms from nothing to the first message. Rejects where none comes, or the signal aborts. The
 * client is closed in any case.
 */
export async function openOnce(options: OpeningOptions): Promise<number> {
  const { transport, origin, clientId, cursor, pollIntervalMs, waitSeconds, signal } = options;
  signal.throwIfAborted();
  const env = createNodeEnv({ baseUrl: origin });
  let stop: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const startAt = clock.now();
      const connection = transport.open(
        { env, clientId, cursor, history: 0, pollIntervalMs, waitSeconds, presence: false },
        {
          received: () => {
            resolve(clock.now() - startAt);
            // At once, before a poll is followed by another.
            connection.close();
          },
          reset: ({ reason }) => {
            reject(new Error(`was told to begin anew (${reason})`));
            connection.close();
          },
          ended: ({ reason, detail }) => reject(new Error(`${reason}: ${detail}`)),
          opened: () => undefined,
          presence: () => undefined,
          alive: () => undefined,
        },
      );
      stop = () => connection.close();
      signal.addEventListener('abort', stop, { once: true });
      timer = setTimeout(stop, TIMEOUT_MS);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    env.close();
  }
}
