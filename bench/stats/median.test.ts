import { expect, it } from 'vitest';
import { median } from './median.ts';

it('is the middle one, or lies between the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
  expect(median([])).toBe(0);
});
