// steady: a room in which people talk. How late do messages come, and what does each of them cost?
import { BROWSER_HEAD_BYTES } from '../stats/browser-heads.ts';
import type { BenchSettings, BroadcastWorkload, Scenario } from './scenario.ts';

const WARM_UP_MS = 1000;
/** Enough for the code that serves one to be compiled. */
const WARM_UP_DELIVERIES = 3000;
const WARM_UP_MESSAGES_PER_SECOND = 60;
const SETTLE_MS = 500;
export const WAIT_SECONDS = 30;
/** The least programs that do for one stream what the lab does, and for its polls. */
export const CONTROLS = ['bare-ws', 'bare-sse'] as const;

/** @returns what belongs into a workload whose bytes are told with a browser's heads too. */
export function browserHeadsOf({ browserHeads }: BenchSettings): { readonly browserHeadBytes?: number } {
  return browserHeads ? { browserHeadBytes: BROWSER_HEAD_BYTES } : {};
}

/** What the scenarios of one transport at a time have in common. */
export function broadcastOf(
  settings: BenchSettings,
  rest: Pick<BroadcastWorkload, 'rounds' | 'clients' | 'messagesPerSecond' | 'messagesAtOnce' | 'durationMs'> &
    Partial<BroadcastWorkload>,
): BroadcastWorkload {
  const { pollIntervalMs } = settings;
  const most = Math.max(...rest.clients);
  const warmUpRate = Math.min(WARM_UP_MESSAGES_PER_SECOND, WARM_UP_DELIVERIES / most / (WARM_UP_MS / 1000));
  return {
    kind: 'broadcast',
    arrivals: settings.arrivals,
    textBytes: settings.textBytes,
    warmUpMs: WARM_UP_MS,
    warmUpMessagesPerSecond: Math.max(warmUpRate, rest.messagesPerSecond),
    settleMs: SETTLE_MS,
    pollIntervalMs,
    waitSeconds: WAIT_SECONDS,
    controls: CONTROLS,
    ...browserHeadsOf(settings),
    seed: settings.seed,
    ...rest,
  };
}

export function steady(settings: BenchSettings): Scenario {
  const { pollIntervalMs, durationMs } = settings;
  return {
    name: 'steady',
    question: 'How late do messages come, and what does each of them cost?',
    workload: broadcastOf(settings, {
      rounds: settings.rounds,
      clients: [settings.clients],
      messagesPerSecond: settings.messagesPerSecond,
      messagesAtOnce: 1,
      // Each short poller makes the same number of polls in a whole number of intervals.
      durationMs: Math.ceil(durationMs / pollIntervalMs) * pollIntervalMs,
    }),
  };
}
