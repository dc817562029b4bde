import { expect, it } from 'vitest';
import { untilSteady, warmUpWarning } from './warm-up.ts';

const OPTIONS = { sliceMs: 1000, mostMs: 5000, agreement: 0.05 };

/** @returns what slices took, one after the other, and how many were played. */
function slices(...us: number[]) {
  let played = 0;
  return {
    play: async () => us[played++] ?? Number.NaN,
    get played() {
      return played;
    },
  };
}

it('a warm-up goes on until two successive slices agree', async () => {
  const falling = slices(100, 60, 50, 48, 47);
  expect(await untilSteady(OPTIONS, falling.play)).toEqual({ ms: 4000, settled: true });
  expect(falling.played).toBe(4);
});

it('a warm-up that never settles ends when its time is over, and says so', async () => {
  const restless = slices(100, 50, 100, 50, 100, 50, 100);
  expect(await untilSteady(OPTIONS, restless.play)).toEqual({ ms: 5000, settled: false });
  expect(restless.played).toBe(5);
});

it('the warning counts the rounds that were not surely hot', () => {
  const [hot, cold] = [
    { ms: 1, settled: true },
    { ms: 1, settled: false },
  ];
  expect(warmUpWarning([hot, hot], 0.05)).toBeNull();
  expect(warmUpWarning([hot, cold, cold], 0.05)).toContain('In 2 of 3 rounds');
});
