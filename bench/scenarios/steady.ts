// steady: a room in which people talk. How late do messages come, and what does each of them cost?
import type { BenchSettings, Scenario } from './scenario.ts';

/** A short chat message. */
const TEXT_BYTES = 100;
const WARM_UP_MS = 1000;
/** Enough for the code that serves one to be compiled. */
const WARM_UP_DELIVERIES = 3000;
const WARM_UP_MESSAGES_PER_SECOND = 60;
const SETTLE_MS = 500;

export function steady(settings: BenchSettings): Scenario {
  const { pollIntervalMs, clients } = settings;
  const warmUpRate = Math.min(WARM_UP_MESSAGES_PER_SECOND, WARM_UP_DELIVERIES / clients / (WARM_UP_MS / 1000));
  return {
    name: 'steady',
    question: 'How late do messages come, and what does each of them cost?',
    workload: {
      kind: 'broadcast',
      rounds: settings.rounds,
      clients,
      messagesPerSecond: settings.messagesPerSecond,
      arrivals: 'poisson',
      textBytes: TEXT_BYTES,
      warmUpMs: WARM_UP_MS,
      warmUpMessagesPerSecond: Math.max(warmUpRate, settings.messagesPerSecond),
      settleMs: Math.max(SETTLE_MS, pollIntervalMs),
      // Each short poller makes the same number of polls in a whole number of intervals.
      durationMs: Math.ceil(settings.durationMs / pollIntervalMs) * pollIntervalMs,
      pollIntervalMs,
      waitSeconds: 30,
      seed: settings.seed,
    },
  };
}
