import { expect, it } from 'vitest';
import { seededRandom, stratifiedPhases } from './random.ts';

it('the same seed gives the same numbers, another one others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

it('numbers are even over [0, 1)', () => {
  const random = seededRandom(42);
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i += 1) {
    const tenth = Math.floor(random() * 10);
    tenths[tenth] = (tenths[tenth] as number) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

it('stratified phases have one in each slice, not in the order of the slices', () => {
  const phases = stratifiedPhases(10, 1000, seededRandom(5));
  expect(phases.map((phase) => Math.floor(phase / 100)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(phases).not.toEqual(phases.toSorted((a, b) => a - b));
});
