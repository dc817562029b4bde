import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

const ALMOST_ONE = 0.999999;

function take(count: number, random: () => number): number[] {
  const backoff = createBackoff(random);
  return Array.from({ length: count }, () => Math.round(backoff.next()));
}

test('the bound of the delay doubles from half a second to half a minute, and stays there', () => {
  expect(take(9, () => ALMOST_ONE)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('the delay is anywhere between nothing and its bound', () => {
  expect(take(3, () => 0)).toEqual([0, 0, 0]);
  expect(take(3, () => 0.5)).toEqual([250, 500, 1000]);
});

test('it is never earlier than the server asked for', () => {
  expect(createBackoff(() => 0).next(7000)).toBe(7000);
  expect(createBackoff(() => 0.5).next(0)).toBe(250);
});

test('what the server told in whole seconds is spread over one of them', () => {
  expect(createBackoff(() => 0.5).next(7000)).toBe(7500);
  expect(createBackoff(() => ALMOST_ONE).next(1)).toBeCloseTo(1001, 1);
});

test('it begins anew after a reset', () => {
  const backoff = createBackoff(() => 0.5);
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(250);
});
