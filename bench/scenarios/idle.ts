// idle: a room in which nobody says anything, as most rooms are most of the time. What does silence cost?
import type { BenchSettings, Scenario } from './scenario.ts';
import { browserHeadsOf } from './steady.ts';

/** A real lab's. */
const REAL = { durationMs: 60_000, waitSeconds: 30, heartbeatMs: 15_000, settleMs: 3000 };
/** Scaled down, so that a short window too holds whole holds and heartbeats. */
const SHORT = { durationMs: 10_000, waitSeconds: 5, heartbeatMs: 5000, settleMs: 1000 };
/** Five ladders have an interval. */
const MEMORY = {
  quick: { memoryConnections: [], memoryRounds: 0 },
  default: { memoryConnections: [500, 1500], memoryRounds: 5 },
  full: { memoryConnections: [1000, 3000, 5000], memoryRounds: 5 },
} as const;

/** @returns the shortest duration from `atLeastMs` on that is a whole number of both, or of the hold alone if that is very long. */
export function wholeDuration(atLeastMs: number, holdMs: number, pollIntervalMs: number): number {
  const shortest = Math.ceil(atLeastMs / holdMs) * holdMs;
  for (let duration = shortest; duration <= 3 * shortest; duration += holdMs) {
    if (duration % pollIntervalMs === 0) return duration;
  }
  return shortest;
}

export function idle(settings: BenchSettings): Scenario {
  const { pollIntervalMs } = settings;
  const { durationMs, waitSeconds, heartbeatMs, settleMs } = settings.size === 'full' ? REAL : SHORT;
  return {
    name: 'idle',
    question: 'What does silence cost?',
    workload: {
      kind: 'silence',
      clients: settings.clients,
      settleMs: Math.max(settleMs, pollIntervalMs),
      durationMs: wholeDuration(durationMs, waitSeconds * 1000, pollIntervalMs),
      pollIntervalMs,
      waitSeconds,
      heartbeatMs,
      shortened: settings.size !== 'full',
      ...browserHeadsOf(settings),
      ...MEMORY[settings.size],
      seed: settings.seed,
    },
  };
}
