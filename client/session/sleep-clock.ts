// A clock that goes on while this machine sleeps. A monotonic clock stands still then, on many systems, and the time of
// day does not: a gap between the two shows the sleep.

/** How often the clocks are compared, in ms: it is also how soon a sleep is noticed. */
const LOOK_EVERY_MS = 1_000;
/** A gap of less, in ms, is a clock being corrected. More may be a clock being set, which is taken for a sleep too. */
const LEAST_GAP_MS = 2_000;

export interface SleepClock {
  /** @returns ms since some moment, those that the machine slept included; it never goes back. */
  now(): number;
  /** Looks for sleep from now on. */
  start(): void;
  stop(): void;
}

/**
 * @param monotonic in ms. @param wallClock the time of day in ms.
 * @param woke called soon after the machine woke, between `start` and `stop`; the clock has it counted already.
 */
export function createSleepClock(monotonic: () => number, wallClock: () => number, woke: () => void): SleepClock {
  let offsetMs = wallClock() - monotonic();
  let sleptMs = 0;
  let news = false;
  let timer: ReturnType<typeof setInterval> | undefined;

  function compare(): void {
    const before = offsetMs;
    offsetMs = wallClock() - monotonic();
    if (offsetMs - before < LEAST_GAP_MS) return;
    sleptMs += offsetMs - before;
    news = true;
  }

  function look(): void {
    compare();
    if (!news) return;
    news = false;
    woke();
  }

  return {
    now() {
      compare();
      return monotonic() + sleptMs;
    },
    start() {
      if (timer !== undefined) return;
      compare();
      news = false;
      timer = setInterval(look, LOOK_EVERY_MS);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
