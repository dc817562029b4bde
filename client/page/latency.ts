// How long a message took from being stored to being shown here, by the estimate of the server's clock.
import { formatLatency } from './format.ts';
import type { ServerClock } from './server-clock.ts';

/** In ms; `unsure` where the clocks contradict each other. */
export type Latency = number | 'unsure';

/** What is stored so shortly before a connection may well seem to come after it, in ms. */
const SLACK_MS = 2;
/** What comes so soon after a connection, in ms, may be history where the clocks can't tell. */
const CATCHING_UP_MS = 2000;

/**
 * @param at the server's time of the message, in ms since 1970.
 * @param connectedAt when the present connection was made, and
 * @param shownAt when the message was shown, both on the local clock.
 * @returns null for history: what was stored before the connection was made, or can't be told from it.
 */
export function latencyOf(clock: ServerClock, at: number, connectedAt: number, shownAt: number): Latency | null {
  const connected = clock.serverTime(connectedAt);
  const shown = clock.serverTime(shownAt);
  if (connected === null || shown === null || at < connected) return null;
  const tookMs = shown - at;
  if (tookMs >= 0) return tookMs;
  if (tookMs >= -((clock.errorMs ?? 0) + SLACK_MS)) return 0;
  // It can't be shown before it was stored: the server's clock, or the log, is ahead of what the server calls now.
  return shownAt - connectedAt < CATCHING_UP_MS ? null : 'unsure';
}

export function wordsForLatency(latency: Latency): string {
  return latency === 'unsure' ? '(clock unsure: how quickly can’t be said)' : `in ${formatLatency(latency)}`;
}
