// saturation: ever more deliveries a second until the server comes to its limit. How many can it make?
import type { BenchSettings, Scenario } from './scenario.ts';
import { CONTROLS, WAIT_SECONDS } from './steady.ts';

/** Who only counts costs the loader so little that the server is full first; a message to each of them is much work. */
const CLIENTS = 1000;
/** On whom latencies are read. */
const SAMPLED_CLIENTS = 20;
/** Each stretch takes two of them more, and there are many. */
const MOST_POLL_INTERVAL_MS = 250;
const FULL = { rounds: 5, stretchMs: 400 } as const;
const SIZES = { quick: { rounds: 1, stretchMs: 300 }, default: FULL, full: FULL } as const;

export function saturation(settings: BenchSettings): Scenario {
  return {
    name: 'saturation',
    question: 'How many deliveries a second can the server make?',
    workload: {
      kind: 'saturation',
      ...SIZES[settings.size],
      clients: CLIENTS,
      sampledClients: SAMPLED_CLIENTS,
      quietMessages: 5,
      quietMessagesPerSecond: 5,
      climb: { from: 4000, to: 4_096_000, factor: 4, halvings: 2 },
      warmUpMs: 700,
      warmUpMessagesPerSecond: 30,
      textBytes: settings.textBytes,
      pollIntervalMs: Math.min(settings.pollIntervalMs, MOST_POLL_INTERVAL_MS),
      waitSeconds: WAIT_SECONDS,
      controls: CONTROLS,
      seed: settings.seed,
    },
  };
}
