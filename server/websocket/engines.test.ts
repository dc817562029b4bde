// What every engine promises: the same suite over both.
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createByHandEngine } from './by-hand-engine.ts';
import { clientFrame, hex } from './client-frames.ts';
import type { WebSocketConnection, WebSocketHandlers } from './engine.ts';
import { encodeText } from './frame-encoder.ts';
import { eventually, RawPeer, serve, type TestServer } from './testing/client.ts';
import { createWsEngine } from './ws-engine.ts';

const OPTIONS = { maxMessageBytes: 100_000, maxFragments: 10, messageTimeoutMs: 0, closeTimeoutMs: 200 };
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const text = (payload: string) => ({ opcode: 1, payload: Buffer.from(payload) });
const close = (payload: string) => ({ opcode: 8, payload: hex(payload) });

describe.each([
  ['ws', createWsEngine],
  ['by-hand', createByHandEngine],
])('the %s engine', (name, createEngine) => {
  let server: TestServer;
  let connection: WebSocketConnection;
  let notes: string[] = [];

  /** Starts a server that echoes, and takes notes of what its handlers are told. */
  async function start(onConnection: (connection: WebSocketConnection) => void = () => undefined): Promise<number> {
    const own: string[] = []; // the connection of the test before may still be ending
    notes = own;
    server = await serve(createEngine(OPTIONS), (one): WebSocketHandlers => {
      connection = one;
      own.push('connected');
      onConnection(one);
      return {
        text: (data) => {
          own.push(`text ${data.slice(0, 20)}`);
          one.sendText(data);
        },
        binary: (data) => {
          own.push(`binary ${data.length}`);
          one.sendBinary(data);
        },
        pong: () => void own.push('pong'),
        closed: (code) => void own.push(`closed ${code}`),
      };
    });
    return server.port;
  }
  afterEach(async () => {
    await server.close();
  });

  const noted = (note: string): Promise<void> => eventually(() => notes.includes(note));

  it('goes by its name', async () => {
    await start();
    expect(createEngine(OPTIONS).name).toBe(name);
  });

  it('answers the handshake, with a subprotocol where one was chosen', async () => {
    const port = await start();
    const peer = await RawPeer.open(port, 'Upgrade: websocket\r\nSec-WebSocket-Protocol: chat, lab.v1');
    expect(peer.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(peer.head).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
    expect(peer.head).toMatch(/^Sec-WebSocket-Protocol: lab\.v1$/m);
    expect((await RawPeer.open(port, 'Upgrade: foo, WebSocket')).head).not.toContain('Protocol:');
  });

  it('echoes texts and binaries of all three lengths with the client of ws', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${await start()}/`);
    await once(client, 'open');
    for (const length of [0, 1, 125, 126, 65_535, 65_536, 100_000]) {
      const data = Buffer.alloc(length, 'ä').fill('x', length - (length % 2));
      for (const isBinary of [false, true]) {
        client.send(data, { binary: isBinary });
        const [echo, wasBinary] = (await once(client, 'message')) as [Buffer, boolean];
        expect([echo.equals(data), wasBinary]).toEqual([true, isBinary]);
      }
    }
    client.close(1000, 'done');
    expect(await once(client, 'close')).toEqual([1000, expect.anything()]);
    await noted('closed 1000');
  });

  it('takes frames that came with the handshake, after connect has returned', async () => {
    const behind = hex('81 85 37fa213d 7f9f4d5158');
    const peer = await RawPeer.open(await start((one) => one.sendText('hi')), '', behind);
    expect(await peer.frameCount(2)).toEqual(['81 hi', '81 Hello']);
    expect(notes).toEqual(['connected', 'text Hello']);
  });

  it('sends frames that were encoded beforehand, in order with its own', async () => {
    const port = await start((one) => {
      one.sendText('a');
      one.sendFrames(Buffer.concat([encodeText('b'), encodeText('c')]));
      one.sendText('d');
    });
    const peer = await RawPeer.open(port);
    expect(await peer.frameCount(4)).toEqual(['81 a', '81 b', '81 c', '81 d']);
  });

  it('answers pings with their payload, between the fragments of a message too, and tells of pongs', async () => {
    const peer = await RawPeer.open(await start((one) => one.ping()));
    peer.send({ opcode: 10, payload: Buffer.alloc(0) });
    peer.send({ ...text('He'), fin: false });
    peer.send({ opcode: 9, payload: Buffer.from('ping 1') });
    peer.send({ opcode: 0, payload: Buffer.from('llo') });
    expect(await peer.frameCount(3)).toEqual(['89 ', '8a ping 1', '81 Hello']);
    expect(notes).toEqual(['connected', 'pong', 'text Hello']);
  });

  it.each([
    ['a code', '03e9', '88 \x03\xe9', 'closed 1001'],
    ['a code and a reason', '0bb8 627965', '88 \x0b\xb8', 'closed 3000'],
    ['no code', '', '88 ', 'closed 1005'],
  ])("answers the peer's close frame with %s, and ends the connection", async (_name, payload, answer, note) => {
    const peer = await RawPeer.open(await start());
    peer.send(close(payload));
    await peer.ended();
    expect(peer.frames).toHaveLength(1);
    expect(peer.frames[0]?.startsWith(answer)).toBe(true);
    peer.socket.end();
    await noted(note);
    expect(notes).toEqual(['connected', note]);
  });

  it('closes with a code and a reason, and is told the answer', async () => {
    const peer = await RawPeer.open(await start());
    connection.close(1008, 'because');
    expect(await peer.frameCount(1)).toEqual(['88 \x03\xf0because']);
    peer.send(close('03f0'));
    await peer.ended();
    peer.socket.end();
    await noted('closed 1008');
  });

  it('sends and delivers nothing once it is closing', async () => {
    const peer = await RawPeer.open(await start());
    connection.close(1001, '');
    connection.close(1002, 'again');
    connection.sendText('late');
    connection.sendBinary(Buffer.from('late'));
    connection.sendFrames(encodeText('late'));
    connection.ping();
    peer.send(text('late'));
    peer.send({ opcode: 10, payload: Buffer.alloc(0) });
    peer.send(close('03e9'));
    await peer.ended();
    peer.socket.end();
    await noted('closed 1001');
    expect(peer.frames).toEqual(['88 \x03\xe9']);
    expect(notes).toEqual(['connected', 'closed 1001']);
  });

  it('destroys the socket where its close frame is not answered in time', async () => {
    const peer = await RawPeer.open(await start());
    const since = performance.now();
    connection.close(1001, '');
    await noted('closed 1006');
    expect(performance.now() - since).toBeGreaterThan(OPTIONS.closeTimeoutMs - 10);
    await peer.ended();
  });

  it.each<[string, (peer: RawPeer) => void]>([
    ['ends TCP', (peer) => peer.socket.end()],
    ['resets TCP', (peer) => peer.socket.resetAndDestroy()],
  ])('tells of 1006, once, where the peer %s without a close frame', async (_name, leave) => {
    const peer = await RawPeer.open(await start());
    leave(peer);
    await noted('closed 1006');
    connection.sendText('nobody');
    connection.close(1000, '');
    connection.terminate();
    expect(notes).toEqual(['connected', 'closed 1006']);
  });

  it('terminates at once, without a close frame', async () => {
    const peer = await RawPeer.open(await start());
    connection.terminate();
    await peer.ended();
    await noted('closed 1006');
    expect(peer.frames).toEqual([]);
    expect(notes).toEqual(['connected', 'closed 1006']);
  });

  it.each<[string, string, string]>([
    ['1002 for an unmasked frame', '81 05 48656c6c6f', '\x03\xea'],
    ['1007 for a text that is not UTF-8', '81 82 00000000 c328', '\x03\xef'],
    ['1008 for too many fragments', `01 80 00000000 ${'00 80 00000000'.repeat(10)}`, '\x03\xf0'],
    ['1009 for a message that is too big', '82 ff 00000000000186a1 00000000', '\x03\xf1'],
  ])('closes with %s', async (_name, bytes, code) => {
    const peer = await RawPeer.open(await start());
    peer.socket.write(hex(bytes));
    await peer.ended();
    expect(peer.frames).toHaveLength(1);
    expect(peer.frames[0]?.slice(0, 5)).toBe(`88 ${code}`);
    peer.socket.end();
    await noted('closed 1006');
    expect(notes).toEqual(['connected', 'closed 1006']);
  });

  it('keeps an unfinished message that comes byte by byte in little more than its bytes', async () => {
    const port = await start();
    const peers = 20;
    const pieces = 30_000;
    const held = () => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = held();
    for (let count = 0; count < peers; count += 1) {
      await RawPeer.open(port);
      const { socket } = connection;
      socket.emit('data', hex('81 fe 7531 00000000'));
      // Each a read of its own, as it would be from the network.
      for (let i = 0; i < pieces; i += 1) socket.emit('data', Buffer.allocUnsafeSlow(1).fill('x'));
    }
    expect(held() - before).toBeLessThan(peers * pieces * 4);
    connection.socket.emit('data', Buffer.from('!'));
    await eventually(() => notes.includes(`text ${'x'.repeat(20)}`));
  });

  it('answers many pings that come at once to a peer that reads', async () => {
    const peer = await RawPeer.open(await start());
    const ping = clientFrame({ opcode: 9, payload: Buffer.from('?') });
    connection.socket.emit('data', Buffer.concat(Array(100).fill(ping)));
    expect(new Set(await peer.frameCount(100))).toEqual(new Set(['8a ?']));
  });

  it('reads from a peer again only when neither its user nor it itself holds the peer back', async () => {
    const peer = await RawPeer.open(await start());
    peer.socket.pause();
    // More than the kernel takes, as answers.
    while (!connection.socket.isPaused()) {
      connection.sendText('x'.repeat(60_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    connection.hold();
    peer.send(text('late'));
    connection.release();
    expect(connection.socket.isPaused()).toBe(true);

    connection.hold();
    peer.socket.resume();
    await eventually(() => connection.socket.writableLength === 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.socket.isPaused()).toBe(true);
    expect(notes).toEqual(['connected']);

    connection.release();
    await noted('text late');
  });

  it.each([
    ['answers', text('x'.repeat(60_000)), 400, 60_004],
    ['pongs', { opcode: 9, payload: Buffer.alloc(125, 'p') }, 100_000, 127],
  ])(
    'stops reading from a peer that does not read its %s, and loses none of them',
    async (_what, frame, count, size) => {
      const peer = await RawPeer.open(await start());
      peer.socket.pause();
      const before = peer.receivedBytes;
      for (let i = 0; i < count; i += 1) peer.send(frame);
      await eventually(() => connection.socket.writableLength > 0);
      let most = 0;
      for (let i = 0; i < 40; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        most = Math.max(most, connection.socket.writableLength);
      }
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(300_000);
      expect(notes.length).toBeLessThan(count);
      peer.socket.resume();
      await eventually(() => peer.receivedBytes - before === count * size);
    },
  );
});
