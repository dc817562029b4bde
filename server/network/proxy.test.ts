// The proxy between real sockets. How late things come is nothing that a test can promise; that they are never early is.
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../protocol/seeded-random.ts';
import type { Impairments } from './impairments.ts';
import { createQueueBudget, QUEUE_BYTES } from './pipe.ts';
import { startProxy } from './proxy.ts';
import { connectTo, Endpoint, endOf, eventually, startLink } from './testing/link.ts';

const STAMP_BYTES = 8;

/** Sends stamps of the time at uneven moments, and resolves with how long each took to come, in ms. */
async function transitsMs(from: Endpoint, to: Endpoint, count: number, seed: number): Promise<number[]> {
  const random = seededRandom(seed);
  const transits: number[] = [];
  let rest: Buffer = Buffer.alloc(0);
  to.socket.on('data', (bytes) => {
    const now = process.hrtime.bigint();
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= STAMP_BYTES; rest = rest.subarray(STAMP_BYTES)) {
      transits.push(Number(now - rest.readBigInt64LE()) / 1e6);
    }
  });
  for (let i = 0; i < count; i += 1) {
    const stamp = Buffer.alloc(STAMP_BYTES);
    stamp.writeBigInt64LE(process.hrtime.bigint());
    from.socket.write(stamp);
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 1));
    else if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
  }
  await to.until(() => transits.length === count);
  return transits;
}

describe('delay', () => {
  it.each([0.5, 2.5, 5, 20])('of %d ms is never less, in either direction', async (delayMs) => {
    const link = await startLink({
      clientToServer: { delayMs },
      serverToClient: { delayMs: delayMs / 2, jitterMs: 3 },
    });
    const { client, server } = await link.join();
    const [up, down] = await Promise.all([transitsMs(client, server, 150, 1), transitsMs(server, client, 150, 2)]);
    expect(up.filter((ms) => ms < delayMs)).toEqual([]);
    expect(down.filter((ms) => ms < delayMs / 2)).toEqual([]);
    expect(link.proxy.state().latenessUs.count).toBeGreaterThan(0);
  });

  it('applies to the end of a direction too', async () => {
    const link = await startLink({ clientToServer: { delayMs: 15 } });
    const { client, server } = await link.join();
    const endedAt = process.hrtime.bigint();
    client.socket.end('bye');
    await server.until(() => server.ended);
    expect(Number(process.hrtime.bigint() - endedAt) / 1e6).toBeGreaterThanOrEqual(15);
    expect(server.received.toString()).toBe('bye');
  });

  it('holds the first bytes of a connection back by the round trip of opening it, where that is asked for', async () => {
    const link = await startLink({
      clientToServer: { delayMs: 10 },
      serverToClient: { delayMs: 5 },
      connectRoundTrip: true,
    });
    const startedAt = process.hrtime.bigint();
    const { client, server } = await link.join();
    client.socket.write('hello');
    await server.bytes(5);
    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeGreaterThanOrEqual(10 + 5 + 10);
  });

  it('leaves bytes and their order as they are, whatever the payloads, splits and impairments', async () => {
    const direction = fc.record(
      {
        delayMs: fc.double({ min: 0, max: 3, noNaN: true }),
        jitterMs: fc.double({ min: 0, max: 4, noNaN: true }),
        bytesPerSecond: fc.integer({ min: 200_000, max: 100_000_000 }),
      },
      { requiredKeys: [] },
    );
    const payload = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 10 });
    const link = await startLink();
    const run = async (impairments: Impairments, up: Uint8Array[], down: Uint8Array[]) => {
      link.proxy.set(impairments);
      const { client, server } = await link.join();
      const send = async (from: Endpoint, chunks: readonly Uint8Array[]) => {
        for (const chunk of chunks) {
          from.socket.write(chunk);
          await new Promise((resolve) => setImmediate(resolve));
        }
        from.socket.end();
      };
      await Promise.all([send(client, up), send(server, down)]);
      await Promise.all([server.until(() => server.ended), client.until(() => client.ended)]);
      expect(server.received.equals(Buffer.concat(up))).toBe(true);
      expect(client.received.equals(Buffer.concat(down))).toBe(true);
    };
    await fc.assert(
      fc.asyncProperty(direction, direction, payload, payload, (clientToServer, serverToClient, up, down) =>
        run({ clientToServer, serverToClient }, up, down),
      ),
      { numRuns: 50, seed: 4 },
    );
    await eventually(() => link.proxy.state().open === 0);
  });
});

describe('bandwidth', () => {
  it.each([4000, 200_000, 5_000_000])('of %d bytes a second is never exceeded', async (bytesPerSecond) => {
    const link = await startLink({ serverToClient: { bytesPerSecond } });
    const { client, server } = await link.join();
    const startedAt = process.hrtime.bigint();
    let received = 0;
    const tooFast: number[] = [];
    client.socket.on('data', ({ length }) => {
      received += length;
      const allowed = (Number(process.hrtime.bigint() - startedAt) / 1e9) * bytesPerSecond;
      if (received > allowed) tooFast.push(received - allowed);
    });
    const total = Math.ceil(bytesPerSecond * 0.15);
    server.socket.write(Buffer.alloc(total, 'x'));
    await client.bytes(total);
    expect(tooFast).toEqual([]);
  });
});

describe('a source that is faster than its receiver', () => {
  it('is slowed down: little is queued, and nothing lost', async () => {
    const total = 64 * QUEUE_BYTES;
    const link = await startLink();
    const { client, server } = await link.join();
    client.socket.pause();
    let sent = 0;
    const pump = () => {
      while (sent < total) {
        sent += 65_536;
        if (!server.socket.write(Buffer.alloc(65_536, sent / 65_536))) return void server.socket.once('drain', pump);
      }
    };
    pump();
    let most = 0;
    await eventually(() => {
      most = Math.max(most, link.proxy.state().serverToClient.queuedBytes);
      return most > QUEUE_BYTES;
    });
    for (let turns = 0; turns < 2000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, link.proxy.state().serverToClient.queuedBytes);
    }
    expect(sent).toBeLessThan(total);
    // One read beyond the bound, and one in the hands of the socket.
    expect(most).toBeLessThanOrEqual(QUEUE_BYTES + 4 * 65_536);
    client.socket.resume();
    const received = await client.bytes(total);
    const wrong = Array.from({ length: 1024 }, (_, i) => i).filter((i) => received[i * 65_536] !== (i + 1) % 256);
    expect(wrong).toEqual([]);
  });
});

describe('many connections over a long way', () => {
  it('queue no more than all may together, and lose nothing', async () => {
    const most = 2 * QUEUE_BYTES;
    const link = await startLink({}, 1, { budget: createQueueBudget(most) });
    const joined = [];
    for (let i = 0; i < 8; i += 1) joined.push(await link.join());
    link.proxy.set({ serverToClient: { delayMs: 60_000 } });
    const bytes = 2 * QUEUE_BYTES;
    for (const { server } of joined) server.socket.write(Buffer.alloc(bytes, 'x'));
    const queued = () => link.proxy.state().serverToClient.queuedBytes;
    await eventually(() => queued() > most / 2);
    for (let turns = 0; turns < 2000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      // One read of each beyond it.
      expect(queued()).toBeLessThanOrEqual(most + joined.length * 2 * 65_536);
    }
    link.proxy.set({});
    for (const { client } of joined) expect((await client.bytes(bytes)).every((byte) => byte === 120)).toBe(true);
  });
});

describe('maxConnections', () => {
  it('ends one more at once, and takes the next when one has gone', async () => {
    const link = await startLink({}, 1, { maxConnections: 2 });
    const [first] = [await link.join(), await link.join()];
    const third = await link.client();
    await third.until(() => third.closed || third.ended);
    expect([link.proxy.state().open, link.accepted.length]).toEqual([2, 2]);
    first.client.socket.resetAndDestroy();
    await eventually(() => link.proxy.state().open === 1);
    await link.join();
  });
});

describe('what is not impaired', () => {
  it('passes the end of one direction on, and keeps the other', async () => {
    const { client, server } = await (await startLink()).join();
    client.socket.end('question');
    await server.until(() => server.ended);
    server.socket.end('answer');
    await client.until(() => client.closed);
    expect(client.received.toString()).toBe('answer');
  });

  it('passes a reset on, in both directions', async () => {
    const link = await startLink();
    const [one, other] = [await link.join(), await link.join()];
    one.client.socket.resetAndDestroy();
    other.server.socket.resetAndDestroy();
    await Promise.all([one.server.until(() => one.server.closed), other.client.until(() => other.client.closed)]);
    expect([one.server.errorCode, other.client.errorCode]).toEqual(['ECONNRESET', 'ECONNRESET']);
    await eventually(() => link.proxy.state().open === 0);
    expect(link.proxy.state().cuts).toBe(0);
  });

  it('resets clients where the target is not there', async () => {
    const { proxy: gone } = await startLink();
    await gone.close();
    const target = { host: '127.0.0.1', port: Number(new URL(gone.url).port) };
    const proxy = await startProxy({ target, host: '127.0.0.1', port: 0, seed: 1, impairments: {} });
    onTestFinished(() => proxy.close());
    expect(await endOf(connectTo(proxy.url).then((socket) => new Endpoint(socket)))).toBe('ECONNRESET');
    expect(proxy.state()).toMatchObject({ targetFailures: 1, open: 0, cuts: 0 });
  });
});
