// Waits for a machine on which nothing else works: by what its processors did in the last seconds, which the load
// average, a mean over a minute, tells only long afterwards.
import { cpus } from 'node:os';
import type { Clock } from './load/clock.ts';
import { duration, percent } from './run/format.ts';
import type { Quiet } from './run/run-file.ts';

/** The time of all processors since some beginning, in ms. */
export interface ProcessorTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export interface QuietOptions {
  /** Then it is not waited any longer. */
  readonly limitMs: number;
  readonly clock: Clock;
  readTimes(): ProcessorTimes;
  /** Told what is waited for, from time to time. */
  say(text: string): void;
  /** Aborted: it is not waited any longer. */
  readonly signal: AbortSignal;
}

/** Of all processors' time: what a system does by itself is less, a program that works on one of eight cores is more. */
export const QUIET_SHARE = 0.05;
/** So many looks in a row, one after each of these times, in ms. */
export const QUIET_LOOKS = 10;
export const LOOK_MS = 1000;
const SAID_EVERY_LOOKS = 10;

/** Resolves once the machine was quiet for ten seconds, or the limit is reached, or the signal aborts. Never rejects. */
export async function waitForQuiet({ limitMs, clock, readTimes, say, signal }: QuietOptions): Promise<Quiet> {
  const startAt = clock.now();
  const waited = () => Math.round(clock.now() - startAt);
  const shares: number[] = [];
  let before = readTimes();
  for (let look = 0; waited() + LOOK_MS <= limitMs; look += 1) {
    const slept = await clock.sleepUntil(startAt + (look + 1) * LOOK_MS, signal).then(
      () => true,
      () => false,
    );
    if (!slept) break;
    const now = readTimes();
    shares.push((now.busyMs - before.busyMs) / Math.max(1, now.totalMs - before.totalMs));
    before = now;
    const last = shares.slice(-QUIET_LOOKS);
    if (last.length === QUIET_LOOKS && last.every((share) => share <= QUIET_SHARE)) {
      return { waitedMs: waited(), found: true, busyShare: meanOf(last) };
    }
    if (look % SAID_EVERY_LOOKS === 0) {
      say(
        `Waiting for a quiet machine: ${percent(shares.at(-1) ?? 0)} of its processors’ time is used; ` +
          `${duration(Math.round(waited() / 1000) * 1000)} of at most ${duration(limitMs)}.`,
      );
    }
  }
  return { waitedMs: waited(), found: false, busyShare: meanOf(shares.slice(-QUIET_LOOKS)) };
}

function meanOf(shares: readonly number[]): number {
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  return Number(mean.toFixed(4));
}

/** @returns the time that this machine's processors have worked, and all of it, since it was started. */
export function processorTimes(): ProcessorTimes {
  const times = cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({ busy: user + nice + sys + irq, idle }));
  const busyMs = times.reduce((sum, { busy }) => sum + busy, 0);
  return { busyMs, totalMs: times.reduce((sum, { idle }) => sum + idle, busyMs) };
}
