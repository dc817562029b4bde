import { expect, it } from 'vitest';
import { createLatencyRecorder } from './latency.ts';

it('summarises in microseconds, mean and maximum exactly, quantiles to 0.1 %', () => {
  const recorder = createLatencyRecorder();
  for (let ms = 1; ms <= 1000; ms += 1) recorder.record(ms);
  const summary = recorder.summary();
  expect(recorder.count).toBe(1000);
  expect(summary?.mean).toBe(500_500);
  expect(summary?.max).toBe(1_000_000);
  for (const [value, expected] of [
    [summary?.p50, 500_000],
    [summary?.p90, 900_000],
    [summary?.p99, 990_000],
  ] as const) {
    expect(Math.abs((value ?? 0) / expected - 1)).toBeLessThan(0.001);
  }
});

it('has no summary where nothing was recorded', () => {
  expect(createLatencyRecorder().summary()).toBeNull();
});
