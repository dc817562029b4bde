// `/v1/lab/races/<id>/trace`: a WebSocket on the lab's own port that tells what happens in a race, as it happens. It is no
// event stream, because those share a browser's six connections to one address.

import type { LabConfig } from '../../config.ts';
import { readTarget } from '../../http/head.ts';
import { CLOSE_CODES } from '../../protocol/close-codes.ts';
import { wallClockMs } from '../../tracing/traces.ts';
import type { TransportHandler } from '../../transports/transport.ts';
import { webSocketRoute } from '../../transports/web-socket-route.ts';
import type { WebSocketConnection } from '../../websocket/engine.ts';
import { createEngine } from '../../websocket/engines.ts';
import { RACES_PATH, sendNoSuchRace } from './race-routes.ts';
import type { Races } from './races.ts';

const TRACE_PATH = new RegExp(`^${RACES_PATH}/([A-Za-z0-9_-]{1,64})/trace$`);
/** Bytes of the trace that a page may leave unread before it is ended. */
export const MOST_UNREAD_BYTES = 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2000;
/** A page says only what time it is. */
const MOST_MESSAGE_BYTES = 1024;

export function isTracePath(path: string): boolean {
  return TRACE_PATH.test(path);
}

export function createRaceTrace(races: Races, { websocketEngine, messageTimeoutMs }: LabConfig): TransportHandler {
  const engine = createEngine(websocketEngine, {
    maxMessageBytes: MOST_MESSAGE_BYTES,
    maxFragments: 1,
    messageTimeoutMs,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
  });
  const connections = new Set<WebSocketConnection>();

  return {
    ...webSocketRoute(engine, ({ request, response, socket }, accept) => {
      const id = TRACE_PATH.exec(readTarget(request.url ?? '').path)?.[1] ?? '';
      const race = races.find(id);
      if (race === undefined) {
        sendNoSuchRace(response);
        return;
      }
      accept((connection) => {
        connections.add(connection);
        const tell = (event: object) => {
          if (socket.writableLength > MOST_UNREAD_BYTES) connection.terminate();
          else connection.sendText(JSON.stringify(event));
        };
        const leave = races.watch(race, tell, () => {
          connection.close(CLOSE_CODES.policyViolation, 'this race has ended, or another page watches it');
        });
        tell({ type: 'hello', at: wallClockMs(), race: race.state() });
        return {
          text: (data) => {
            const t = clockOf(data);
            if (t === null)
              connection.close(CLOSE_CODES.policyViolation, 'say {"type":"clock","t":<number>} or nothing');
            else tell({ type: 'clock', at: wallClockMs(), t });
          },
          binary: () => connection.close(CLOSE_CODES.unsupportedData, 'frames must be text'),
          pong: () => undefined,
          closed: () => {
            connections.delete(connection);
            leave();
          },
        };
      });
    }),
    drain: () => {
      for (const connection of connections) connection.close(CLOSE_CODES.goingAway, 'the server is shutting down');
    },
  };
}

/** @returns the page's own time, which is given back so that it can tell its clock from the server's; null: it is none. */
function clockOf(data: string): number | null {
  try {
    const { type, t } = JSON.parse(data) as { type?: unknown; t?: unknown };
    return type === 'clock' && typeof t === 'number' ? t : null;
  } catch {
    return null;
  }
}
