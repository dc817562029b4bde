// sending: from sending a message to the server's word that it is stored, in each transport's own way: a POST, or a
// frame on the socket.
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

const ROUND_TRIPS_MS = [0, 100];
const MESSAGES_PER_SECOND = 20;
const SIZES = {
  quick: { warmUpMs: 500, durationMs: 2000 },
  default: { warmUpMs: 1000, durationMs: 3000 },
  full: { warmUpMs: 1000, durationMs: 2500 },
} as const;
const MOST_ROUNDS = 3;

export function sending(settings: BenchSettings): Scenario {
  return {
    name: 'sending',
    question: 'How long does it take to send a message, and what does it cost?',
    workload: {
      kind: 'sending',
      rounds: Math.min(MOST_ROUNDS, settings.rounds),
      ...SIZES[settings.size],
      arrivals: settings.arrivals,
      messagesPerSecond: MESSAGES_PER_SECOND,
      addedRoundTripsMs: ROUND_TRIPS_MS,
      textBytes: settings.textBytes,
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      seed: settings.seed,
    },
  };
}
