import { describe, expect, it } from 'vitest';
import { overRounds } from './over-rounds.ts';
import { leaning, normal, shareOf, syntheticRounds } from './testing/synthetic-rounds.ts';

const TRIALS = 10_000;

describe('a figure over rounds', () => {
  it('is the geometric mean, without an interval below five rounds', () => {
    expect(overRounds([1, 100])).toEqual({ value: 10, rounds: [1, 100] });
  });

  it('is the value itself where there was one round', () => {
    expect(overRounds([7])).toEqual({ value: 7 });
  });

  it('is the arithmetic mean, without an interval, where a round says 0', () => {
    expect(overRounds([0, 0, 0, 0, 0])).toEqual({ value: 0, rounds: [0, 0, 0, 0, 0] });
    expect(overRounds([0, 2, 2, 2, 4])).toEqual({ value: 2, rounds: [0, 2, 2, 2, 4] });
  });

  it('has an interval that is as wide as the rounds are far apart', () => {
    const { value, low, high } = overRounds([9, 9.5, 10, 10.5, 11]);
    expect(value).toBeCloseTo(9.975, 2);
    expect(value / (low as number)).toBeCloseTo((high as number) / value, 4);
    expect((high as number) / (low as number)).toBeCloseTo(1.217, 2);
  });

  it.each([
    { rounds: 5, shape: 'normal', disturbance: normal(11) },
    { rounds: 7, shape: 'normal', disturbance: normal(12) },
    { rounds: 10, shape: 'normal', disturbance: normal(13) },
    { rounds: 5, shape: 'leaning', disturbance: leaning(14) },
    { rounds: 7, shape: 'leaning', disturbance: leaning(15) },
    { rounds: 10, shape: 'leaning', disturbance: leaning(16) },
  ])('holds the truth in 95 % of all runs of $rounds rounds with $shape disturbances', ({ rounds, disturbance }) => {
    const covered = shareOf(TRIALS, () => {
      const { low = 0, high = 0 } = overRounds(syntheticRounds(20, rounds, 0.2, disturbance));
      return low <= 20 && 20 <= high;
    });
    expect(Math.abs(covered - 0.95)).toBeLessThan(0.015);
  });
});
