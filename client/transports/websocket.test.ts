import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeEnv, type FakeEnv, type FakeSocket } from '../testing/fake-env.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { sampleMessage, sampleReceipt } from '../testing/samples.ts';
import type { TransportConnection } from './transport.ts';
import { createWebSocketTransport } from './websocket.ts';

let env: FakeEnv;
let recorder: Recorder;
let connection: TransportConnection;
let socket: FakeSocket;

beforeEach(() => {
  env = createFakeEnv();
  recorder = createRecorder();
  connection = createWebSocketTransport().open(
    { env, clientId: 'c', cursor: 'e.1', pollIntervalMs: 1000, waitSeconds: 30, presence: true },
    recorder,
  );
  const [first] = env.sockets;
  if (first === undefined) throw new Error('no socket was opened');
  socket = first;
});

function greet(): void {
  socket.handlers.opened();
  socket.tell({ type: 'hello', cursor: 'e.1', heartbeatMs: 1000 });
}

const publish = (id: string, token = 'token') => connection.publish({ id, text: `text of ${id}` }, token);
const authenticateFrame = (token = 'token') => ({ type: 'authenticate', token });
const publishFrame = (id: string) => ({ type: 'publish', id, text: `text of ${id}` });
const unauthorized = { type: 'error', status: 401, code: 'token-invalid', detail: 'who?' };

describe('reading', () => {
  test('asks by cursor and tells what comes', () => {
    greet();
    socket.tell({ type: 'message', message: sampleMessage(2) });
    socket.tell({ type: 'presence', counts: { sse: 2 }, total: 2 });
    socket.tell({ type: 'ping' });
    socket.tell({ type: 'reset', reason: 'trimmed', cursor: 'e.8' });
    socket.tell({ type: 'something later' });
    expect(socket.path).toBe('/v1/websocket?client=c&cursor=e.1&presence=1');
    expect(recorder.lines).toEqual(['opened e.1', 'received 2', 'presence 2', 'reset trimmed e.8']);
    expect(recorder.aliveMs).toBe(2500);
  });

  test('ends with bye, closes, and hears nothing more', () => {
    greet();
    socket.tell({ type: 'bye', retryMs: 700 });
    socket.tell({ type: 'message', message: sampleMessage(2) });
    socket.handlers.closed(1001, '');
    expect(recorder.end).toMatchObject({ reason: 'bye', retryMs: 700 });
    expect(recorder.lines).toEqual(['opened e.1', 'ended bye']);
    expect(socket.closedWith).toEqual([undefined]);
  });

  test.each([
    [1006, 'lost'],
    [1001, 'lost'],
    [1008, 'refused'],
    [1013, 'refused'],
  ])('a socket closed with %d without a bye is %s', (code, reason) => {
    greet();
    socket.handlers.closed(code, 'because');
    expect(recorder.end).toMatchObject({ reason, detail: expect.stringContaining('because') });
  });

  test.each([
    ['{', 'no JSON object'],
    ['[]', 'no JSON object'],
    ['{"type":"message"}', 'a message without its fields'],
    ['{"type":"receipt"}', 'a receipt without its fields'],
    ['{"type":"error"}', 'an error without its fields'],
    ['{"type":"hello","cursor":"e.1","heartbeatMs":1000}', 'a second hello'],
  ])('ends on nonsense: %s', (frame, detail) => {
    greet();
    socket.handlers.text(frame);
    expect(recorder.end).toMatchObject({ reason: 'lost', detail: expect.stringContaining(detail) });
  });

  test('an error about no frame in particular ends it; a 409 does no harm', () => {
    greet();
    socket.tell({ type: 'error', status: 409, code: 'already-authenticated', detail: 'twice' });
    expect(recorder.end).toBeNull();
    socket.tell({ type: 'error', status: 400, code: 'invalid-body', detail: 'what?' });
    expect(recorder.end).toEqual({ reason: 'refused', detail: 'what?', status: 400 });
  });
});

describe('publishing', () => {
  test('authenticates once, without waiting for the answer', () => {
    greet();
    void publish('a');
    void publish('b');
    expect(socket.sent).toEqual([authenticateFrame(), publishFrame('a'), publishFrame('b')]);
  });

  test('waits for the socket to open', () => {
    void publish('a');
    expect(socket.sent).toEqual([]);
    socket.handlers.opened();
    expect(socket.sent).toEqual([authenticateFrame(), publishFrame('a')]);
  });

  test('gives each draft its own receipt, in whatever order they come', async () => {
    greet();
    const both = Promise.all([publish('a'), publish('b')]);
    socket.tell({ type: 'authenticated', uid: 'u' });
    socket.tell({ type: 'receipt', ...sampleReceipt('b', 3) });
    socket.tell({ type: 'receipt', ...sampleReceipt('a', 2) });
    expect(await both).toEqual([sampleReceipt('a', 2), sampleReceipt('b', 3)]);
    expect(recorder.lines).toEqual(['opened e.1']);
  });

  test('gives an error to the draft that it is about', async () => {
    greet();
    const refused = publish('a');
    const stored = publish('b');
    socket.tell({ type: 'error', id: 'a', status: 429, code: 'rate-limited', detail: 'too fast', retryAfterMs: 300 });
    socket.tell({ type: 'receipt', ...sampleReceipt('b') });
    await expect(refused).rejects.toMatchObject({
      name: 'PublishError',
      message: 'too fast',
      status: 429,
      code: 'rate-limited',
      retryAfterMs: 300,
    });
    expect(await stored).toEqual(sampleReceipt('b'));
  });

  test('authenticates with the next token after the first was refused', async () => {
    greet();
    const refused = publish('a', 'old');
    socket.tell(unauthorized);
    socket.tell({ ...unauthorized, id: 'a' });
    await expect(refused).rejects.toMatchObject({ status: 401 });
    void publish('a', 'new');
    expect(socket.sent.slice(2)).toEqual([authenticateFrame('new'), publishFrame('a')]);
    socket.tell({ ...unauthorized, id: 'late' });
    void publish('b', 'new');
    expect(socket.sent.slice(4)).toEqual([publishFrame('b')]);
  });

  test('never publishes under another identity than it was authenticated with', async () => {
    greet();
    const first = publish('a', 'mine');
    const second = publish('b', 'other');
    await expect(first).rejects.toMatchObject({ status: null });
    await expect(second).rejects.toMatchObject({ status: null });
    expect(socket.sent).toEqual([authenticateFrame('mine'), publishFrame('a')]);
    expect(recorder.end).toMatchObject({ reason: 'lost', cause: 'renamed' });
  });

  test('rejects what is pending when the connection ends, and everything after', async () => {
    greet();
    const pending = publish('a');
    socket.handlers.closed(1006, '');
    await expect(pending).rejects.toMatchObject({ status: null });
    await expect(publish('b')).rejects.toMatchObject({ status: null });
  });

  test('closes at once, and says so once', async () => {
    greet();
    const pending = publish('a');
    connection.close();
    connection.close();
    socket.handlers.closed(1000, '');
    expect(recorder.lines).toEqual(['opened e.1', 'ended closed']);
    expect(socket.closedWith).toEqual([undefined]);
    await expect(pending).rejects.toMatchObject({ status: null });
  });
});
