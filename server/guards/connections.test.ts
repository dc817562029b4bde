import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ask, codeOf, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { openSocket, openSse } from '../testing/streams.ts';
import { createConnectionLimit } from './connections.ts';

describe('counting', () => {
  const from = (address: string) => {
    const socket = new Socket();
    Object.defineProperty(socket, 'remoteAddress', { value: address });
    return socket;
  };
  /** Adds sockets from these addresses. @returns which were one too many. */
  const addAll = (most: number, mostPerAddress: number, addresses: readonly string[]) => {
    const limit = createConnectionLimit(most, mostPerAddress);
    const sockets = addresses.map(from);
    for (const socket of sockets) limit.add(socket);
    return { limit, sockets, over: sockets.map((socket) => limit.isOver(socket)) };
  };

  test('in all', () => expect(addAll(2, 0, ['a', 'b', 'c', 'a']).over).toEqual([false, false, true, true]));

  test('from one address', () => {
    expect(addAll(0, 2, ['a', 'a', 'b', 'a', 'b', 'b']).over).toEqual([false, false, false, true, false, true]);
  });

  test('from one network: an IPv6 /64 is one, however many addresses it has', () => {
    const addresses = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1', '2001:db8::ffff:3'];
    expect(addAll(0, 2, addresses).over).toEqual([false, false, false, true]);
  });

  test('0 is no limit', () => expect(addAll(0, 0, Array(100).fill('a')).over).not.toContain(true));

  test('one that closes makes room for another', () => {
    const { limit, sockets } = addAll(2, 1, ['a', 'b']);
    sockets[0]?.emit('close');
    const next = from('a');
    limit.add(next);
    expect(limit.isOver(next)).toBe(false);
    const tooMany = from('a');
    limit.add(tooMany);
    expect(limit.isOver(tooMany)).toBe(true);
  });

  test('a connection that is added twice is one', () => {
    const { limit, sockets } = addAll(2, 0, ['a']);
    limit.add(sockets[0] as Socket);
    const next = from('a');
    limit.add(next);
    expect(limit.isOver(next)).toBe(false);
  });
});

describe.each(['maxConnections', 'maxConnectionsPerAddress'] as const)('%s', (limit) => {
  test('one too many is told 503 with Retry-After on every route of the protocol, and its connection ends', async () => {
    const lab = await startLab({ [limit]: 1 });
    await connectRaw(lab.url);
    for (const path of ['short-polling', 'long-polling', 'sse', 'websocket', 'presence', 'stats']) {
      const answer = await ask(lab, 'GET', `/v1/${path}`);
      expect([answer.status, codeOf(answer)], path).toEqual([503, 'too-many-connections']);
      expect(answer.headers).toMatchObject({ 'retry-after': '5', connection: 'close' });
    }
  });

  test('a WebSocket that is one too many is opened, closed with 1013, and told nothing else', async () => {
    const lab = await startLab({ [limit]: 1 });
    await connectRaw(lab.url);
    const { closed, frames } = await openSocket(lab);
    expect(await closed).toEqual({ code: 1013, reason: 'too many connections' });
    expect(frames.all).toEqual([]);
  });

  test('those who are within it are served on, and one who leaves makes room', async () => {
    const lab = await startLab({ [limit]: 1 });
    const stream = await openSse(lab);
    expect((await stream.events.next()).event).toBe('hello');
    expect((await ask(lab, 'GET', '/v1/presence')).status).toBe(503);
    stream.response.destroy();
    await expect.poll(() => lab.connections, { timeout: 20_000, interval: 5 }).toBe(0);
    expect((await ask(lab, 'GET', '/v1/presence')).status).toBe(200);
  });

  test('0 turns it off', async () => {
    const lab = await startLab({ [limit]: 0 });
    await Promise.all(Array.from({ length: 50 }, () => connectRaw(lab.url)));
    expect((await ask(lab, 'GET', '/v1/presence')).status).toBe(200);
  });
});
