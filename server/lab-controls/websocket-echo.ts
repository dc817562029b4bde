// An echo over the same WebSocket engine as the room's: for taking frames apart, and for public test suites.
import type { LabConfig } from '../config.ts';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { createPlaces } from '../tracing/places.ts';
import type { TransportHandler } from '../transports/transport.ts';
import { webSocketRoute } from '../transports/web-socket-route.ts';
import type { WebSocketConnection } from '../websocket/engine.ts';
import { createEngine } from '../websocket/engines.ts';

export const LAB_ECHO_PATH = '/v1/lab/websocket-echo';
export const CONFORMANCE_ECHO_PATH = '/v1/websocket-echo';

/** Bytes of one message that is echoed, at the most. */
export const ECHO_BYTES = 16 * 1024 * 1024;
/** A test suite may send those 16 MiB in fragments of 64 bytes. */
const ECHO_FRAGMENTS = ECHO_BYTES / 64 + 1;
const CLOSE_TIMEOUT_MS = 2000;

interface Echo {
  readonly connection: WebSocketConnection;
  /** The socket's bytes up to the last message that was answered. */
  answeredTo: number;
  /** Bytes of an unfinished message, and of answers that are unread. */
  held: number;
}

export function createWebSocketEcho(config: LabConfig): TransportHandler {
  const { websocketEngine, messageTimeoutMs, maxEchoes, echoBytes } = config;
  const engine = createEngine(websocketEngine, {
    maxMessageBytes: ECHO_BYTES,
    maxFragments: ECHO_FRAGMENTS,
    messageTimeoutMs,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
  });
  const end = ({ connection }: Echo) => connection.close(CLOSE_CODES.tryAgainLater, 'too many echoes');
  const places = createPlaces<Echo>(maxEchoes, end);
  let held = 0;

  /** What all of them hold is looked at whenever one gets or writes something. */
  const weigh = (echo: Echo) => {
    const { bytesRead, writableLength } = echo.connection.socket;
    const now = bytesRead - echo.answeredTo + writableLength;
    held += now - echo.held;
    echo.held = now;
    if (held <= echoBytes) return;
    // At once: a close frame would wait behind what is unread, and what is held with it.
    const most = [...places.taken].reduce((one, other) => (other.held > one.held ? other : one), echo);
    held -= most.held;
    most.held = 0;
    most.connection.terminate();
  };
  const answered = (echo: Echo) => {
    echo.answeredTo = echo.connection.socket.bytesRead;
    places.use(echo);
    weigh(echo);
  };

  return {
    ...webSocketRoute(engine, ({ socket }, accept) => {
      accept((connection) => {
        const echo: Echo = { connection, answeredTo: socket.bytesRead, held: 0 };
        places.take(echo);
        for (const event of ['data', 'drain']) socket.on(event, () => weigh(echo));
        return {
          text: (data) => {
            connection.sendText(data);
            answered(echo);
          },
          binary: (data) => {
            connection.sendBinary(data);
            answered(echo);
          },
          pong: () => undefined,
          closed: () => {
            held -= echo.held;
            echo.held = 0;
            places.leave(echo);
          },
        };
      });
    }),
    drain: () => {
      for (const { connection } of places.taken) connection.close(CLOSE_CODES.goingAway, 'the server is shutting down');
    },
  };
}
