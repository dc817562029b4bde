// fanout: the same message to ever more clients. How late is the last receiver?
import type { BenchSettings, Scenario } from './scenario.ts';
import { broadcastOf } from './steady.ts';

const CLIENTS = [1, 100, 1000];
const MESSAGES_PER_SECOND = 5;
const SIZES = {
  quick: { rounds: 1, durationMs: 1000 },
  default: { rounds: 2, durationMs: 1000 },
  full: { rounds: 5, durationMs: 1500 },
} as const;

export function fanout(settings: BenchSettings): Scenario {
  const { rounds, durationMs } = SIZES[settings.size];
  return {
    name: 'fanout',
    question: 'How late is the last receiver as clients are added?',
    workload: broadcastOf(settings, {
      rounds,
      clients: CLIENTS,
      arrivals: 'poisson',
      messagesPerSecond: MESSAGES_PER_SECOND,
      messagesAtOnce: 1,
      durationMs,
      // How late the last one is follows from what a delivery costs, which has its controls in `costs`.
      controls: [],
    }),
  };
}
