// The queue between two sockets, on streams that tests control: what each write is, and how much may wait.
import { PassThrough, Writable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../protocol/seeded-random.ts';
import { type Impairments, toConditions } from './impairments.ts';
import { MOST_QUEUE_BYTES, MOST_QUEUED_BYTES, Pipe, QUEUE_BYTES } from './pipe.ts';
import { Scheduler } from './scheduler.ts';
import { eventually } from './testing/link.ts';

type Given = NonNullable<Impairments['clientToServer']>;

function directionOf(given: Given) {
  return toConditions({ clientToServer: given }).clientToServer;
}

/** Times are sums of floating-point numbers. */
const ROUNDING_MS = 0.001;

interface Written {
  readonly at: number;
  readonly bytes: Buffer;
}

/** A pipe whose sink keeps its writes; one that `stalls` never finishes any. */
function createPipe(given: Given, { stalls = false, seed = 1 } = {}) {
  const scheduler = new Scheduler();
  onTestFinished(() => scheduler.stop());
  const source = new PassThrough({ highWaterMark: 1024 });
  const writes: Written[] = [];
  const sink = new Writable({
    // What may wait in it counts too, and Node's default differs: 64 KiB since 22.
    highWaterMark: 16_384,
    write: (bytes: Buffer, _encoding, done) => {
      writes.push({ at: performance.now(), bytes });
      if (!stalls) done();
    },
  });
  const events: string[] = [];
  const count = { bytes: 0, halfCloses: 0 };
  const pipe = new Pipe(
    {
      source,
      sink,
      budget: { cost: 0, most: MOST_QUEUED_BYTES },
      scheduler,
      nextJitter: seededRandom(seed),
      opensAt: performance.now(),
      onCut: () => events.push('cut'),
      onReset: () => {
        events.push('reset');
        pipe.stop();
      },
      count,
    },
    directionOf(given),
    false,
  );
  const received = () => Buffer.concat(writes.map(({ bytes }) => bytes));
  return { pipe, source, sink, writes, received, events, count };
}

describe('Pipe', () => {
  it('passes bytes on as they come where nothing is impaired', async () => {
    const { source, received, sink, count } = createPipe({});
    source.write('one');
    source.end('two');
    await eventually(() => sink.writableFinished);
    expect(received().toString()).toBe('onetwo');
    expect(count.bytes).toBe(6);
  });

  it('trickles one byte a write, never two sooner than the interval', async () => {
    const { source, received, writes } = createPipe({ trickleIntervalMs: 0.5 });
    const start = performance.now();
    source.write('forty bytes that go out one after the ot');
    await eventually(() => writes.length === 40);
    expect(writes.every(({ bytes }) => bytes.length === 1)).toBe(true);
    expect(received().toString()).toBe('forty bytes that go out one after the ot');
    expect(writes.filter(({ at }, i) => at - start < 0.5 * i - ROUNDING_MS)).toEqual([]);
  });

  it('trickles without an interval too, and waits for a sink that takes its time', async () => {
    const { source, received, sink } = createPipe({ trickleIntervalMs: 0 });
    source.write(Buffer.alloc(5000, 'x'));
    await eventually(() => received().length === 5000);
    const slow = createPipe({ trickleIntervalMs: 0 }, { stalls: true });
    slow.source.write('abc');
    await eventually(() => slow.writes.length === 1);
    expect(slow.sink.writableLength).toBe(1);
    expect(sink.writableLength).toBe(0);
  });

  it('keeps bytes and their order whatever the splits, delay, jitter, rate and trickle are', async () => {
    const direction = fc.record(
      {
        delayMs: fc.double({ min: 0, max: 4, noNaN: true }),
        jitterMs: fc.double({ min: 0, max: 6, noNaN: true }),
        bytesPerSecond: fc.integer({ min: 50_000, max: 10_000_000 }),
        trickleIntervalMs: fc.constant(0),
      },
      { requiredKeys: [] },
    );
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(direction, chunks, fc.integer(), async (given, payload, seed) => {
        const { source, received, sink } = createPipe(given, { seed });
        for (const chunk of payload) {
          source.write(chunk);
          await new Promise((resolve) => setImmediate(resolve));
        }
        source.end();
        await eventually(() => sink.writableFinished);
        expect(received().equals(Buffer.concat(payload))).toBe(true);
      }),
      { numRuns: 60, seed: 20 },
    );
  });

  it('pauses its source when as much waits as may', async () => {
    const { pipe, source } = createPipe({}, { stalls: true });
    await eventually(() => {
      source.write(Buffer.alloc(16_384));
      expect(pipe.queuedBytes).toBeLessThanOrEqual(QUEUE_BYTES + 3 * 16_384);
      return source.isPaused() && source.writableLength > 4 * QUEUE_BYTES;
    });
    expect(pipe.queuedBytes).toBeGreaterThan(QUEUE_BYTES / 2);
  });

  it('lets no crowd of tiny chunks past the bound', async () => {
    const { pipe, source } = createPipe({ delayMs: 0, bytesPerSecond: 1 }, { stalls: true });
    await eventually(() => {
      for (let i = 0; i < 100; i += 1) source.write('x');
      return source.isPaused();
    });
    expect(pipe.queuedBytes).toBeLessThan(QUEUE_BYTES / 100);
  });

  it('gives a delayed link room for what is on its way, but bounded room', async () => {
    const { pipe, source } = createPipe({ delayMs: 60_000 });
    await eventually(() => {
      for (let i = 0; i < 16; i += 1) source.write(Buffer.alloc(65_536));
      return source.isPaused();
    });
    expect(pipe.queuedBytes).toBeGreaterThan(QUEUE_BYTES);
    expect(pipe.queuedBytes).toBeLessThanOrEqual(MOST_QUEUE_BYTES + 65_536);
  });

  it('reads on from a paused source when there is room again', async () => {
    const { pipe, source, received } = createPipe({ delayMs: 60_000 });
    const total = 2 * MOST_QUEUE_BYTES;
    for (let sent = 0; sent < total; sent += 65_536) source.write(Buffer.alloc(65_536));
    await eventually(() => source.isPaused());
    pipe.set(directionOf({}), false);
    await eventually(() => received().length === total);
    expect(pipe.queuedBytes).toBe(0);
  });

  it('works out anew when waiting bytes are due, if the settings change', async () => {
    const { pipe, source, received, writes } = createPipe({ delayMs: 60_000 });
    source.write('waits');
    await eventually(() => pipe.queuedBytes === 5);
    const waitedFrom = performance.now();
    await eventually(() => performance.now() > waitedFrom + 10);
    const changedAt = performance.now();
    pipe.set(directionOf({ bytesPerSecond: 1000 }), false);
    await eventually(() => received().toString() === 'waits');
    // Five bytes at 1,000 a second, counted from the change and not from when they came.
    expect((writes.at(-1)?.at ?? 0) - changedAt).toBeGreaterThanOrEqual(5 - ROUNDING_MS);
  });

  it('passes a reset on even if the sink takes nothing, but not before its delay', async () => {
    const { pipe, source, sink, events } = createPipe({ delayMs: 5 }, { stalls: true });
    source.write(Buffer.alloc(100_000));
    await eventually(() => sink.writableNeedDrain);
    source.write('more');
    const resetAt = performance.now();
    pipe.sourceWasReset();
    await eventually(() => events.includes('reset'));
    expect(performance.now() - resetAt).toBeGreaterThanOrEqual(5 - ROUNDING_MS);
  });

  it('passes a reset on after the bytes before it', async () => {
    const { pipe, source, received, events } = createPipe({ delayMs: 3 });
    source.write('last words');
    await eventually(() => pipe.queuedBytes > 0);
    pipe.sourceWasReset();
    expect(events).toEqual([]);
    await eventually(() => events.includes('reset'));
    expect(received().toString()).toBe('last words');
  });

  it('counts bytes to a cut anew only if their number changes', async () => {
    const { pipe, source, received, events } = createPipe({ cutAfterBytes: 10 });
    source.write('123456');
    await eventually(() => received().length === 6);
    pipe.set(directionOf({ cutAfterBytes: 10, delayMs: 1 }), false);
    source.write('789abcd');
    await eventually(() => events.includes('cut'));
    expect(received().toString()).toBe('123456789a');
  });
});
