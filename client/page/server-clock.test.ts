// The estimate of the server's clock, from exchanges whose truth is known.
import { describe, expect, it } from 'vitest';
import { createServerClock } from './server-clock.ts';

const OFFSET_MS = 1_700_000_000_000;

describe('server clock', () => {
  it('knows nothing before the first exchange', () => {
    const clock = createServerClock();
    expect(clock.serverTime(5)).toBeNull();
    expect(clock.errorMs).toBeNull();
  });

  it('takes the server’s time to be that of the middle of the exchange', () => {
    const clock = createServerClock();
    clock.sample(100, 110, OFFSET_MS + 105);
    expect(clock.serverTime(200)).toBe(OFFSET_MS + 200);
    expect(clock.errorMs).toBe(5);
  });

  it('trusts the exchange with the lowest round trip, whenever it was', () => {
    const clock = createServerClock();
    clock.sample(0, 100, OFFSET_MS + 90);
    clock.sample(200, 204, OFFSET_MS + 202);
    clock.sample(300, 380, OFFSET_MS + 310);
    expect(clock.serverTime(0)).toBe(OFFSET_MS);
    expect(clock.errorMs).toBe(2);
  });

  it('forgets an exchange after thirty more', () => {
    const clock = createServerClock();
    clock.sample(0, 2, OFFSET_MS + 1);
    for (let i = 1; i <= 30; i += 1) clock.sample(i * 2000, i * 2000 + 10, OFFSET_MS + i * 2000 + 5);
    expect(clock.errorMs).toBe(5);
  });

  it('starts anew where two exchanges can’t both be right', () => {
    const clock = createServerClock();
    clock.sample(0, 2, OFFSET_MS + 1);
    clock.sample(2000, 2020, OFFSET_MS + 60_000 + 2010);
    expect(clock.serverTime(2010)).toBe(OFFSET_MS + 60_000 + 2010);
    expect(clock.errorMs).toBe(10);
  });
});
