import { expect, it } from 'vitest';
import { deviationWarning } from './deviation.ts';

it('warns of a measured value that is off by more than the tolerance', () => {
  const tolerance = { share: 0.05, atLeast: 3 };
  expect(deviationWarning('The mean', 520, 502, tolerance)).toBeNull();
  expect(deviationWarning('The mean', 4, 1.5, tolerance)).toBeNull();
  expect(deviationWarning('The mean', 604, 502, tolerance)).toContain('1.20 times the predicted');
  expect(deviationWarning('The mean', 7, 0, tolerance)).toContain('not the predicted 0');
});
