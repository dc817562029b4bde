// Waiting for what is to come true, and never longer than anyone wants to know it.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicClock as clock } from '../load/clock.ts';

const LOOK_MS = 10;

/** Resolves with whether it came true in that time. Rejects when the signal aborts. */
export async function comesTrue(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = clock.now() + timeoutMs;
  while (!(await condition())) {
    if (clock.now() >= deadline) return false;
    await sleep(LOOK_MS, undefined, { signal });
  }
  return true;
}

/** How long what was told to stop may take, in ms: a server that answers nothing any more must not hold up everything. */
const STOP_TIMEOUT_MS = 3000;

/**
 * Plays to the end, unless `ended` rejects or the signal aborts. Then the signal that it was given aborts too, and it is
 * waited for, so that nothing goes on behind the caller's back.
 */
export async function playUnless<Result>(
  ended: Promise<never>,
  signal: AbortSignal,
  play: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const playing = play(AbortSignal.any([signal, over.signal]));
  try {
    return await Promise.race([playing, ended]);
  } finally {
    over.abort(new Error('what was played is over'));
    const timeout = new AbortController();
    const late = sleep(STOP_TIMEOUT_MS, undefined, { signal: timeout.signal });
    await Promise.allSettled([Promise.race([playing, late])]);
    timeout.abort();
    await Promise.allSettled([late]);
  }
}
