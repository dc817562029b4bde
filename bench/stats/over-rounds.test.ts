import { describe, expect, it } from 'vitest';
import { overRounds } from './over-rounds.ts';
import { seededRandom } from './random.ts';

describe('a figure over rounds', () => {
  it('is the geometric mean, without an interval below five rounds', () => {
    expect(overRounds([1, 100])).toEqual({ value: 10 });
  });

  it('is 0, without an interval, where every round says 0', () => {
    expect(overRounds([0, 0, 0, 0, 0])).toEqual({ value: 0 });
  });

  it.each([5, 8])('has an interval that holds the truth in 95 % of the cases, with %i rounds', (rounds) => {
    const random = seededRandom(11);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const trials = 5000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const figure = overRounds(Array.from({ length: rounds }, () => 20 * Math.exp(0.2 * normal())));
      if ((figure.low as number) <= 20 && 20 <= (figure.high as number)) covered += 1;
    }
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(0.015);
  });
});
