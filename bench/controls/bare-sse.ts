// The control for SSE: each message goes to every response by `res.write` of one shared buffer.
// Run as a process of its own.
import type { ServerResponse } from 'node:http';
import { createBareRoom } from './bare-room.ts';

/** Longer than any round: nothing but messages is to be sent. */
const HEARTBEAT_MS = 3_600_000;

const readers = new Set<ServerResponse>();

const room = createBareRoom(
  (json, cursor) => {
    const event = Buffer.from(`id: ${cursor}\ndata: ${json}\n\n`);
    for (const reader of readers) reader.write(event);
  },
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const cursor = room.cursor();
    const hello = JSON.stringify({ cursor, heartbeatMs: HEARTBEAT_MS });
    response.write(`event: hello\nid: ${cursor}\ndata: ${hello}\n\n`);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  },
);
room.listen();
