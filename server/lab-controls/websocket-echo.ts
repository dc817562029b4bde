// An echo over the same WebSocket engine as the room's: for taking frames apart, and for public test suites.
import { sendProblem } from '../http/problems.ts';
import type { Lab } from '../lab.ts';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { Read, TransportHandler } from '../transports/transport.ts';
import { checkHandshake } from '../websocket-by-hand/handshake.ts';
import type { WebSocketConnection } from '../websocket-engines/engine.ts';
import { createEngine } from '../websocket-engines/index.ts';

export const LAB_ECHO_PATH = '/v1/lab/websocket-echo';
export const CONFORMANCE_ECHO_PATH = '/v1/websocket-echo';

/** Bytes of one message that is echoed, at the most. */
export const ECHO_BYTES = 16 * 1024 * 1024;
/** A test suite may send those 16 MiB in fragments of 64 bytes. */
const ECHO_FRAGMENTS = ECHO_BYTES / 64 + 1;
const CLOSE_TIMEOUT_MS = 2000;

export function createWebSocketEcho(lab: Lab): TransportHandler {
  const engine = createEngine(lab.config.websocketEngine, {
    maxMessageBytes: ECHO_BYTES,
    maxFragments: ECHO_FRAGMENTS,
    messageTimeoutMs: lab.config.messageTimeoutMs,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
  });
  const connections = new Set<WebSocketConnection>();

  const refuse = ({ request, response }: Read): void => {
    const handshake = checkHandshake(request);
    if (!handshake.ok) sendProblem(response, handshake.code, handshake.detail, { headers: handshake.headers });
  };

  return {
    get: refuse,
    upgrade: (read) => {
      const handshake = checkHandshake(read.request);
      if (!handshake.ok) return refuse(read);
      read.response.detachSocket(read.socket);
      read.trace?.webSocket(read.request, read.socket);
      engine.accept(read.request, read.socket, read.behind, handshake.subprotocol, (connection) => {
        connections.add(connection);
        return {
          text: (data) => connection.sendText(data),
          binary: (data) => connection.sendBinary(data),
          pong: () => undefined,
          closed: () => void connections.delete(connection),
        };
      });
    },
    drain: () => {
      for (const connection of connections) connection.close(CLOSE_CODES.goingAway, 'the server is shutting down');
    },
  };
}
