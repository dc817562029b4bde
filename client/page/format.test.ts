// Formatting: the edges where a unit or a digit changes.
import { describe, expect, it } from 'vitest';
import {
  createMessageTimeFormat,
  formatBytes,
  formatCount,
  formatCountdown,
  formatElapsed,
  formatInterval,
  formatLatency,
} from './format.ts';

describe('format', () => {
  it('groups thousands', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9994, '9.99 kB'],
    [9995, '10.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [123_456_789_000, '123 GB'],
  ])('gives %d bytes three digits', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [-2, '< 1 ms'],
    [0.4, '< 1 ms'],
    [0.5, '1 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_345, '12.3 s'],
    [99_600, '100 s'],
    [3_600_000, '3,600 s'],
  ])('gives a latency of %d ms no more digits than the clocks have', (ms, text) => {
    expect(formatLatency(ms)).toBe(text);
  });

  it('says a setting as it was chosen', () => {
    expect([100, 500, 1000, 2500, 10_000].map(formatInterval)).toEqual(['100 ms', '500 ms', '1 s', '2.5 s', '10 s']);
  });

  it('counts down to nothing, never below', () => {
    expect([1001, 1000, 1, 0, -5].map(formatCountdown)).toEqual(['2 s', '1 s', '1 s', '0 s', '0 s']);
  });

  it('counts up from nothing, never beyond what has passed', () => {
    expect([-5, 0, 999, 1000, 61_999].map(formatElapsed)).toEqual(['0 s', '0 s', '0 s', '1 s', '61 s']);
  });

  it('adds the date to a message of another day, by the reader’s time zone', () => {
    const now = Date.UTC(2025, 2, 12, 14, 30);
    const at = Date.UTC(2025, 2, 12, 0, 3, 5);
    expect(createMessageTimeFormat('UTC')(at, now)).toBe('00:03:05');
    expect(createMessageTimeFormat('America/New_York')(at, now)).toBe('11 Mar 2025, 20:03:05');
  });
});
