import { expect, it } from 'vitest';
import { studentT } from './student-t.ts';

it.each([
  [0.975, 1, 12.7062],
  [0.975, 2, 4.30265],
  [0.975, 4, 2.77645],
  [0.975, 6, 2.44691],
  [0.975, 9, 2.26216],
  [0.975, 30, 2.04227],
  [0.975, 120, 1.97993],
  [0.9975, 4, 5.59757],
  [0.9975, 5, 4.77334],
  [0.9975, 9, 3.68966],
  [0.9975, 30, 3.0298],
])('has the quantile %d at %d degrees of freedom: %d', (p, degrees, expected) => {
  expect(studentT(p, degrees) / expected).toBeCloseTo(1, 5);
});

it('serves degrees that are no whole number: between those of its neighbours, and as the formula for 3 says', () => {
  expect(studentT(0.975, 4.5)).toBeLessThan(studentT(0.975, 4));
  expect(studentT(0.975, 4.5)).toBeGreaterThan(studentT(0.975, 5));
  // P(T < t) at three degrees of freedom has a closed form.
  const t = studentT(0.9975, 3);
  const x = t / Math.sqrt(3);
  expect(0.5 + (x / (1 + x * x) + Math.atan(x)) / Math.PI).toBeCloseTo(0.9975, 7);
});

it('comes to the normal distribution, from above', () => {
  expect(studentT(0.975, 1e6)).toBeGreaterThan(1.95996);
  expect(studentT(0.975, 1e6)).toBeLessThan(1.963);
  expect(studentT(0.5, 7)).toBeCloseTo(0, 9);
});

it('refuses what is no probability, and no degrees of freedom', () => {
  for (const [p, degrees] of [
    [1, 4],
    [0.4, 4],
    [0.975, 0],
    [0.975, Number.NaN],
  ] as const) {
    expect(() => studentT(p, degrees)).toThrow(RangeError);
  }
});
