// The server's own ends of connections, which a test in the same process can look at: what is unwritten there is memory.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const CHANNEL = 'net.server.socket';

export interface ServerSockets {
  /** @returns the server's end of the connection that has this local port at the client. */
  of(clientPort: number | undefined): Socket;
}

/** @returns how many writes a socket has not finished, the one under way included. */
export function unfinishedWrites(socket: Socket): number {
  const state: { readonly pendingcb: number } = Reflect.get(socket, '_writableState');
  return state.pendingcb;
}

/** To be called before the connections are made. */
export function watchServerSockets(): ServerSockets {
  const sockets = new Map<number, Socket>();
  const note = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    if (socket.remotePort !== undefined) sockets.set(socket.remotePort, socket);
  };
  subscribe(CHANNEL, note);
  onTestFinished(() => void unsubscribe(CHANNEL, note));
  return {
    of: (clientPort) => {
      const socket = sockets.get(clientPort ?? 0);
      if (socket === undefined) throw new Error(`no connection comes from port ${clientPort}`);
      return socket;
    },
  };
}
