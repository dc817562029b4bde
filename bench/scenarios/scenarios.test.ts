import { expect, it } from 'vitest';
import { benchSettings } from '../testing/settings.ts';
import { wholeDuration } from './idle.ts';
import { chosenScenarios } from './index.ts';
import type { RunSize } from './scenario.ts';

it('a measured window is a whole number of intervals and holds', () => {
  expect(wholeDuration(60_000, 30_000, 1000)).toBe(60_000);
  expect(wholeDuration(60_000, 30_000, 2500)).toBe(60_000);
  expect(wholeDuration(60_000, 30_000, 8000)).toBe(120_000);
  expect(wholeDuration(60_000, 30_000, 777)).toBe(60_000);
});

it('a steady run measures whole intervals', () => {
  const [steady] = chosenScenarios(benchSettings({ scenarios: ['steady'], pollIntervalMs: 3000 }));
  expect(steady?.workload).toMatchObject({ durationMs: 9000 });
});

it('the idle room says that it is shortened, unless the run is full', () => {
  const idle = (size: RunSize) => chosenScenarios(benchSettings({ scenarios: ['idle'], size }))[0]?.workload;
  expect(idle('default')).toMatchObject({ durationMs: 10_000, waitSeconds: 5, shortened: true });
  expect(idle('full')).toMatchObject({ durationMs: 60_000, waitSeconds: 30, shortened: false });
});

it('crossover has rates below and above one message per poll interval', () => {
  const [crossover] = chosenScenarios(benchSettings({ scenarios: ['crossover'], pollIntervalMs: 500 }));
  const { workload } = crossover ?? {};
  const rates = workload?.kind === 'parallel' ? workload.cases.map((one) => one.messagesPerSecond) : [];
  expect(rates).toEqual([0.4, 1, 2, 4, 10]);
});

it('scenarios are chosen by name', () => {
  expect(chosenScenarios(benchSettings({ scenarios: ['idle'] })).map(({ name }) => name)).toEqual(['idle']);
});

it('a ceiling has rounds enough for intervals, but in a first look', () => {
  const rounds = (size: RunSize) => {
    const [scenario] = chosenScenarios(benchSettings({ scenarios: ['http-ceiling'], size }));
    return scenario?.workload.kind === 'http-ceiling' ? scenario.workload.rounds : 0;
  };
  expect([rounds('quick'), rounds('default'), rounds('full')]).toEqual([1, 5, 5]);
});
