// A WebSocket whose TCP socket is at hand, to count its bytes or to stop reading from it.
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { LabServer } from '../lab-server.ts';
import type { ServerFrame } from '../protocol/messages.ts';
import { parsed } from './lab.ts';

export interface BareWebSocket {
  readonly webSocket: WebSocket;
  readonly tcp: Socket;
  /** Frames received so far. */
  readonly frames: readonly ServerFrame[];
}

/** Resolves when the handshake is done. */
export function openBareWebSocket(lab: LabServer, query = ''): Promise<BareWebSocket> {
  const { hostname, port } = new URL(lab.url);
  const tcp = connect({ host: hostname, port: Number(port) });
  onTestFinished(() => void tcp.destroy());
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(`${lab.url.replace('http', 'ws')}/v1/websocket${query}`, {
      perMessageDeflate: false,
      createConnection: () => tcp,
    });
    const frames: ServerFrame[] = [];
    webSocket.on('message', (data) => frames.push(parsed(String(data))));
    webSocket.on('error', reject);
    webSocket.on('open', () => resolve({ webSocket, tcp, frames }));
  });
}
