import { expect, it } from 'vitest';
import { loaderWarnings, medianLoader, watchLoader } from './loader-watch.ts';

const calm = {
  pacingLagMs: { p50: 0.01, p99: 0.5, max: 4 },
  eventLoopDelayMs: { p50: 0.1, p99: 1 },
  utilisation: 0.2,
};

it('a calm bench warns of nothing', () => {
  expect(loaderWarnings(calm)).toEqual([]);
});

it('a bench that was the limit says why, and what to do', () => {
  const [warning] = loaderWarnings({ ...calm, utilisation: 0.97, pacingLagMs: { p50: 5, p99: 40, max: 90 } });
  expect(warning).toContain('97 %');
  expect(warning).toContain('40.0 ms late');
  expect(warning).toContain('--clients');
  expect(warning).not.toContain('event loop was up to');
});

it('takes the median of the rounds, figure by figure', () => {
  const late = { ...calm, eventLoopDelayMs: { p50: 0, p99: 30 } };
  const busy = { ...calm, utilisation: 0.9 };
  expect(medianLoader([calm, late, busy])).toEqual(calm);
  expect(medianLoader([late, late, busy]).eventLoopDelayMs.p99).toBe(30);
});

it('reports the lags that it was told', () => {
  const watch = watchLoader();
  for (const lag of [1, 2, 3]) watch.lag(lag);
  expect(watch.stop().pacingLagMs.max).toBe(3);
});
