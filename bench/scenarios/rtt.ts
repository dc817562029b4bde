// rtt: the same room over a network with a round trip, where the gap between two long polls shows. Loopback hides it.
import { IN_PAIRS } from '../run/lane-labels.ts';
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

const ROUND_TRIPS_MS = [0, 20, 100];
/** The worst for long polling: the second of two comes while the client has yet to ask again. */
const PAIRS = { addedRoundTripMs: 100, pairsApartMs: 10 };
const MESSAGES_PER_SECOND = 10;
/** Few: long pollers of one room are answered together, so that many tell no more than one. */
const CLIENTS = 4;
const SIZES = {
  quick: { rounds: 1, durationMs: 5000 },
  default: { rounds: 5, durationMs: 24_000 },
  full: { rounds: 5, durationMs: 30_000 },
} as const;

export function rtt(settings: BenchSettings): Scenario {
  return {
    name: 'rtt',
    question: 'What does a round trip of the network do to each?',
    workload: {
      kind: 'parallel',
      ...SIZES[settings.size],
      clients: CLIENTS,
      cases: [
        ...ROUND_TRIPS_MS.map((addedRoundTripMs) => ({
          name: `${addedRoundTripMs} ms`,
          addedRoundTripMs,
          messagesPerSecond: MESSAGES_PER_SECOND,
        })),
        {
          name: `${PAIRS.addedRoundTripMs} ms${IN_PAIRS}`,
          ...PAIRS,
          messagesPerSecond: MESSAGES_PER_SECOND,
        },
      ],
      arrivals: 'poisson',
      textBytes: settings.textBytes,
      settleMs: Math.max(2000, settings.pollIntervalMs),
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      transports: null,
      seed: settings.seed,
    },
  };
}
