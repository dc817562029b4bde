// How many TCP connections there may be, in all and from one address. One too many is answered, and then ended: a
// client that is told 503 or 1013 backs off, where one whose connection is cut would be back at once.
import type { Socket } from 'node:net';
import { networkOf } from '../http/address.ts';

export interface ConnectionLimit {
  /** Counts a connection until it closes. `refused`: it is one too many in any case. */
  add(socket: Socket, refused?: boolean): void;
  /** Whether the connection was one too many. */
  isOver(socket: Socket): boolean;
}

/** Limits of 0 are none. */
export function createConnectionLimit(most: number, mostPerAddress: number): ConnectionLimit {
  const perNetwork = new Map<string, number>();
  const counted = new WeakSet<Socket>();
  const over = new WeakSet<Socket>();
  let all = 0;

  return {
    add: (socket, refused = false) => {
      if (counted.has(socket)) return;
      counted.add(socket);
      const network = networkOf(socket.remoteAddress ?? '');
      const fromNetwork = (perNetwork.get(network) ?? 0) + 1;
      all += 1;
      perNetwork.set(network, fromNetwork);
      if (refused || (most > 0 && all > most) || (mostPerAddress > 0 && fromNetwork > mostPerAddress)) over.add(socket);
      socket.on('close', () => {
        all -= 1;
        const left = (perNetwork.get(network) ?? 1) - 1;
        if (left === 0) perNetwork.delete(network);
        else perNetwork.set(network, left);
      });
    },
    isOver: (socket) => over.has(socket),
  };
}
