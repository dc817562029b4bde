import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWatchdog, type Watchdog } from './watchdog.ts';

let expired: number[];
let watchdog: Watchdog;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  expired = [];
  watchdog = createWatchdog(Date.now, () => expired.push(Date.now()));
});
afterEach(() => {
  vi.useRealTimers();
});

test('it barks when what was expected did not come', () => {
  watchdog.expect(100);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([100]);
});

test('each sign of life puts it off', () => {
  watchdog.expect(100);
  vi.advanceTimersByTime(90);
  watchdog.expect(100);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([190]);
});

test('a shorter expectation counts from then on', () => {
  watchdog.expect(10_000);
  watchdog.expect(50);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([50]);
});

test('it allows for its own sleep once, and barks where nothing comes after it either', () => {
  watchdog.expect(100);
  vi.setSystemTime(60_000);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([]);
  watchdog.expect(100);
  vi.setSystemTime(120_000);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(5000);
  expect(expired).toEqual([125_100]);
});

test('it is overdue from its time on until a sign of life, also while it allows for its own sleep', () => {
  expect(watchdog.overdue).toBe(false);
  watchdog.expect(100);
  vi.setSystemTime(100);
  expect(watchdog.overdue).toBe(false);
  vi.setSystemTime(60_000);
  expect(watchdog.overdue).toBe(true);
  vi.advanceTimersByTime(100);
  expect(watchdog.overdue).toBe(true);
  expect(expired).toEqual([]);
  watchdog.expect(100);
  expect(watchdog.overdue).toBe(false);
  watchdog.clear();
  vi.setSystemTime(120_000);
  expect(watchdog.overdue).toBe(false);
});

test('it is silent when cleared, and can be used again', () => {
  watchdog.expect(100);
  watchdog.clear();
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([]);
  watchdog.expect(100);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([1100]);
  expect(vi.getTimerCount()).toBe(0);
});
