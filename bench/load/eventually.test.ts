import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';

const quiet = () => new AbortController().signal;

it('looks until it is so', async () => {
  let looks = 0;
  expect(await eventually(() => ++looks === 3, 60_000, quiet())).toBe(true);
  expect(looks).toBe(3);
});

it('says so where the time is over', async () => {
  expect(await eventually(async () => false, 1, quiet())).toBe(false);
});

it('looks once in any case', async () => {
  expect(await eventually(() => true, 0, quiet())).toBe(true);
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const waiting = eventually(() => false, 60_000, controller.signal);
  controller.abort();
  await expect(waiting).rejects.toThrow();
});
