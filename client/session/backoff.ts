// Exponential backoff with full jitter: many clients that lost the same server must not come back in step.

/** The first and the last bound of a delay, in ms. */
const FIRST_MS = 500;
const LAST_MS = 30_000;
/** What the server asked for may have been told in whole seconds: the jitter on top of it spreads over one, in ms. */
const TOLD_SPREAD_MS = 1_000;

export interface Backoff {
  /**
   * @param notBeforeMs what the server asked for; the jitter comes on top, so it is never earlier than told.
   * @returns the next delay in ms, evenly spread from 0 to a bound that doubles from 0.5 s up to 30 s; on top of what
   * the server asked for, to 1 s at the least.
   */
  next(notBeforeMs?: number | null): number;
  /** Begins anew from the first bound. */
  reset(): void;
}

/** @param random a number in [0, 1). */
export function createBackoff(random: () => number): Backoff {
  let boundMs = FIRST_MS;
  return {
    next(notBeforeMs) {
      const toldMs = notBeforeMs ?? 0;
      const delayMs = random() * (toldMs > 0 ? Math.max(boundMs, TOLD_SPREAD_MS) : boundMs);
      boundMs = Math.min(LAST_MS, boundMs * 2);
      return toldMs + delayMs;
    },
    reset() {
      boundMs = FIRST_MS;
    },
  };
}
