// A client's platform whose reading can be stopped for a while: what the server sends stays in the pipes, as with a
// tab that is frozen or a machine that is too busy. Underneath is the environment that all Node clients use.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { createNodeEnv } from '../../client/transports/env-node.ts';
import type { SocketHandle, SocketHandlers, TransportEnv } from '../../client/transports/transport.ts';

export interface StallableEnv extends TransportEnv {
  /** Reads nothing more until `resume`. */
  stall(): void;
  resume(): void;
}

/** Where Node tells of each client socket that it makes. */
const CLIENT_SOCKETS = 'net.client.socket';

/** @returns the sockets that are made while `make` runs: a WebSocket’s environment does not show its own. */
function socketsMadeBy<T>(make: () => T): { readonly made: T; readonly sockets: readonly Socket[] } {
  const sockets: Socket[] = [];
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: unknown };
    if (socket instanceof Socket) sockets.push(socket);
  };
  subscribe(CLIENT_SOCKETS, onSocket);
  try {
    return { made: make(), sockets };
  } finally {
    unsubscribe(CLIENT_SOCKETS, onSocket);
  }
}

export function createStallableEnv(baseUrl: string): StallableEnv {
  const env = createNodeEnv({ baseUrl });
  const webSockets = new Set<Socket>();
  let released: Promise<void> | null = null;
  let release: () => void = () => undefined;

  async function* gated(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of body) {
      // What is not asked for waits in the socket, and then in the kernel.
      if (released !== null) await released;
      yield chunk;
    }
  }

  return {
    async request(wanted) {
      const response = await env.request(wanted);
      return { status: response.status, header: (name) => response.header(name), body: gated(response.body) };
    },
    openSocket(path: string, handlers: SocketHandlers): SocketHandle {
      const { made, sockets } = socketsMadeBy(() => env.openSocket(path, handlers));
      for (const socket of sockets) {
        webSockets.add(socket);
        socket.once('close', () => webSockets.delete(socket));
        if (released !== null) socket.pause();
      }
      return made;
    },
    now: () => env.now(),
    close() {
      this.resume();
      env.close();
    },
    stall() {
      if (released !== null) return;
      released = new Promise((resolve) => {
        release = resolve;
      });
      for (const socket of webSockets) socket.pause();
    },
    resume() {
      released = null;
      release();
      for (const socket of webSockets) socket.resume();
    },
  };
}
