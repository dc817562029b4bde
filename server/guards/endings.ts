// Connections that were ended because they went beyond a limit: counted by the limit, and told in the log, not one by one.
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Stats } from '../protocol/messages.ts';

/** Milliseconds from one line in the log to the next, at the least. */
const LOG_INTERVAL_MS = 60_000;

export type Endings = Stats['connectionsEnded'];

export interface EndingsCounter {
  /** Since the server started. */
  readonly counts: Readonly<Endings>;
  /** Counts, and ends the connection at once. */
  end(socket: Socket, limit: keyof Endings): void;
  /** Only counts: the connection is ended in a way of its own. */
  count(limit: keyof Endings): void;
}

/** `now`: a monotonic clock in ms. */
export function createEndings(log: Pick<Logger, 'warn'>, now: () => number = () => performance.now()): EndingsCounter {
  const counts: Endings = { unanswered: 0, unread: 0, shed: 0 };
  let loggedAt = Number.NEGATIVE_INFINITY;

  const count = (limit: keyof Endings) => {
    counts[limit] += 1;
    if (now() - loggedAt < LOG_INTERVAL_MS) return;
    loggedAt = now();
    log.warn({ connectionsEnded: { ...counts } }, 'connections were ended that went beyond a limit');
  };

  return {
    counts,
    count,
    end: (socket, limit) => {
      if (socket.destroyed) return;
      count(limit);
      socket.destroy();
    },
  };
}
