import { describe, expect, it } from 'vitest';
import { studentT } from '../../client/student-t.ts';
import { compareFigures, compareRounds } from './comparison.ts';
import { logsOf } from './logs.ts';
import { overRounds } from './over-rounds.ts';
import { normal, shareOf, syntheticRounds } from './testing/synthetic-rounds.ts';

const TRIALS = 5000;

/** Rounds of two things on one machine: half of the disturbance is the round's, and hits both. */
function pairOfRounds(ratio: number, rounds: number, spread: number, disturbance: () => number): [number[], number[]] {
  const machine = syntheticRounds(1, rounds, spread, disturbance);
  const own = (truth: number) =>
    syntheticRounds(truth, rounds, spread, disturbance).map((value, round) => value * (machine[round] as number));
  return [own(10 * ratio), own(10)];
}

describe('a comparison by rounds', () => {
  it.each([{ rounds: 5 }, { rounds: 10 }])(
    'of a thing with itself finds a difference in less than 0.5 % of all runs of $rounds rounds',
    ({ rounds }) => {
      const disturbance = normal(21);
      const found = shareOf(TRIALS, () => {
        const result = compareRounds(...pairOfRounds(1, rounds, 0.05, disturbance));
        return result === null || result.different;
      });
      expect(found).toBeLessThan(0.005 + 0.002);
    },
  );

  it.each([{ rounds: 5 }, { rounds: 7 }, { rounds: 10 }])(
    'has an interval that holds the truth in 99.5 % of all runs of $rounds rounds',
    ({ rounds }) => {
      const disturbance = normal(22);
      const covered = shareOf(TRIALS, () => {
        const { low = 0, high = 0 } = compareRounds(...pairOfRounds(1.5, rounds, 0.1, disturbance))?.ratio ?? {};
        return low <= 1.5 && 1.5 <= high;
      });
      expect(Math.abs(covered - 0.995)).toBeLessThan(0.005);
    },
  );

  it.each([1.5, 0.667])('finds a true difference of %d times where rounds spread by a twentieth', (ratio) => {
    const disturbance = normal(23);
    const found = shareOf(
      TRIALS,
      () => compareRounds(...pairOfRounds(ratio, 5, 0.05, disturbance))?.different === true,
    );
    expect(found).toBeGreaterThan(0.95);
  });

  it('lets what disturbs a round as a whole cancel', () => {
    const a = [10, 20, 40, 80, 160];
    const b = [5, 10.1, 19.9, 40.1, 79.9];
    const result = compareRounds(a, b);
    expect(result?.ratio.value).toBeCloseTo(2, 2);
    expect(result?.ratio.low).toBeGreaterThan(1.96);
    expect(result?.different).toBe(true);
    expect(result?.ratio.rounds?.[0]).toBe(2);
  });

  it('takes less than 2 % for no difference, however certain', () => {
    const b = [10, 11, 9, 10, 12];
    const times = (ratio: number) =>
      compareRounds(
        b.map((value) => value * ratio),
        b,
      )?.different;
    expect([1.015, 1.025, 1 / 1.015, 1 / 1.025].map(times)).toEqual([false, true, false, true]);
  });

  it('says nothing of fewer than five rounds, of unequal ones, or of a round that is 0', () => {
    expect(compareRounds([1, 1, 1, 1], [2, 2, 2, 2])).toBeNull();
    expect(compareRounds([1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2])).toBeNull();
    expect(compareRounds([1, 1, 1, 1, 1], [2, 2, 2, 2, 0])).toBeNull();
    expect(compareRounds([1, 1, -1, 1, 1], [2, 2, -2, 2, 2])).toBeNull();
  });
});

describe('a comparison of two runs', () => {
  it.each([
    { rounds: [5, 5], spreads: [0.05, 0.05] },
    { rounds: [5, 10], spreads: [0.05, 0.15] },
    { rounds: [10, 5], spreads: [0.02, 0.1] },
  ] as const)('of $rounds rounds that spread by $spreads holds the truth in 99.5 %', ({ rounds, spreads }) => {
    const disturbance = normal(24);
    let different = 0;
    const covered = shareOf(TRIALS, () => {
      const [a, b] = [0, 1].map((run) =>
        overRounds(syntheticRounds(30, rounds[run] as number, spreads[run] as number, disturbance)),
      );
      const result = compareFigures(a ?? overRounds([]), b ?? overRounds([]));
      if (result?.different === true) different += 1;
      return (result?.ratio.low ?? 2) <= 1 && 1 <= (result?.ratio.high ?? 0);
    });
    expect(Math.abs(covered - 0.995)).toBeLessThan(0.005);
    expect(different / TRIALS).toBeLessThan(0.005 + 0.002);
  });

  it('finds a true difference of 1.5 times where rounds spread by a twentieth', () => {
    const disturbance = normal(25);
    const run = (truth: number) => overRounds(syntheticRounds(truth, 5, 0.05, disturbance));
    expect(shareOf(TRIALS, () => compareFigures(run(15), run(10))?.different === true)).toBeGreaterThan(0.98);
  });

  it('knows the spread of the one that has any from its own rounds alone', () => {
    const still = overRounds([2, 2, 2, 2, 2]);
    const spread = overRounds([2, 3, 4, 5, 6, 7, 8]);
    const { count, variance } = logsOf(spread.rounds ?? []) ?? { count: 0, variance: 0 };
    const factor = Math.exp(studentT(0.9975, 6) * Math.sqrt(variance / count));
    for (const ratio of [compareFigures(spread, still)?.ratio, compareFigures(still, spread)?.ratio]) {
      expect((ratio?.high ?? 0) / (ratio?.value ?? 1)).toBeCloseTo(factor, 4);
      expect((ratio?.value ?? 0) / (ratio?.low ?? 1)).toBeCloseTo(factor, 4);
    }
  });

  it('knows two runs without any spread apart', () => {
    const same = (value: number) => overRounds([value, value, value, value, value]);
    expect(compareFigures(same(3), same(2))).toEqual({ ratio: { value: 1.5, low: 1.5, high: 1.5 }, different: true });
    expect(compareFigures(same(2), same(2))?.different).toBe(false);
  });

  it('says nothing where the rounds are missing or too few', () => {
    const five = overRounds([1, 2, 1, 2, 1]);
    expect(compareFigures({ value: 3 }, five)).toBeNull();
    expect(compareFigures(five, overRounds([1, 2, 1, 2]))).toBeNull();
    expect(compareFigures(five, overRounds([1, 2, 0, 2, 1]))).toBeNull();
  });
});
