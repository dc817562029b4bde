import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.ts';

function take(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and path, and others for any other', () => {
    const first = take(20, seededRandom(7, 3, 1));
    expect(take(20, seededRandom(7, 3, 1))).toEqual(first);
    for (const other of [seededRandom(8, 3, 1), seededRandom(7, 4, 1), seededRandom(7, 3, 2), seededRandom(7, 1, 3)]) {
      expect(take(20, other).filter((value) => first.includes(value))).toEqual([]);
    }
  });

  it('gives numbers that fill [0, 1) evenly', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const value of take(100_000, seededRandom(0))) {
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths).toHaveLength(10);
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('gives first numbers that neighbouring connections do not share', () => {
    const firsts = Array.from({ length: 10_000 }, (_, connection) => seededRandom(1, connection, 0)());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(new Set(firsts).size).toBeGreaterThan(9_990);
  });
});
