// Rounds as a machine might have measured them, of which the truth is known.
import { seededRandom } from '../../../server/protocol/seeded-random.ts';

/** Draws a disturbance with mean 0 and standard deviation 1. */
export type Disturbance = () => number;

export function normal(seed: number): Disturbance {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Leans to one side, as machines do that are sometimes slow and never fast: the sum of eight exponential ones. */
export function leaning(seed: number): Disturbance {
  const random = seededRandom(seed);
  return () => {
    let sum = 0;
    for (let i = 0; i < 8; i += 1) sum -= Math.log(1 - random());
    return (sum - 8) / Math.sqrt(8);
  };
}

/** @returns rounds whose logarithms spread by `spread` around that of the truth. */
export function syntheticRounds(truth: number, rounds: number, spread: number, disturbance: Disturbance): number[] {
  return Array.from({ length: rounds }, () => truth * Math.exp(spread * disturbance()));
}

/** @returns the share of so many trials that came out true. */
export function shareOf(trials: number, trial: () => boolean): number {
  let hits = 0;
  for (let i = 0; i < trials; i += 1) if (trial()) hits += 1;
  return hits / trials;
}
