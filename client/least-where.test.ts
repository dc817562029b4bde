import { expect, it } from 'vitest';
import { leastWhere } from './least-where.ts';

it('finds where something begins to hold, to the last digit', () => {
  expect(leastWhere((x) => x * x >= 2, 0, 10)).toBeCloseTo(Math.SQRT2, 14);
});

it('gives the end of the interval where it holds nowhere before, and the beginning where it holds everywhere', () => {
  expect(leastWhere(() => false, 3, 4)).toBe(4);
  expect(leastWhere(() => true, 3, 4)).toBeCloseTo(3, 14);
});
