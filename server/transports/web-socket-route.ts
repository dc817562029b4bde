// A route that takes WebSockets: what all of them do from the handshake to the engine.
import { sendProblem } from '../http/problems.ts';
import type { WebSocketConnection, WebSocketEngine, WebSocketHandlers } from '../websocket/engine.ts';
import { checkHandshake } from '../websocket/handshake.ts';
import type { Read, TransportHandler, UpgradeRead } from './transport.ts';

/** Answers with 101, and calls `connect` as an engine does. */
export type Accept = (connect: (connection: WebSocketConnection) => WebSocketHandlers) => void;

/** `take`: accepts a right handshake, or refuses it for a reason of its own. What is none is answered here with why. */
export function webSocketRoute(
  engine: WebSocketEngine,
  take: (read: UpgradeRead, accept: Accept) => void,
): Pick<TransportHandler, 'get' | 'upgrade'> {
  const rightHandshake = ({ request, response }: Read) => {
    const handshake = checkHandshake(request);
    if (handshake.ok) return handshake;
    sendProblem(response, handshake.code, handshake.detail, { headers: handshake.headers });
    return null;
  };
  return {
    // Without an upgrade the handshake is always refused: 426.
    get: (read) => void rightHandshake(read),
    upgrade: (read) => {
      const handshake = rightHandshake(read);
      if (handshake === null) return;
      const { request, response, socket, behind, trace } = read;
      take(read, (connect) => {
        response.detachSocket(socket);
        trace?.webSocket(request, socket);
        engine.accept(request, socket, behind, handshake.subprotocol, connect);
      });
    },
  };
}
