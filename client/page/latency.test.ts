// Latency by two clocks: what can be said, and what can't.
import { describe, expect, it } from 'vitest';
import { latencyOf, wordsForLatency } from './latency.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';

const SERVER = 1_700_000_000_000;
const YEAR_MS = 365 * 86_400_000;

/** A server whose time is `SERVER` at 0 of the local clock, known to 1 ms. */
function clock(): ServerClock {
  const known = createServerClock();
  known.sample(0, 2, SERVER + 1);
  return known;
}

describe('how long a message took', () => {
  it('is the time from being stored to being shown', () => {
    expect(latencyOf(clock(), SERVER + 5000, 1000, 5040)).toBe(40);
  });

  it('can’t be said before the server’s clock is known', () => {
    expect(latencyOf(createServerClock(), SERVER + 5000, 1000, 5040)).toBeNull();
  });

  it('is not said of history', () => {
    expect(latencyOf(clock(), SERVER + 999, 1000, 1040)).toBeNull();
  });

  it('is nothing where the clocks’ exactness explains the contradiction', () => {
    expect(latencyOf(clock(), SERVER + 5002, 1000, 5000)).toBe(0);
  });

  it('is unsure, and not flattering, where the log is ahead of the server’s clock', () => {
    expect(latencyOf(clock(), SERVER + YEAR_MS, 1000, 5000)).toBe('unsure');
    expect(latencyOf(clock(), SERVER + 5010, 1000, 5000)).toBe('unsure');
    expect(wordsForLatency('unsure')).toContain('clock unsure');
  });

  it('is not said of what comes with the connection, where the clocks can’t tell whether it is history', () => {
    expect(latencyOf(clock(), SERVER + YEAR_MS, 1000, 1040)).toBeNull();
  });
});
