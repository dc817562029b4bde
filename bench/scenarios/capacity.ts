// capacity: how many connections can be open at once, all of them served, and what stops more?
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

export function capacity(settings: BenchSettings): Scenario {
  return {
    name: 'capacity',
    question: 'How many connections can be open at once, all of them served, and what stops more?',
    workload: {
      kind: 'capacity',
      maxClients: settings.maxClients,
      stepClients: Math.ceil(settings.maxClients / 5),
      deliveryTimeoutMs: 5000,
      holdMs: 2000,
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      textBytes: settings.textBytes,
    },
  };
}
