import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { LabServer } from '../lab-server.ts';
import type { ServerFrame } from '../protocol/messages.ts';
import { join, post, postAll, startLab } from '../testing/lab.ts';
import { openSocket, type SocketReader } from '../testing/streams.ts';

const isMessage = ({ type }: ServerFrame) => type === 'message';

async function authenticated(lab: LabServer, query = ''): Promise<SocketReader & { readonly uid: string }> {
  const { token, uid } = await join(lab, 'Ada');
  const reader = await openSocket(lab, query);
  reader.send({ type: 'authenticate', token });
  await reader.frames.until(({ type }) => type === 'authenticated');
  return { ...reader, uid };
}

describe.each(['ws', 'by-hand'] as const)('over the engine %s', (websocketEngine) => {
  const start = (overrides: Parameters<typeof startLab>[0] = {}) => startLab({ websocketEngine, ...overrides });

  describe('subprotocols', () => {
    test.each([
      [['lab.v1'], 'lab.v1'],
      [['chat', 'lab.v1', 'other'], 'lab.v1'],
      [[], ''],
    ])('%j: %s', async (protocols, chosen) => {
      const { socket, frames } = await openSocket(await start(), '', { protocols });
      expect((await frames.next()).type).toBe('hello');
      expect(socket.protocol).toBe(chosen);
    });

    test('only others are refused with 400', async () => {
      await expect(openSocket(await start(), '', { protocols: ['chat', 'lab.v2'] })).rejects.toThrow('400');
    });
  });

  describe('reading', () => {
    test('begins with hello, and goes on after the cursor', async () => {
      const lab = await start();
      const { token } = await join(lab);
      const [first] = await postAll(lab, token, ['1', '2', '3']);
      const { frames } = await openSocket(lab, `?cursor=${first?.cursor}`);
      expect(await frames.next()).toEqual({ type: 'hello', cursor: first?.cursor, heartbeatMs: 15_000 });
      await post(lab, token, '4');
      const texts = (await frames.take(3)).map((frame) => frame.type === 'message' && frame.message.text);
      expect(texts).toEqual(['2', '3', '4']);
    });

    test('a cursor that can’t be continued: hello without a cursor, the reset, the newest history', async () => {
      const lab = await start();
      const { token } = await join(lab);
      const [first] = await postAll(lab, token, ['1', '2', '3']);
      const { frames } = await openSocket(lab, '?cursor=other.1&history=2');
      const [hello, reset, ...messages] = await frames.take(4);
      expect(hello).toMatchObject({ type: 'hello', cursor: null });
      expect(reset).toEqual({ type: 'reset', reason: 'epoch-changed', cursor: first?.cursor });
      expect(messages.map((frame) => frame.type === 'message' && frame.message.seq)).toEqual([2, 3]);
    });

    test('presence comes only to those who ask, and then on change', async () => {
      const lab = await start();
      const silent = await openSocket(lab);
      const { frames } = await openSocket(lab, '?presence=1');
      const [hello, presence] = await frames.take(2);
      expect([hello?.type, presence]).toMatchObject([
        'hello',
        { type: 'presence', counts: { websocket: 2 }, total: 2 },
      ]);
      silent.socket.close();
      expect(await frames.next()).toMatchObject({ type: 'presence', total: 1 });
      expect(silent.frames.all.map(({ type }) => type)).toEqual(['hello']);
    });
  });

  describe('publishing', () => {
    test('gives a receipt; the message says who, and that it came by websocket', async () => {
      const { frames, send, uid } = await authenticated(await start());
      send({ type: 'publish', id: 'a', text: 'zwölf 🙂\n\u0000' });
      const [one, other] = await frames.take(2);
      const receipt = [one, other].find((frame) => frame?.type === 'receipt');
      const message = [one, other].find((frame) => frame?.type === 'message');
      expect(receipt).toMatchObject({ id: 'a', seq: 1, duplicate: false });
      expect(message).toMatchObject({
        message: { seq: 1, id: 'a', from: uid, name: 'Ada', text: 'zwölf 🙂\n\u0000', via: 'websocket' },
      });
    });

    test('the same again is a duplicate, also by POST; the id for another text is a conflict', async () => {
      const lab = await start();
      const { token } = await join(lab);
      const { frames, send } = await openSocket(lab);
      send({ type: 'authenticate', token });
      await post(lab, token, 'text', { id: 'a' });
      send({ type: 'publish', id: 'a', text: 'text' });
      expect(await frames.until(({ type }) => type === 'receipt')).toMatchObject({ seq: 1, duplicate: true });
      send({ type: 'publish', id: 'a', text: 'other' });
      expect(await frames.next()).toMatchObject({ type: 'error', id: 'a', status: 409, code: 'id-conflict' });
    });

    test('a text that is refused is refused by its id', async () => {
      const { frames, send } = await authenticated(await start());
      for (const text of ['', 'x'.repeat(4097), '\ud800']) {
        send({ type: 'publish', id: 'a', text });
        expect(await frames.next()).toMatchObject({ type: 'error', id: 'a', status: 400, code: 'invalid-body' });
      }
    });

    test('frames of no known form are 400, and the socket stays open', async () => {
      const { socket, frames, send } = await authenticated(await start());
      const nonsense = [
        '',
        'null',
        '[]',
        '"publish"',
        '{',
        '{}',
        '{"type":"hello"}',
        '{"type":"publish","id":7,"text":"a"}',
      ];
      for (const text of nonsense) {
        socket.send(text);
        expect(await frames.next(), text).toMatchObject({ type: 'error', status: 400, code: 'invalid-body' });
      }
      send({ type: 'publish', id: 'a', text: 'good' });
      expect((await frames.until(({ type }) => type === 'receipt')).type).toBe('receipt');
    });
  });

  describe('authentication', () => {
    test('a wrong token and a publish without one are 401, and the right token still helps', async () => {
      const lab = await start();
      const { token, uid } = await join(lab);
      const { frames, send } = await openSocket(lab);
      await frames.next();
      send({ type: 'publish', id: 'a', text: 'text' });
      expect(await frames.next()).toMatchObject({ type: 'error', id: 'a', status: 401, code: 'token-missing' });
      send({ type: 'authenticate', token: `${token}x` });
      const refused = await frames.next();
      expect(refused).toMatchObject({ type: 'error', status: 401, code: 'token-invalid' });
      send({ type: 'authenticate', token });
      expect(await frames.next()).toEqual({ type: 'authenticated', uid });
    });

    test('a second time is 409, and the first identity stays', async () => {
      const lab = await start();
      const { frames, send, uid } = await authenticated(lab);
      send({ type: 'authenticate', token: (await join(lab)).token });
      expect(await frames.next()).toMatchObject({ type: 'error', status: 409, code: 'already-authenticated' });
      send({ type: 'publish', id: 'a', text: 'text' });
      expect(await frames.until(isMessage)).toMatchObject({ message: { from: uid } });
    });

    test('the tenth refusal closes the socket with 1008, and not the ninth', async () => {
      const { frames, send, closed } = await openSocket(await start());
      await frames.next();
      for (let refusal = 1; refusal <= 10; refusal += 1) {
        send(refusal % 2 === 0 ? { type: 'authenticate', token: 'no' } : { type: 'publish', id: 'a', text: 'b' });
        expect(await frames.next()).toMatchObject({ type: 'error', status: 401 });
      }
      expect((await closed).code).toBe(1008);
    });
  });

  describe('what is closed', () => {
    test('a binary message: 1003', async () => {
      const { socket, closed } = await openSocket(await start());
      socket.send(Buffer.from('{}'));
      expect((await closed).code).toBe(1003);
    });

    test('a message of more than 32 KiB: 1009; one of 32 KiB is read', async () => {
      const { socket, frames, closed } = await openSocket(await start());
      await frames.next();
      socket.send(' '.repeat(32_768));
      expect(await frames.next()).toMatchObject({ type: 'error', status: 400 });
      socket.send(' '.repeat(32_769));
      expect((await closed).code).toBe(1009);
    });

    test('text that is not UTF-8: 1007', async () => {
      const { socket, closed } = await openSocket(await start());
      socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
      expect((await closed).code).toBe(1007);
    });

    test('a close of the client is answered with its code', async () => {
      const { socket, closed } = await openSocket(await start());
      socket.close(4321, 'bye');
      expect((await closed).code).toBe(4321);
    });
  });

  describe('signs of life', () => {
    test('come as often as the client asks, whatever the server is set to', async () => {
      const { frames } = await openSocket(await start({ heartbeatMs: 3_600_000 }), '?heartbeat=1');
      expect(await frames.next()).toMatchObject({ type: 'hello', heartbeatMs: 1000 });
      expect(await frames.next()).toEqual({ type: 'ping' });
    });

    test('heartbeatMs: a protocol ping and a ping frame each time', async () => {
      const { socket, frames } = await openSocket(await start({ heartbeatMs: 100 }));
      let pings = 0;
      socket.on('ping', () => {
        pings += 1;
      });
      await frames.next();
      for (let beats = 1; beats <= 3; beats += 1) {
        expect(await frames.next()).toEqual({ type: 'ping' });
        expect(pings).toBe(beats);
      }
      expect(socket.readyState).toBe(WebSocket.OPEN);
    });

    test('pongTimeoutMs: who does not answer pings is cut off, who does is not', async () => {
      const lab = await start({ heartbeatMs: 100, pongTimeoutMs: 1500 });
      const answering = await openSocket(lab);
      const silent = await openSocket(lab, '', { autoPong: false });
      expect((await silent.closed).code).toBe(1006);
      const before = answering.frames.all.length;
      await vi.waitFor(() => expect(answering.frames.all.length).toBeGreaterThan(before + 5), { timeout: 20_000 });
      expect(answering.socket.readyState).toBe(WebSocket.OPEN);
    });
  });
});
