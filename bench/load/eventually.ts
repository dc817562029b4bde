// Waiting for what is to come true, and never longer than anyone wants to know it.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicClock as clock } from './clock.ts';

const LOOK_MS = 10;

/**
 * Resolves with whether it came true in that time. Rejects when the signal aborts.
 * @param lookMs between one look and the next.
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<boolean> {
  const deadline = clock.now() + timeoutMs;
  while (!(await condition())) {
    if (clock.now() >= deadline) return false;
    await sleep(lookMs, undefined, { signal });
  }
  return true;
}
