// A peer that sends without end: little of it is read in one turn of the event loop, and all of it is answered.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createByHandEngine } from './by-hand-engine.ts';
import { clientFrame } from './client-frames.ts';
import type { WebSocketConnection } from './engine.ts';
import { RawPeer, serve } from './testing/client.ts';
import { createWsEngine } from './ws-engine.ts';

const OPTIONS = { maxMessageBytes: 100_000, maxFragments: 10, messageTimeoutMs: 0, closeTimeoutMs: 200 };
const PINGS = 40_000;
const PING = clientFrame({ opcode: 9, payload: Buffer.alloc(119, 'p') });
const PONG_BYTES = 121;
/** The read that made it a flood's, and the one that libuv was about to make. */
const MOST_READ_AT_ONCE = 2 * 65_536;

test.each([
  ['ws', createWsEngine],
  ['by-hand', createByHandEngine],
])('the %s engine', async (_name, createEngine) => {
  let taken: WebSocketConnection | undefined;
  const server = await serve(createEngine(OPTIONS), (connection) => {
    taken = connection;
    return { text: () => undefined, binary: () => undefined, pong: () => undefined, closed: () => undefined };
  });
  onTestFinished(() => server.close());
  const peer = await RawPeer.open(server.port);
  const { socket } = taken as WebSocketConnection;
  // How a stream's bytes leave it: each is a system call.
  const writes = [vi.spyOn(socket, '_write'), vi.spyOn(socket, '_writev')] as const;
  const before = { read: socket.bytesRead, received: peer.receivedBytes };

  peer.socket.write(Buffer.concat(Array<Buffer>(PINGS).fill(PING)));
  let mostRead = 0;
  for (let read = before.read; peer.receivedBytes - before.received < PINGS * PONG_BYTES; read = socket.bytesRead) {
    await turn();
    mostRead = Math.max(mostRead, socket.bytesRead - read);
  }
  expect(socket.bytesRead - before.read).toBe(PINGS * PING.length);
  expect(mostRead).toBeGreaterThan(0);
  expect(mostRead).toBeLessThanOrEqual(MOST_READ_AT_ONCE);
  expect(writes.reduce((count, { mock }) => count + mock.calls.length, 0)).toBeLessThan(PINGS / 20);
  peer.socket.destroy();
  await once(peer.socket, 'close');
});
