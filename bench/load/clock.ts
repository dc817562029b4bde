// The bench's one clock: monotonic, shared by all Node processes of a machine, and precise enough to send by.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds with fractions, from an arbitrary start. */
  now(): number;
  /** Resolves at that time, or at once where it is past. Rejects with the signal's reason when that aborts. */
  sleepUntil(at: number, signal: AbortSignal): Promise<void>;
}

/** Timers fire up to a millisecond late and more, so the last stretch is spent looking at the clock between events. */
const WATCHED_MS = 2;

const now = () => Number(process.hrtime.bigint()) / 1e6;

/** The same for those who have better things to do than to look at it: up to about a millisecond late. */
export const thriftyClock: Clock = {
  now,
  sleepUntil: async (at, signal) => {
    signal.throwIfAborted();
    while (now() < at) await sleep(Math.max(1, at - now()), undefined, { signal });
  },
};

export const monotonicClock: Clock = {
  now,
  sleepUntil: async (at, signal) => {
    signal.throwIfAborted();
    const remaining = at - now() - WATCHED_MS;
    if (remaining > 0) await sleep(remaining, undefined, { signal });
    while (now() < at) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  },
};
