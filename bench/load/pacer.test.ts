import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import type { Arrivals } from '../stats/conditions.ts';
import type { Clock } from './clock.ts';
import { pace, schedule } from './pacer.ts';

/** A single stretch. */
function offsetsOf(arrivals: Arrivals, messagesPerSecond: number, ms: number, random: () => number, atOnce = 1) {
  return schedule(arrivals, [{ ms, messagesPerSecond, atOnce }], random).offsetsMs;
}

describe('a schedule', () => {
  it('has the nominal rate, in order, within the duration', () => {
    const offsets = offsetsOf('poisson', 50, 4000, seededRandom(1));
    expect(offsets).toHaveLength(200);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(offsets.every((offset) => offset >= 0 && offset < 4000)).toBe(true);
  });

  it('is repeated by its seed', () => {
    const draw = (seed: number) => offsetsOf('poisson', 5, 2000, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('of random arrivals has the gaps of a Poisson process', () => {
    const offsets = offsetsOf('poisson', 100, 100_000, seededRandom(9));
    const gaps = offsets.slice(1).map((offset, index) => offset - (offsets[index] as number));
    const longerThanMean = gaps.filter((gap) => gap > 10).length / gaps.length;
    expect(longerThanMean).toBeCloseTo(Math.exp(-1), 1);
  });

  it('of periodic arrivals has equal gaps', () => {
    expect(offsetsOf('periodic', 4, 1000, Math.random)).toEqual([125, 375, 625, 875]);
  });

  it('has those that share a time so long after one another, and all within the duration', () => {
    const apart = { ms: 1000, messagesPerSecond: 4, atOnce: 2, apartMs: 10 };
    expect(schedule('periodic', [apart], Math.random)).toMatchObject({
      offsetsMs: [247.5, 257.5, 742.5, 752.5],
      inGroups: true,
    });
    const { offsetsMs } = schedule('poisson', [{ ...apart, apartMs: 900 }], seededRandom(3));
    expect(offsetsMs).toEqual(offsetsMs.toSorted((a, b) => a - b));
    expect(offsetsMs.every((offset) => offset >= 0 && offset < 1000)).toBe(true);
  });

  it('counts all messages of one time in the rate', () => {
    expect(offsetsOf('periodic', 4, 1000, Math.random, 2)).toEqual([250, 250, 750, 750]);
  });

  it('has a message at least', () => {
    expect(offsetsOf('poisson', 0.1, 1000, seededRandom(1))).toHaveLength(1);
  });

  it('has one stretch after the other, and before the last, which is the window, silence', () => {
    const warmUp = { ms: 1000, messagesPerSecond: 2 };
    const settling = { ms: 500, messagesPerSecond: 4 };
    const window = { ms: 1000, messagesPerSecond: 1 };
    expect(schedule('periodic', [warmUp, settling, window], Math.random, 100)).toEqual({
      offsetsMs: [250, 750, 1125, 1375, 2100],
      inGroups: false,
      fromMs: 1600,
      toMs: 2600,
    });
  });
});

/** A clock that stands still but for sleeping and for what a step takes. */
function fakeClock(): Clock & { advance(ms: number): void } {
  let time = 1000;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
    sleepUntil: async (at, signal) => {
      signal.throwIfAborted();
      time = Math.max(time, at);
    },
  };
}

describe('the pacer', () => {
  it('sends each message at its intended time', async () => {
    const clock = fakeClock();
    const sent: [number, number, number][] = [];
    await pace({
      clock,
      startAt: 1500,
      offsets: [0, 10, 25],
      send: (index, intendedAt) => sent.push([index, intendedAt, clock.now()]),
      lag: (ms) => expect(ms).toBe(0),
      signal: new AbortController().signal,
    });
    expect(sent).toEqual([
      [0, 1500, 1500],
      [1, 1510, 1510],
      [2, 1525, 1525],
    ]);
  });

  it('catches up after a stall, keeps the intended times, and reports the lag', async () => {
    const clock = fakeClock();
    const sent: [number, number][] = [];
    const lags: number[] = [];
    await pace({
      clock,
      startAt: 1000,
      offsets: [0, 10, 20, 200],
      send: (index, intendedAt) => {
        sent.push([intendedAt, clock.now()]);
        if (index === 0) clock.advance(100);
      },
      lag: (ms) => lags.push(ms),
      signal: new AbortController().signal,
    });
    expect(sent).toEqual([
      [1000, 1000],
      [1010, 1100],
      [1020, 1100],
      [1200, 1200],
    ]);
    expect(lags).toEqual([0, 90, 80, 0]);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const sent: number[] = [];
    const paced = pace({
      clock: fakeClock(),
      startAt: 1000,
      offsets: [0, 1, 2],
      send: (index) => {
        sent.push(index);
        controller.abort(new Error('stopped'));
      },
      lag: () => undefined,
      signal: controller.signal,
    });
    await expect(paced).rejects.toThrow('stopped');
    expect(sent).toEqual([0]);
  });
});
