import { expect, it } from 'vitest';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { stratifiedPhases } from './random.ts';

it('stratified phases have one in each slice, not in the order of the slices', () => {
  const phases = stratifiedPhases(10, 1000, seededRandom(5));
  expect(phases.map((phase) => Math.floor(phase / 100)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(phases).not.toEqual(phases.toSorted((a, b) => a - b));
});
