import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHeartbeat } from './heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the heartbeat', () => {
  test('beats once in each interval, for the first time within one', () => {
    const heartbeat = createHeartbeat();
    let beats = 0;
    heartbeat.add(6400, () => {
      beats += 1;
    });
    vi.advanceTimersByTime(6400);
    expect(beats).toBe(1);
    vi.advanceTimersByTime(64_000);
    expect(beats).toBe(11);
    heartbeat.stop();
  });

  test.each([100, 150, 333, 1000, 15_000])('of %d ms keeps to its interval within a hundredth or so', (heartbeatMs) => {
    const heartbeat = createHeartbeat();
    let beats = 0;
    heartbeat.add(heartbeatMs, () => {
      beats += 1;
    });
    vi.advanceTimersByTime(1000 * heartbeatMs);
    expect(beats).toBeGreaterThan(985);
    expect(beats).toBeLessThan(1015);
    heartbeat.stop();
  });

  test('is spread over the interval by when streams begin, and not all in one turn', () => {
    const heartbeat = createHeartbeat();
    const beatsAt = new Map<number, number>();
    for (let stream = 0; stream < 640; stream += 1) {
      heartbeat.add(6400, () => beatsAt.set(Date.now(), (beatsAt.get(Date.now()) ?? 0) + 1));
      vi.advanceTimersByTime(10);
    }
    beatsAt.clear();
    vi.advanceTimersByTime(6400);
    expect(beatsAt.size).toBe(64);
    expect(Math.max(...beatsAt.values())).toBeLessThanOrEqual(11);
    heartbeat.stop();
  });

  test('stops for one who has left, also from within a beat', () => {
    const heartbeat = createHeartbeat();
    const beats: string[] = [];
    const leave = heartbeat.add(6400, () => {
      beats.push('leaving');
      leave();
    });
    heartbeat.add(6400, () => beats.push('staying'));
    vi.advanceTimersByTime(3 * 6400);
    expect(beats).toEqual(['leaving', 'staying', 'staying', 'staying']);
    heartbeat.stop();
    vi.advanceTimersByTime(6400);
    expect(beats).toHaveLength(4);
  });

  test('keeps several intervals apart, and a timer only for those in use', () => {
    const heartbeat = createHeartbeat();
    const beats = { quick: 0, slow: 0 };
    const leave = heartbeat.add(1000, () => {
      beats.quick += 1;
    });
    heartbeat.add(10_000, () => {
      beats.slow += 1;
    });
    vi.advanceTimersByTime(20_000);
    expect(beats.slow).toBe(2);
    expect(beats.quick).toBeGreaterThanOrEqual(19);
    expect(vi.getTimerCount()).toBe(2);
    leave();
    expect(vi.getTimerCount()).toBe(1);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
