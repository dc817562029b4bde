// An open loop: messages are sent at the times of a schedule that was fixed beforehand, however slow the answers are.
// What waits because of that, waits in the figures too (no coordinated omission).
import type { Clock } from './clock.ts';

export type Arrivals = 'poisson' | 'periodic';

/**
 * Send times as offsets in ms, in order, all of them in [0, durationMs).
 *
 * `poisson`: as many as the rate says, at independent random times: a Poisson process, given its count, so that every
 * round has the nominal rate. `periodic`: at equal distances, the first in the middle of one.
 *
 * @param atOnce how many messages share each of these times; the rate counts them all.
 */
export function schedule(
  arrivals: Arrivals,
  messagesPerSecond: number,
  durationMs: number,
  random: () => number,
  atOnce = 1,
): number[] {
  const count = Math.max(1, Math.round((messagesPerSecond * durationMs) / 1000 / atOnce));
  const offsets = Array.from({ length: count }, (_, index) =>
    arrivals === 'poisson' ? random() * durationMs : ((index + 0.5) / count) * durationMs,
  );
  return offsets.sort((a, b) => a - b).flatMap((offset) => Array.from({ length: atOnce }, () => offset));
}

export interface PaceOptions {
  readonly clock: Clock;
  /** When the offset 0 is, on the clock. */
  readonly startAt: number;
  readonly offsets: readonly number[];
  /** Starts sending and returns at once. `index` is the offset's place in the schedule. */
  send(index: number, intendedAt: number): void;
  /** Told how late each was sent, in ms. */
  lag(ms: number): void;
  readonly signal: AbortSignal;
}

/** Sends each message at its intended time; those that are overdue go out at once, and keep their intended time. */
export async function pace(options: PaceOptions): Promise<void> {
  const { clock, startAt, offsets, signal } = options;
  for (const [index, offset] of offsets.entries()) {
    const intendedAt = startAt + offset;
    await clock.sleepUntil(intendedAt, signal);
    options.lag(clock.now() - intendedAt);
    options.send(index, intendedAt);
  }
}
