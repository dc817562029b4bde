// burst: many messages at one instant, as when a team learns something at once. Who clogs?
import type { BenchSettings, Scenario } from './scenario.ts';
import { broadcastOf } from './steady.ts';

const MESSAGES_AT_ONCE = 50;
const BURSTS_PER_SECOND = 1;

export function burst(settings: BenchSettings): Scenario {
  return {
    name: 'burst',
    question: 'What happens when many speak at the same instant?',
    workload: broadcastOf(settings, {
      rounds: Math.min(settings.rounds, 5),
      clients: [settings.clients],
      arrivals: 'poisson',
      messagesPerSecond: MESSAGES_AT_ONCE * BURSTS_PER_SECOND,
      messagesAtOnce: MESSAGES_AT_ONCE,
      durationMs: settings.size === 'quick' ? 2000 : 3000,
      controls: [],
    }),
  };
}
