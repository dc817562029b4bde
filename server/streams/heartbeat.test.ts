import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHeartbeat } from './heartbeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the heartbeat', () => {
  test('beats once in each interval, for the first time within one', () => {
    const heartbeat = createHeartbeat(6400);
    let beats = 0;
    heartbeat.add(() => {
      beats += 1;
    });
    vi.advanceTimersByTime(6400);
    expect(beats).toBe(1);
    vi.advanceTimersByTime(64_000);
    expect(beats).toBe(11);
    heartbeat.stop();
  });

  test.each([100, 150, 333, 1000, 15_000])('of %d ms keeps to its interval within a hundredth or so', (heartbeatMs) => {
    const heartbeat = createHeartbeat(heartbeatMs);
    let beats = 0;
    heartbeat.add(() => {
      beats += 1;
    });
    vi.advanceTimersByTime(1000 * heartbeatMs);
    expect(beats).toBeGreaterThan(985);
    expect(beats).toBeLessThan(1015);
    heartbeat.stop();
  });

  test('is spread over the interval by when streams begin, and not all in one turn', () => {
    const heartbeat = createHeartbeat(6400);
    const beatsAt = new Map<number, number>();
    for (let stream = 0; stream < 640; stream += 1) {
      heartbeat.add(() => beatsAt.set(Date.now(), (beatsAt.get(Date.now()) ?? 0) + 1));
      vi.advanceTimersByTime(10);
    }
    beatsAt.clear();
    vi.advanceTimersByTime(6400);
    expect(beatsAt.size).toBe(64);
    expect(Math.max(...beatsAt.values())).toBeLessThanOrEqual(11);
    heartbeat.stop();
  });

  test('stops for one who has left, also from within a beat', () => {
    const heartbeat = createHeartbeat(6400);
    const beats: string[] = [];
    const leave = heartbeat.add(() => {
      beats.push('leaving');
      leave();
    });
    heartbeat.add(() => beats.push('staying'));
    vi.advanceTimersByTime(3 * 6400);
    expect(beats).toEqual(['leaving', 'staying', 'staying', 'staying']);
    heartbeat.stop();
    vi.advanceTimersByTime(6400);
    expect(beats).toHaveLength(4);
  });
});
