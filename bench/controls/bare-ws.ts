// The control for WebSocket: each message goes to every socket by `ws.send` of one shared buffer.
// Run as a process of its own.
import { WebSocketServer } from 'ws';
import { createBareRoom } from './bare-room.ts';

/** Longer than any round: nothing but messages is to be sent. */
const HEARTBEAT_MS = 3_600_000;

const room = createBareRoom(
  (json) => {
    const frame = Buffer.from(`{"type":"message","message":${json}}`);
    for (const socket of sockets.clients) socket.send(frame, { binary: false });
  },
  (_request, response) => response.writeHead(404).end(),
);
const sockets = new WebSocketServer({ server: room.server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.send(JSON.stringify({ type: 'hello', cursor: room.cursor(), heartbeatMs: HEARTBEAT_MS }));
});
room.listen();
