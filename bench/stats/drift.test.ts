import { describe, expect, it } from 'vitest';
import { driftWarning } from './drift.ts';
import { leaning, normal, shareOf, syntheticRounds } from './testing/synthetic-rounds.ts';

const TRIALS = 10_000;

function drifting(rounds: readonly number[], change: number): number[] {
  return rounds.map((value, round) => value * change ** (round / (rounds.length - 1)));
}

describe('a drift over rounds', () => {
  it.each([
    { rounds: 5, disturbance: normal(31) },
    { rounds: 10, disturbance: normal(32) },
    { rounds: 5, disturbance: leaning(33) },
  ])('is hardly ever warned of where there is none, in $rounds rounds', ({ rounds, disturbance }) => {
    const warned = shareOf(TRIALS, () => driftWarning('x', syntheticRounds(5, rounds, 0.1, disturbance)) !== null);
    expect(warned).toBeLessThan(0.01);
  });

  it.each([
    { change: 1.5, rounds: 5 },
    { change: 1 / 1.5, rounds: 5 },
    { change: 1.2, rounds: 10 },
  ])('of $change times in $rounds rounds is warned of', ({ change, rounds }) => {
    const disturbance = normal(34);
    const warned = shareOf(
      TRIALS,
      () => driftWarning('x', drifting(syntheticRounds(5, rounds, 0.02, disturbance), change)) !== null,
    );
    expect(warned).toBeGreaterThan(0.95);
  });

  it('is told with its size, a reason and a remedy', () => {
    const warning = driftWarning('The mean latency', drifting([5, 5, 5, 5, 5], 1.3));
    expect(warning).toContain('The mean latency rose by 30 % from the first round to the last');
    expect(warning).toMatch(/got warm.*Let the machine come to rest/);
    expect(driftWarning('The mean latency', drifting([5, 5, 5, 5, 5], 0.8))).toContain('fell by 20 %');
  });

  it('of a few percent is none, however certain; nor is one slow round', () => {
    expect(driftWarning('x', drifting([5, 5, 5, 5, 5], 1.04))).toBeNull();
    expect(driftWarning('x', [5, 5, 5, 5, 9])).toBeNull();
  });

  it('can not be told from fewer than five rounds, or where a round says 0', () => {
    expect(driftWarning('x', [1, 2, 3, 4])).toBeNull();
    expect(driftWarning('x', [0, 1, 2, 3, 4])).toBeNull();
  });
});
