// Readers that leave bytes unread, one and all together; and what the server does when its memory ends.
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { ask, codeOf, join, post, readStats, startLab } from '../testing/lab.ts';
import { connectRaw, requestText } from '../testing/raw-client.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { openSocket } from '../testing/streams.ts';
import { createStallWatch } from './stall-watch.ts';

const OBSERVING = { timeout: 25_000, interval: 5 };
const NO_RATES = { publishRate: 0, addressPublishRate: 0, maxUnanswered: 200 };
const MIB = 1024 * 1024;

async function fill(lab: LabServer): Promise<void> {
  const { token } = await join(lab);
  for (let i = 0; i < 70; i += 1) await post(lab, token, '\u20ac'.repeat(1365));
}

/** Asks for more pages than the kernel keeps, and reads none. Resolves with the server's end of it. */
async function readsNothing(lab: LabServer, find: (port: number | undefined) => Socket): Promise<Socket> {
  const client = await connectRaw(lab.url);
  client.socket.pause();
  client.send(requestText('GET', '/v1/short-polling?history=200').repeat(150));
  const atServer = find(client.socket.localPort);
  await vi.waitFor(() => expect(atServer.writableLength > 0 || atServer.destroyed).toBe(true), OBSERVING);
  return atServer;
}

describe('stallMs', () => {
  test('ends who leaves an ordinary answer unread for too long, and nobody else', async () => {
    const lab = await startLab({ ...NO_RATES, stallMs: 500 });
    await fill(lab);
    const idle = await connectRaw(lab.url);
    const stuck = await readsNothing(lab, watchServerSockets().of);
    await vi.waitFor(() => expect(stuck.destroyed).toBe(true), OBSERVING);
    expect((await readStats(lab)).connectionsEnded).toEqual({ unanswered: 0, unread: 1, shed: 0 });
    expect((await readStats(lab)).slowReaders).toEqual({ count: 0, unwrittenBytes: 0 });
    expect(idle.socket.destroyed).toBe(false);
  });
});

describe.each(['maxUnreadMib', 'maxUnreadMibPerAddress'] as const)('%s', (limit) => {
  test('of many who read nothing, as many stay as fit; who reads is served', async () => {
    const lab = await startLab({ ...NO_RATES, stallMs: 3_600_000, [limit]: 1 });
    await fill(lab);
    const { of } = watchServerSockets();
    const reader = await openSocket(lab);
    const stuck: Socket[] = [];
    for (let i = 0; i < 8; i += 1) {
      stuck.push(await readsNothing(lab, of));
      const unread = stuck.reduce((sum, socket) => sum + (socket.destroyed ? 0 : socket.writableLength), 0);
      // One that came since all were counted, and may take what is left until they are again.
      expect(unread).toBeLessThan(1.25 * MIB + 300 * 1024);
    }
    const { connectionsEnded, slowReaders } = await readStats(lab);
    expect(connectionsEnded.shed).toBe(stuck.filter(({ destroyed }) => destroyed).length);
    expect(connectionsEnded.shed).toBeGreaterThanOrEqual(3);
    expect(slowReaders.count).toBe(8 - connectionsEnded.shed);
    const { token } = await join(lab);
    await post(lab, token, 'still here');
    await reader.frames.until((frame) => frame.type === 'message' && frame.message.text === 'still here');
  });
});

test('of two addresses the one with too much unread loses its worst readers, the other none', () => {
  const reader = (remoteAddress: string, writableLength: number) =>
    ({ remoteAddress, writableLength, bytesWritten: writableLength, destroyed: false }) as unknown as Socket;
  // Of IPv6 a /64 is one.
  const readers = [
    ['2001:db8::1', 700],
    ['2001:db8::2', 600],
    ['2001:db8:0:1::1', 900],
    ['127.0.0.1', 800],
  ].map(([address, bytes]) => reader(address as string, bytes as number));
  const ended: Socket[] = [];
  const watch = createStallWatch({
    stallMs: 3_600_000,
    maxUnreadBytes: 0,
    maxUnreadBytesPerAddress: 1000,
    sockets: () => readers,
    endings: { count: () => undefined, end: (socket) => void ended.push(socket) },
  });
  onTestFinished(watch.stop);
  for (const socket of readers) watch.answered(socket);
  expect(new Set(ended)).toEqual(new Set([readers[0]]));
});

describe('maxMemoryMib', () => {
  test('beyond it new connections are refused, readiness says so, and who is there is served', async () => {
    const lab = await startLab({ maxMemoryMib: 1 });
    for (const path of ['/v1/short-polling', '/v1/sse', '/v1/stats', '/readyz']) {
      const answer = await ask(lab, 'GET', path);
      expect([answer.status, codeOf(answer)], path).toEqual([503, 'too-many-connections']);
    }
    const { closed } = await openSocket(lab);
    expect((await closed).code).toBe(1013);
    expect((await ask(lab, 'GET', '/healthz')).status).toBe(200);
  });

  test('0 is no limit', async () => {
    const lab = await startLab({ maxMemoryMib: 0 });
    expect((await ask(lab, 'GET', '/readyz')).status).toBe(200);
  });
});

describe.each(['maxParked', 'maxParkedPerAddress'] as const)('%s', (limit) => {
  test('one more is 429, and one that is answered makes room', async () => {
    const lab = await startLab({ [limit]: 2 });
    const { token } = await join(lab);
    const { cursor } = JSON.parse((await ask(lab, 'GET', '/v1/short-polling')).text);
    const parked = async () => (await readStats(lab)).transports['long-polling']?.parked;
    const target = `/v1/long-polling?cursor=${cursor}`;
    const held = [ask(lab, 'GET', target), ask(lab, 'GET', target)];
    await vi.waitFor(async () => expect(await parked()).toBe(2), OBSERVING);
    const answer = await ask(lab, 'GET', target);
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([429, 'rate-limited', '1']);
    await post(lab, token, 'news');
    await Promise.all(held);
    const { cursor: next } = JSON.parse((await ask(lab, 'GET', '/v1/short-polling')).text);
    void ask(lab, 'GET', `/v1/long-polling?cursor=${next}`).catch(() => undefined);
    await vi.waitFor(async () => expect(await parked()).toBe(1), OBSERVING);
  });
});

test('maxParkedPerAddress: an IPv6 /64 is one, however many addresses it has', async () => {
  const lab = await startLab({ maxParkedPerAddress: 2, trustProxy: 1 });
  const { cursor } = JSON.parse((await ask(lab, 'GET', '/v1/short-polling')).text);
  const parked = async () => (await readStats(lab)).transports['long-polling']?.parked;
  const pollOf = (address: string) =>
    ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}`, { headers: { 'X-Forwarded-For': address } });
  const held = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
  for (const [index, address] of held.entries()) {
    void pollOf(address).catch(() => undefined);
    await vi.waitFor(async () => expect(await parked()).toBe(index + 1), OBSERVING);
  }
  const answer = await pollOf('2001:db8::ffff:3');
  expect([answer.status, codeOf(answer)]).toEqual([429, 'rate-limited']);
});
