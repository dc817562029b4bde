import { expect, it } from 'vitest';
import { wholeDuration } from './idle.ts';
import { chosenScenarios, SCENARIO_NAMES } from './index.ts';
import type { BenchSettings } from './scenario.ts';

const settings: BenchSettings = {
  quick: false,
  transports: ['sse'],
  scenarios: SCENARIO_NAMES,
  clients: 10,
  messagesPerSecond: 5,
  durationMs: 7000,
  rounds: 5,
  pollIntervalMs: 1000,
  seed: 1,
};

it('a measured window is a whole number of intervals and holds', () => {
  expect(wholeDuration(60_000, 30_000, 1000)).toBe(60_000);
  expect(wholeDuration(60_000, 30_000, 2500)).toBe(60_000);
  expect(wholeDuration(60_000, 30_000, 8000)).toBe(120_000);
  expect(wholeDuration(60_000, 30_000, 777)).toBe(60_000);
});

it('a steady run settles for an interval at least, and measures whole ones', () => {
  const [steady] = chosenScenarios({ ...settings, pollIntervalMs: 3000 });
  expect(steady?.workload).toMatchObject({ settleMs: 3000, durationMs: 9000 });
});

it('the idle room of a quick run says that it is shortened', () => {
  const idle = (quick: boolean) => chosenScenarios({ ...settings, quick }).find(({ name }) => name === 'idle');
  expect(idle(true)?.workload).toMatchObject({ durationMs: 10_000, waitSeconds: 5, shortened: true });
  expect(idle(false)?.workload).toMatchObject({ durationMs: 60_000, waitSeconds: 30, shortened: false });
});

it('scenarios are chosen by name', () => {
  expect(chosenScenarios({ ...settings, scenarios: ['idle'] }).map(({ name }) => name)).toEqual(['idle']);
});
