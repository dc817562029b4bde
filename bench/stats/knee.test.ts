import { describe, expect, it } from 'vitest';
import { climb, KNEE_DELAY_MS, kneeOf, type Stretch } from './knee.ts';

const QUIET = 5;
const stretch = (load: number, latencyMs: number, serverFull = true): Stretch => ({ load, latencyMs, serverFull });
/** A server that is busy for as long as each message takes: it waits without end where the load reaches the capacity. */
const queue = (capacity: number) => (load: number) =>
  stretch(load, load < capacity ? QUIET + (5 * load) / (capacity - load) : 500);

describe('the knee', () => {
  it('lies between the highest load that was served in time and the next one', () => {
    const knee = kneeOf(QUIET, [stretch(100, 5), stretch(200, 10), stretch(400, 90)]);
    expect(knee?.isBound).toBe(false);
    // On logarithms the limit of 30 ms lies halfway between 10 and 90.
    expect(knee?.load).toBeCloseTo(200 * Math.SQRT2);
  });

  it('is not moved by one disturbed stretch', () => {
    const sound = [stretch(100, 5), stretch(200, 6), stretch(400, 10), stretch(800, 90)];
    const disturbed = sound.map((one) => (one.load === 200 ? stretch(200, 300) : one));
    expect(kneeOf(QUIET, disturbed)).toEqual(kneeOf(QUIET, sound));
    expect(kneeOf(QUIET, [...sound, stretch(400, 200)])).toEqual(kneeOf(QUIET, sound));
  });

  it('is a bound where all was served, and where the server was not full when it was late', () => {
    expect(kneeOf(QUIET, [stretch(100, 5), stretch(200, 9)])).toEqual({ load: 200, isBound: true });
    expect(kneeOf(QUIET, [stretch(100, 5), stretch(200, 99, false)])).toEqual({ load: 100, isBound: true });
  });

  it('counts from the least latency of all: a quiet that was disturbed was none', () => {
    const stretches = [stretch(100, 5), stretch(200, 10), stretch(400, 90)];
    expect(kneeOf(300, stretches)).toEqual(kneeOf(QUIET, stretches));
  });

  it('is none where nothing was served in time', () => {
    expect(kneeOf(QUIET, [stretch(100, QUIET + KNEE_DELAY_MS + 1)])).toBeNull();
    expect(kneeOf(QUIET, [])).toBeNull();
  });
});

describe('a climb', () => {
  const steps = { from: 100, to: 1_000_000, factor: 4, halvings: 4 };

  it.each([150, 900, 5000, 77_777])('finds the knee of a server that can serve %d a second', async (capacity) => {
    const played = await climb(steps, QUIET, async (load) => queue(capacity)(load));
    // Where it waits five sixths of the time, it waits for 25 ms.
    const truth = (capacity * 5) / 6;
    const found = kneeOf(QUIET, played)?.load ?? 0;
    expect(found / truth).toBeGreaterThan(0.95);
    expect(found / truth).toBeLessThan(1.05);
  });

  it('goes on where only one of two tries is late', async () => {
    const tries = new Map<number, number>();
    const played = await climb(steps, QUIET, async (load) => {
      const attempt = (tries.get(load) ?? 0) + 1;
      tries.set(load, attempt);
      return attempt === 1 ? stretch(load, 400) : queue(5000)(load);
    });
    expect(kneeOf(QUIET, played)?.load).toBeGreaterThan(3900);
  });

  it('ends at the top, and where nothing more can be played', async () => {
    const all = await climb({ ...steps, to: 2000 }, QUIET, async (load) => stretch(load, QUIET));
    expect(all.map(({ load }) => load)).toEqual([100, 400, 1600]);
    const ended = await climb(steps, QUIET, async (load) => (load > 400 ? null : stretch(load, QUIET)));
    expect(ended.map(({ load }) => load)).toEqual([100, 400]);
  });
});
