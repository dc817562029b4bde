// crossover: polling at several message rates. From which rate on does long polling make more requests than short?
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

/** Messages per poll interval. */
const PER_INTERVAL = [0.2, 0.5, 1, 2, 5];
const CLIENTS = 4;
const SIZES = {
  quick: { rounds: 1, durationMs: 10_000 },
  default: { rounds: 3, durationMs: 20_000 },
  full: { rounds: 3, durationMs: 25_000 },
} as const;

export function crossover(settings: BenchSettings): Scenario {
  const { pollIntervalMs } = settings;
  return {
    name: 'crossover',
    question: 'From which message rate on does long polling make more requests than short polling?',
    workload: {
      kind: 'parallel',
      ...SIZES[settings.size],
      clients: CLIENTS,
      cases: PER_INTERVAL.map((messages) => {
        const messagesPerSecond = (messages * 1000) / pollIntervalMs;
        return { name: `${messagesPerSecond}/s`, addedRoundTripMs: 0, messagesPerSecond };
      }),
      arrivals: 'poisson',
      textBytes: settings.textBytes,
      settleMs: Math.max(2000, pollIntervalMs),
      pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      transports: ['short-polling', 'long-polling'],
      seed: settings.seed,
    },
  };
}
