// Notices a dead peer: one that has not been heard of in the time it said it would.

/** A timer that is later than this, in ms, says that this side slept: a hidden tab, a closed laptop, a long task. */
const LATE_MS = 1_000;
/** What is then allowed on top, in ms, before the other side is blamed: a poll that slept too needs the time. */
const GRACE_MS = 5_000;

export interface Watchdog {
  /** From now on something must be heard within this time. */
  expect(withinMs: number): void;
  /** Whether what was expected is late, though this side may have slept and so be to blame. */
  readonly overdue: boolean;
  clear(): void;
}

/** @param now a monotonic clock in ms. @param expired called once per expectation that was not met. */
export function createWatchdog(now: () => number, expired: () => void): Watchdog {
  let deadline = 0;
  let graced = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function check(): void {
    timer = undefined;
    const lateMs = now() - deadline;
    if (lateMs < 0) {
      arm();
    } else if (lateMs > LATE_MS && !graced) {
      graced = true;
      deadline = now() + GRACE_MS;
      arm();
    } else {
      expired();
    }
  }

  function arm(): void {
    timer = setTimeout(check, Math.ceil(deadline - now()));
  }

  return {
    get overdue() {
      return timer !== undefined && (graced || now() > deadline);
    },
    expect(withinMs) {
      const before = deadline;
      deadline = now() + withinMs;
      graced = false;
      // Every message is a sign of life; so a timer that comes too early is left alone, and looks again when it fires.
      if (timer !== undefined && deadline >= before) return;
      clearTimeout(timer);
      arm();
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
