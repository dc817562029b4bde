// For tests only: a server that hands every upgrade to an engine, and a peer that speaks raw bytes to it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type ClientFrame, clientFrame } from '../client-frames.ts';
import type { WebSocketConnection, WebSocketEngine, WebSocketHandlers } from '../engine.ts';
import { createFrameSplitter } from '../frame-splitter.ts';
import { checkHandshake } from '../handshake.ts';

export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Refuses what `checkHandshake` refuses by ending the connection. */
export async function serve(
  engine: WebSocketEngine,
  onConnection: (connection: WebSocketConnection) => WebSocketHandlers,
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    const handshake = checkHandshake(request);
    if (handshake.ok) engine.accept(request, socket, head, handshake.subprotocol, onConnection);
    else socket.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads what the server sends as it comes, and tells of nothing but what it was asked for. */
export class RawPeer {
  readonly socket: Socket;
  private readonly chunks: Buffer[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => void this.chunks.push(bytes));
    socket.on('error', () => undefined); // a reset is seen as 'close'
  }

  /** @param behind bytes to send in the same write as the handshake */
  static async open(port: number, headers = '', behind: Uint8Array = Buffer.alloc(0)): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const lines = ['GET / HTTP/1.1', 'Host: lab', 'Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    const head = [...lines, 'Sec-WebSocket-Version: 13', headers || 'Upgrade: websocket', '', ''].join('\r\n');
    socket.write(Buffer.concat([Buffer.from(head), behind]));
    const peer = new RawPeer(socket);
    await eventually(() => peer.received.includes('\r\n\r\n'));
    return peer;
  }

  send(frame: ClientFrame): void {
    this.socket.write(clientFrame(frame));
  }

  /** The response's head. */
  get head(): string {
    return this.received.toString('latin1', 0, this.received.indexOf('\r\n\r\n'));
  }

  /** All whole frames so far, as hex of the first byte and the payload: `81 Hello`. */
  get frames(): string[] {
    const frames: string[] = [];
    const split = createFrameSplitter(Number.POSITIVE_INFINITY, ({ header, payload }) => {
      frames.push(`${header.toString('hex', 0, 1)} ${payload.toString('latin1')}`);
    });
    split(this.received.subarray(this.received.indexOf('\r\n\r\n') + 4));
    return frames;
  }

  get receivedBytes(): number {
    return this.chunks.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** Resolves with the frames when there are so many. */
  async frameCount(count: number): Promise<string[]> {
    await eventually(() => this.frames.length >= count);
    return this.frames;
  }

  /** Resolves when the server has ended its side, or reset the connection. */
  async ended(): Promise<void> {
    await eventually(() => this.socket.readableEnded || this.socket.destroyed);
  }

  private get received(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** Resolves when the condition holds; rejects when it does not within five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('It did not happen within five seconds.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
