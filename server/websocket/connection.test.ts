// What the by-hand connection promises beyond the suite that it shares with ws, in engines.test.ts.
import { afterEach, expect, it } from 'vitest';
import { createByHandEngine } from './by-hand-engine.ts';
import { clientFrame, hex } from './client-frames.ts';
import type { WebSocketConnection } from './engine.ts';
import { eventually, RawPeer, serve, type TestServer } from './testing/client.ts';

const CLOSE_TIMEOUT_MS = 200;

let server: TestServer;
let connection: WebSocketConnection;
let notes: string[] = [];

async function start(onText: () => void = () => undefined): Promise<number> {
  const own: string[] = [];
  notes = own;
  const limits = { maxMessageBytes: 100_000, maxFragments: 10, messageTimeoutMs: 0 };
  const engine = createByHandEngine({ ...limits, closeTimeoutMs: CLOSE_TIMEOUT_MS });
  server = await serve(engine, (one) => {
    connection = one;
    return {
      text: (data) => {
        own.push(`text ${data}`);
        onText();
      },
      binary: () => void own.push('binary'),
      pong: () => void own.push('pong'),
      closed: (code) => void own.push(`closed ${code}`),
    };
  });
  return server.port;
}
afterEach(async () => {
  await server.close();
});

/** Stops the peer's reading, and writes until the server's own buffer holds something. */
async function stall(peer: RawPeer): Promise<void> {
  peer.socket.pause();
  const frames = Buffer.concat(
    Array.from({ length: 16 }, () => Buffer.concat([hex('82 7e ffff'), Buffer.alloc(65_535)])),
  );
  await eventually(() => {
    connection.sendFrames(frames);
    return connection.socket.writableLength > 2 * frames.length;
  });
}

it('goes on reading from a peer that is slow to read what goes to everybody', async () => {
  const peer = await RawPeer.open(await start());
  await stall(peer);
  peer.send({ opcode: 1, payload: Buffer.from('still heard') });
  await eventually(() => notes.includes('text still heard'));
});

it('destroys the socket of a peer that has ended its side but reads nothing', async () => {
  const peer = await RawPeer.open(await start());
  await stall(peer);
  peer.socket.end();
  await eventually(() => notes.includes('closed 1006'));
  expect(connection.socket.destroyed).toBe(true);
});

it('destroys the socket of a peer that has closed but does not end TCP', async () => {
  const peer = await RawPeer.open(await start());
  peer.socket.write(hex('88 82 00000000 03e8'));
  await peer.ended();
  await eventually(() => notes.includes('closed 1000'));
  expect(connection.socket.destroyed).toBe(true);
});

it('names the violation in the close frame, and ignores all that follows', async () => {
  const peer = await RawPeer.open(await start());
  peer.socket.write(Buffer.concat([hex('83 80 00000000'), clientFrame({ opcode: 1, payload: Buffer.from('late') })]));
  await peer.ended();
  for (let i = 0; i < 10; i += 1) peer.send({ opcode: 1, payload: Buffer.from('later') });
  peer.socket.end();
  await eventually(() => notes.length > 0);
  expect(peer.frames).toEqual(['88 \x03\xeareserved-opcode']);
  expect(notes).toEqual(['closed 1006']);
});

it('stops at a terminate in the middle of a read', async () => {
  const peer = await RawPeer.open(await start(() => connection.terminate()));
  const frames = Array.from({ length: 3 }, (_, i) => clientFrame({ opcode: 1, payload: Buffer.from(`${i}`) }));
  peer.socket.write(Buffer.concat(frames));
  await eventually(() => notes.includes('closed 1006'));
  expect(notes).toEqual(['text 0', 'closed 1006']);
});
