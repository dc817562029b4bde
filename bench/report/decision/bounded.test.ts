import { describe, expect, it } from 'vitest';
import { at, growing } from './bounded.ts';

const curve = [
  { x: 1, value: 100 },
  { x: 100, value: 10 },
  { x: 1000, value: 10 },
];

describe('a curve', () => {
  it('goes through what was measured, and straight between logarithms', () => {
    expect(at(curve, 1)).toBe(100);
    expect(at(curve, 100)).toBeCloseTo(10);
    expect(at(curve, 10)).toBeCloseTo(Math.sqrt(1000));
    expect(at(curve, 300)).toBeCloseTo(10);
  });

  it('is not known beyond its ends, nor where there is none', () => {
    expect([at(curve, 0.99), at(curve, 1001), at([], 5)]).toEqual([null, null, null]);
  });
});

describe('what grows with how much there is to do', () => {
  const rising = [
    { x: 10, value: 2 },
    { x: 1000, value: 20 },
  ];

  it('is what was measured, between its ends', () => {
    expect(growing(rising, 1000)).toEqual({ value: 20, low: 20, high: 20 });
  });

  it('is only bounded beyond them, and from nowhere jumps back', () => {
    expect(growing(rising, 5000)).toEqual({ value: 100, low: 20, high: 200 });
    expect(growing(rising, 5)).toEqual({ value: 2, low: 1, high: 2 });
  });
});
