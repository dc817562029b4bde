// first-message: a page is opened. How long until the first message is there, connection set-up included?
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

const ROUND_TRIPS_MS = [0, 100];
const OPENINGS = { quick: 10, default: 15, full: 15 } as const;
const MOST_ROUNDS = 3;

export function firstMessage(settings: BenchSettings): Scenario {
  return {
    name: 'first-message',
    question: 'How long does it take from nothing to the first message?',
    workload: {
      kind: 'first-message',
      rounds: Math.min(MOST_ROUNDS, settings.rounds),
      openings: OPENINGS[settings.size],
      addedRoundTripsMs: ROUND_TRIPS_MS,
      textBytes: settings.textBytes,
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
    },
  };
}
