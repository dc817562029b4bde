// Settings of a run for tests.
import { CLAIM_NUMBERS } from '../run/claims.ts';
import { SCENARIO_NAMES } from '../scenarios/index.ts';
import type { BenchSettings } from '../scenarios/scenario.ts';

export function benchSettings(rest: Partial<BenchSettings> = {}): BenchSettings {
  return {
    size: 'default',
    transports: ['sse'],
    scenarios: SCENARIO_NAMES,
    clients: 10,
    messagesPerSecond: 5,
    arrivals: 'poisson',
    textBytes: 100,
    durationMs: 7000,
    rounds: 5,
    pollIntervalMs: 1000,
    claims: CLAIM_NUMBERS,
    browserHeads: true,
    maxClients: 1000,
    workers: 1,
    target: null,
    seed: 1,
    ...rest,
  };
}
