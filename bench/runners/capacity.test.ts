import { describe, expect, it } from 'vitest';
import { capacityLane, reasonOf } from './capacity.ts';

const level = { connections: 4000, serverCpuShare: 0.5, rssBytes: 90_000_000, loaderUtilisation: 0.4 };
const ledger = { expected: 10, delivered: 9, missing: 1, duplicated: 0, outOfOrder: 0 };

describe('a capacity', () => {
  it('names the limit that was asked for where nothing gave way', () => {
    expect(capacityLane('sse', level, null, 4000, ledger)).toMatchObject({
      transport: 'sse',
      connections: 4000,
      stoppedBy: '--max-clients 4000',
      missing: 1,
      serverCpuShare: { value: 0.5 },
      rssBytes: 90_000_000,
    });
  });

  it('takes undelivered messages for what stopped it, not for losses', () => {
    const lane = capacityLane('sse', level, 'a message did not reach everybody within 5 s', 9000, ledger);
    expect(lane.missing).toBeUndefined();
  });

  it('is no finding about the transport where the bench itself was busy all the time', () => {
    expect(capacityLane('sse', { ...level, loaderUtilisation: 0.95 }, 'x', 9000, ledger).spoiled).toBe(true);
    expect(capacityLane('sse', level, 'x', 9000, ledger).spoiled).toBeUndefined();
  });

  it.each([
    ['sse client 7: lost: connect EMFILE 127.0.0.1', 'open files'],
    ['connect EADDRNOTAVAIL', 'ports'],
    ['connect ECONNREFUSED', 'accepted no more'],
    ['sse client 7: was not answered in time', 'was not answered in time'],
  ])('%s is named as people know it', (message, named) => {
    expect(reasonOf(message)).toContain(named);
  });
});
