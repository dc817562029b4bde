// How many TCP connections there may be, in all and from one address. One too many is answered, and then ended: a
// client that is told 503 or 1013 backs off, where one whose connection is cut would be back at once.
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { networkOf } from '../http/address.ts';

export interface ConnectionLimit {
  /** Counts a connection until it closes. `refused`: it is one too many in any case. */
  add(socket: Socket, refused?: boolean): void;
  /** Tells of a connection that was dropped at once. */
  dropped(): void;
  /** Whether the connection was one too many. */
  isOver(socket: Socket): boolean;
}

/** Limits of 0 are none. `refused`: told of each connection that is one too many. */
export function createConnectionLimit(
  most: number,
  mostPerAddress: number,
  refused: () => void = () => undefined,
): ConnectionLimit {
  const perNetwork = new Map<string, number>();
  const counted = new WeakSet<Socket>();
  const over = new WeakSet<Socket>();
  let all = 0;

  return {
    add: (socket, isRefused = false) => {
      if (counted.has(socket)) return;
      counted.add(socket);
      const network = networkOf(socket.remoteAddress ?? '');
      const fromNetwork = (perNetwork.get(network) ?? 0) + 1;
      all += 1;
      perNetwork.set(network, fromNetwork);
      if (isRefused || (most > 0 && all > most) || (mostPerAddress > 0 && fromNetwork > mostPerAddress)) {
        over.add(socket);
        refused();
      }
      socket.on('close', () => {
        all -= 1;
        const left = (perNetwork.get(network) ?? 1) - 1;
        if (left === 0) perNetwork.delete(network);
        else perNetwork.set(network, left);
      });
    },
    dropped: refused,
    isOver: (socket) => over.has(socket),
  };
}

/** Milliseconds from one line in the log to the next, at the least. */
const LOG_INTERVAL_MS = 60_000;

/** @returns what is to be told of each connection that is one too many: the log says how many they are, now and then. */
export function createRefusals(log: Pick<Logger, 'warn'>, most: number): () => void {
  let refused = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return () => {
    refused += 1;
    if (performance.now() - loggedAt < LOG_INTERVAL_MS) return;
    loggedAt = performance.now();
    log.warn({ refused, most }, 'connections were refused: there were too many');
  };
}
