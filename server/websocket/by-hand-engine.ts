// RFC 6455 by our own hand.
import { createConnection } from './connection.ts';
import type { WebSocketEngine, WebSocketEngineOptions } from './engine.ts';
import { acceptValue, handshakeResponse } from './handshake.ts';

export function createByHandEngine(options: WebSocketEngineOptions): WebSocketEngine {
  return {
    name: 'by-hand',
    accept(request, socket, head, subprotocol, connect) {
      // The client may have gone in the meantime.
      if (!socket.readable || !socket.writable) {
        socket.destroy();
        return;
      }
      const key = String(request.headers['sec-websocket-key']);
      socket.write(handshakeResponse(acceptValue(key), subprotocol));
      // Given back to the socket, so that bytes have only one way in. It is read when `connect` has returned.
      if (head.length > 0) socket.unshift(head);
      createConnection(socket, options, connect);
    },
  };
}
