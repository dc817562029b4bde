import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Presence } from '../protocol/messages.ts';
import { createPresenceBoard } from './presence-board.ts';

let here = 0;
beforeEach(() => {
  vi.useFakeTimers();
  here = 0;
});
afterEach(() => void vi.useRealTimers());

function board() {
  const { subscribe, stop } = createPresenceBoard(() => ({ counts: { sse: here }, total: here }));
  const follow = () => {
    const told: { at: number; total: number }[] = [];
    const leave = subscribe(({ total }: Presence) => told.push({ at: Date.now(), total }));
    return { told, totals: () => told.map(({ total }) => total), leave };
  };
  return { follow, stop };
}

describe('who is here', () => {
  test('is told at once, and then only when it changes', () => {
    const { follow } = board();
    const one = follow();
    expect(one.totals()).toEqual([0]);
    vi.advanceTimersByTime(10_000);
    expect(one.totals()).toEqual([0]);
    here = 3;
    vi.advanceTimersByTime(10_000);
    expect(one.totals()).toEqual([0, 3]);
  });

  test('is told at most once a second, and the last change always', () => {
    const { follow } = board();
    vi.advanceTimersByTime(300);
    const one = follow();
    vi.advanceTimersByTime(250);
    const other = follow();
    for (let step = 0; step < 100; step += 1) {
      here += 1;
      vi.advanceTimersByTime(70);
    }
    vi.advanceTimersByTime(2000);
    for (const { told, totals } of [one, other]) {
      const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
      expect(totals().at(-1)).toBe(100);
    }
  });

  test('is not told twice to a newcomer who heard it already, but to the others', () => {
    const { follow } = board();
    here = 1;
    const one = follow();
    vi.advanceTimersByTime(5500);
    here = 2;
    const other = follow();
    vi.advanceTimersByTime(5000);
    expect([one.totals(), other.totals()]).toEqual([[1, 2], [2]]);
  });

  test('is told no more to who has left, and nothing runs while nobody listens', () => {
    const { follow } = board();
    const { totals, leave } = follow();
    leave();
    here = 5;
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(totals()).toEqual([0]);
    expect(follow().totals()).toEqual([5]);
  });
});
