// A made-up run for tests of the reports: every kind of lane, figure and warning once, with round numbers.
import type { Run } from '../run/run-file.ts';
import { sampleCosts } from './sample-costs.ts';
import { TRANSPORTS } from './sample-lanes.ts';
import { burst, crossover, fanout, idle, rtt, steady } from './sample-scenarios.ts';
import {
  calibration,
  capacity,
  firstMessage,
  httpCeiling,
  recovery,
  saturation,
  sending,
  slowReader,
} from './sample-special-scenarios.ts';

/** @returns a fresh copy; tests may change it. */
export function sampleRun(): Run {
  const scenarios = [
    steady(),
    rtt(),
    crossover(),
    idle(),
    burst(),
    fanout(),
    capacity(),
    recovery(),
    slowReader(),
    sending(),
    saturation(),
    httpCeiling(),
    firstMessage(),
    calibration(),
    sampleCosts(),
  ];
  return {
    schema: 1,
    id: '2026-01-02t030405z',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:08:45.000Z',
    complete: true,
    environment: {
      cpu: 'Sample CPU at 3.00 GHz',
      cores: 4,
      memoryBytes: 8 * 1024 ** 3,
      os: 'Linux 6.1.0 x64',
      node: 'v20.20.2',
      packages: { ws: '8.23.0', express: '5.3.0' },
      commit: '0123456789abcdef0123456789abcdef01234567',
      dirty: false,
      flags: ['--clients', '100'],
      loadAverage: [0.1, 0.2, 0.3],
    },
    settings: {
      size: 'default',
      transports: [...TRANSPORTS],
      scenarios: scenarios.map(({ name }) => name),
      clients: 100,
      messagesPerSecond: 5,
      arrivals: 'poisson',
      textBytes: 100,
      durationMs: 7000,
      rounds: 5,
      pollIntervalMs: 1000,
      maxClients: 10_000,
      workers: 1,
      target: null,
      seed: 1,
    },
    scenarios,
    warnings: [],
  };
}

/** @returns one scenario of a fresh sample. @throws where the sample has none of that name. */
export function sampleScenario(name: string): Run['scenarios'][number] {
  const scenario = sampleRun().scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`The sample has no ${name}.`);
  return scenario;
}
