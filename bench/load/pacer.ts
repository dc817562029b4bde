// An open loop: messages are sent at the times of a schedule that was fixed beforehand, however slow the answers are.
// What waits because of that, waits in the figures too (no coordinated omission).
import type { Arrivals } from '../stats/conditions.ts';
import type { Clock } from './clock.ts';

/** A time with messages at one rate. */
export interface Stretch {
  readonly ms: number;
  readonly messagesPerSecond: number;
  /** How many messages share each time; the rate counts them all. Default 1. */
  readonly atOnce?: number;
  /** How long after one another those that share a time are sent, in ms; default 0. */
  readonly apartMs?: number;
}

/** When everything is sent, in ms from the beginning, and which part of it is measured. */
export interface Schedule {
  /** All messages, those before the window too, in order. */
  readonly offsetsMs: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether messages come in groups, so that they are not independent of each other. */
  readonly inGroups: boolean;
}

/**
 * One stretch after the other; the last one is the window. Each has a message at least.
 *
 * `poisson`: as many as the rate says, at independent random times: a Poisson process, given its count, so that every
 * round has the nominal rate. `periodic`: at equal distances, the first in the middle of one.
 *
 * @param guardMs without messages before the window, so that none from before is still under way.
 */
export function schedule(
  arrivals: Arrivals,
  stretches: readonly Stretch[],
  random: () => number,
  guardMs = 0,
): Schedule {
  const offsetsMs: number[] = [];
  let [fromMs, toMs] = [0, 0];
  for (const [index, stretch] of stretches.entries()) {
    fromMs = index === stretches.length - 1 ? toMs + guardMs : toMs;
    toMs = fromMs + stretch.ms;
    for (const offset of offsets(arrivals, stretch, random)) offsetsMs.push(fromMs + offset);
  }
  return { offsetsMs, fromMs, toMs, inGroups: stretches.some(({ atOnce = 1 }) => atOnce > 1) };
}

/** @returns times in [0, ms), in order. */
function offsets(
  arrivals: Arrivals,
  { ms, messagesPerSecond, atOnce = 1, apartMs = 0 }: Stretch,
  random: () => number,
): number[] {
  const groupMs = (atOnce - 1) * apartMs;
  const count = Math.max(1, Math.round((messagesPerSecond * ms) / 1000 / atOnce));
  const times = Array.from({ length: count }, (_, index) =>
    arrivals === 'poisson' ? random() * (ms - groupMs) : ((index + 0.5) / count) * (ms - groupMs),
  );
  const groups = times.flatMap((time) => Array.from({ length: atOnce }, (_, place) => time + place * apartMs));
  return groups.sort((a, b) => a - b);
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
