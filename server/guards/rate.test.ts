import { describe, expect, test } from 'vitest';
import { BURST_SECONDS, createRateLimit } from './rate.ts';

function limited(perSecond: number) {
  let clock = 1000;
  const limit = createRateLimit(perSecond, () => clock);
  return {
    take: (key = 'a') => limit.take(key),
    pass: (ms: number) => {
      clock += ms;
    },
    takeAll: (key = 'a') => {
      let taken = 0;
      while (limit.take(key) === 0) taken += 1;
      return taken;
    },
  };
}

describe('a rate limit', () => {
  test('allows a burst of some seconds’ worth at once, and then no more', () => {
    expect(limited(10).takeAll()).toBe(10 * BURST_SECONDS);
    expect(limited(1).takeAll()).toBe(BURST_SECONDS);
  });

  test('then allows its rate', () => {
    const { takeAll, pass } = limited(10);
    takeAll();
    for (let second = 0; second < 20; second += 1) {
      pass(1000);
      expect(takeAll()).toBe(10);
    }
  });

  test('says after how long the next one is allowed, and keeps to it', () => {
    const { take, takeAll, pass } = limited(4);
    takeAll();
    expect(take()).toBe(250);
    pass(100);
    expect(take()).toBe(150);
    pass(149);
    expect(take()).toBeCloseTo(1);
    pass(1);
    expect(take()).toBe(0);
  });

  test('what is refused uses nothing up', () => {
    const { take, takeAll, pass } = limited(1);
    takeAll();
    for (let i = 0; i < 100; i += 1) take();
    pass(1000);
    expect(take()).toBe(0);
  });

  test('does not save up more than one burst', () => {
    const { takeAll, pass } = limited(2);
    takeAll();
    pass(3_600_000);
    expect(takeAll()).toBe(2 * BURST_SECONDS);
  });

  test('counts each key for itself', () => {
    const { take, takeAll } = limited(1);
    takeAll('a');
    expect(take('b')).toBe(0);
    expect(take('a')).toBeGreaterThan(0);
  });

  test('remembers those who published lately, whatever number of others came and went', () => {
    const { take, takeAll } = limited(1);
    takeAll('busy');
    for (let i = 0; i < 120_000; i += 1) {
      take(`passer-by-${i}`);
      if (i % 1000 === 0) expect(take('busy')).toBeGreaterThan(0);
    }
  });

  test('of 0 is none', () => {
    const { take } = limited(0);
    for (let i = 0; i < 10_000; i += 1) expect(take()).toBe(0);
  });
});
