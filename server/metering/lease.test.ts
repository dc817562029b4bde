import { describe, expect, test } from 'vitest';
import { createLease } from './lease.ts';

const LEASE_MS = 1000;
const MOST = 1000;

function leased() {
  let clock = 0;
  const lease = createLease(LEASE_MS, MOST, () => clock);
  const pass = (ms: number) => {
    clock += ms;
  };
  return { ...lease, pass };
}

describe('a lease', () => {
  test('remembers so many and no more, whatever number of names one gives itself', () => {
    const { touch, hold, count, has } = leased();
    hold('held');
    for (let i = 0; i < 50 * MOST; i += 1) touch(`passer-by-${i}`);
    expect([count(), has('held'), has(`passer-by-${50 * MOST - 1}`), has('passer-by-0')]).toEqual([
      MOST + 1,
      true,
      true,
      false,
    ]);
  });

  test('counts each client once, from its poll to the end of the lease', () => {
    const { touch, count, has, pass } = leased();
    for (const client of ['a', 'b', 'a']) touch(client);
    expect([count(), has('a'), has('c')]).toEqual([2, true, false]);
    pass(LEASE_MS - 1);
    expect(count()).toBe(2);
    pass(1);
    expect([count(), has('a')]).toEqual([0, false]);
  });

  test('begins anew with each poll', () => {
    const { touch, count, pass } = leased();
    touch('a');
    touch('b');
    pass(900);
    touch('a');
    pass(900);
    expect(count()).toBe(1);
  });

  test('does not end while a poll is held, and begins when it is answered', () => {
    const { hold, release, count, has, pass } = leased();
    hold('a');
    pass(10 * LEASE_MS);
    expect([count(), has('a')]).toEqual([1, true]);
    release('a');
    pass(LEASE_MS - 1);
    expect(count()).toBe(1);
    pass(1);
    expect(count()).toBe(0);
  });

  test('of a client with several polls held lasts to the last of them', () => {
    const { hold, release, count, pass } = leased();
    hold('a');
    hold('a');
    release('a');
    pass(10 * LEASE_MS);
    expect(count()).toBe(1);
    release('a');
    pass(LEASE_MS);
    expect(count()).toBe(0);
  });

  test('ends at once for who hangs up on a held poll, and for who has left', () => {
    const { hold, abandon, touch, leave, count } = leased();
    hold('a');
    abandon('a');
    expect(count()).toBe(0);
    touch('b');
    leave('b');
    expect(count()).toBe(0);
  });

  test('does not end for who hangs up on one of two polls, or has one held while it leaves', () => {
    const { hold, abandon, leave, has } = leased();
    hold('a');
    hold('a');
    abandon('a');
    expect(has('a')).toBe(true);
    leave('a');
    expect(has('a')).toBe(true);
  });

  test('forgets who is gone, though nobody ever asks who is here', () => {
    let clock = 0;
    let looks = 0;
    const lease = createLease(LEASE_MS, MOST, () => clock);
    for (let i = 0; i < 100_000; i += 1) {
      lease.touch(`client-${i}`);
      clock += 1;
    }
    // What is still remembered has to be looked through by the next count: no more than about two leases' worth.
    const { delete: remove } = Map.prototype;
    Map.prototype.delete = function (key) {
      looks += 1;
      return remove.call(this, key);
    };
    try {
      clock += LEASE_MS;
      expect(lease.count()).toBe(0);
    } finally {
      Map.prototype.delete = remove;
    }
    expect(looks).toBeLessThanOrEqual(2 * LEASE_MS);
  });
});
