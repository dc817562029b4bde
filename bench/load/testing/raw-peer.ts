// What the tests of the raw environment share: a server by hand, which answers with any bytes.
import type { Server } from 'node:http';
import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { NodeEnvOptions } from '../../../client/transports/env-node.ts';
import { readText } from '../../../client/transports/http/read-body.ts';
import type { TransportEnv } from '../../../client/transports/transport.ts';
import { createRawEnv } from '../raw-env.ts';

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
export const GET = { method: 'GET', path: '/' } as const;

/** Lets a server listen until the test ends. */
export async function portOf(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** An environment for a server on this machine; it ends with the test. */
export function envFor(port: number, options: Partial<NodeEnvOptions> = {}): TransportEnv {
  const env = createRawEnv({ baseUrl: `http://127.0.0.1:${port}`, ...options });
  onTestFinished(() => env.close());
  return env;
}

export interface Peer {
  readonly env: TransportEnv;
  readonly sockets: readonly Socket[];
  /** Of all connections, as one text. */
  readonly received: string;
  /** Connections that were closed. */
  readonly closed: number;
}

/** A server by hand: `answer` is called with all that comes, and knows how many requests its connection has had. */
export async function peer(answer: (socket: Socket, requests: number, connection: number) => void): Promise<Peer> {
  const sockets: Socket[] = [];
  let received = '';
  let closed = 0;
  const server = createServer((socket) => {
    const connection = sockets.push(socket);
    let requests = 0;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      closed += 1;
    });
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      requests += 1;
      answer(socket, requests, connection);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  const env = envFor(await portOf(server));
  return {
    env,
    sockets,
    get received() {
      return received;
    },
    get closed() {
      return closed;
    },
  };
}

/** @returns the body of the answer to {@link GET}. */
export async function get(env: TransportEnv): Promise<string> {
  return readText((await env.request(GET)).body);
}
