import { describe, expect, it } from 'vitest';
import { mapLatencies } from '../../client/closed-forms.ts';
import type { SlowReaderWorkload } from '../scenarios/scenario.ts';
import { type AfterwardsRound, type SlowReaderRound, slowReaderResult } from './slow-reader-lanes.ts';

const workload: SlowReaderWorkload = {
  kind: 'slow-reader',
  rounds: 1,
  stoppedReaders: 4,
  clients: 5,
  messagesPerSecond: 100,
  textBytes: 4096,
  durationMs: 1000,
  seed: 1,
};
const ledger = { expected: 500, delivered: 500, missing: 0, duplicated: 0, outOfOrder: 0 };

function afterwards(isClosed: boolean, rest: Partial<AfterwardsRound> = {}): AfterwardsRound {
  const lost = isClosed ? 2 : 0;
  return { isClosed, readers: 2, lost, ledger, failures: [], ...rest };
}

function round(stoppedReaders: number, rest: Partial<SlowReaderRound> = {}): SlowReaderRound {
  return {
    transport: 'sse',
    stoppedReaders,
    messages: 100,
    latency: mapLatencies(() => 1000),
    ledger,
    unwrittenBytes: stoppedReaders === 0 ? 0 : 8000,
    heldAtTheEnd: stoppedReaders,
    rssGrowthBytes: 0,
    afterwards: stoppedReaders === 0 ? [] : [afterwards(false), afterwards(true)],
    loader: { pacingLagMs: { p50: 0, p99: 0, max: 0 }, eventLoopDelayMs: { p50: 0, p99: 0 }, utilisation: 0 },
    failures: [],
    ...rest,
  };
}

function lanesOf(rounds: readonly SlowReaderRound[]) {
  return slowReaderResult([{ name: 'sse' }], workload, rounds).lanes;
}

describe('the lanes of slow readers', () => {
  it('are the others without and beside them, and they themselves in two parts', () => {
    const lanes = lanesOf([round(0), round(4)]);
    expect(lanes.map((lane) => lane.case)).toEqual([
      'without stopped readers',
      'beside 4 stopped readers',
      'stopped, then read on',
      'closed as stalled, then back',
    ]);
    expect(lanes.map(({ expected, warnings }) => [expected, warnings])).toEqual(lanes.map(() => [500, []]));
    expect(lanes[2]?.clients).toBe(2);
  });

  it('tell what was held only where something was to be held', () => {
    const [without, beside] = lanesOf([round(0), round(4)]);
    expect(without?.unwrittenBytes).toBeUndefined();
    expect(beside?.unwrittenBytes).toEqual({ value: 8000 });
  });

  it('tell the growth of memory beyond that of the same round without them: the median', () => {
    const growths = [
      [10, 110],
      [900, 910],
      [50, 10],
    ] as const;
    const rounds = growths.flatMap(([without, beside]) => [
      round(0, { rssGrowthBytes: without }),
      round(4, { rssGrowthBytes: beside }),
    ]);
    expect(lanesOf(rounds)[1]?.rssGrowthBytes).toBe(10);
  });

  it('say so where the system’s buffers took everything', () => {
    const [, beside] = lanesOf([round(0), round(4, { heldAtTheEnd: 3 }), round(0), round(4)]);
    expect(beside?.warnings).toEqual([expect.stringContaining('In 1 of 2 rounds')]);
  });

  it('say so where the server closed others than those that stayed stalled', () => {
    const odd = [afterwards(false, { lost: 1 }), afterwards(true, { lost: 0 })];
    const [, , readOn, closed] = lanesOf([round(0), round(4, { afterwards: odd })]);
    expect(readOn?.warnings).toEqual(['The server closed 1 of the 2 connections.']);
    expect(closed?.warnings).toEqual(['The server closed 0 of the 2 connections.']);
  });

  it('say what those who came back lack', () => {
    const lacking = afterwards(true, { ledger: { ...ledger, delivered: 499, missing: 1 } });
    const [, , readOn, closed] = lanesOf([round(0), round(4, { afterwards: [afterwards(false), lacking] })]);
    expect([readOn?.missing, closed?.missing]).toEqual([0, 1]);
  });

  it('compare the others’ p99, round by round', () => {
    const rounds = [1, 2, 3, 4, 5].flatMap((factor) => [
      round(0, { latency: mapLatencies(() => 1000 * factor) }),
      round(4, { latency: mapLatencies(() => 1000 * factor) }),
    ]);
    expect(slowReaderResult([{ name: 'sse' }], workload, rounds).comparisons).toEqual([
      expect.objectContaining({ figure: 'latencyUs.p99', case: 'beside 4 stopped readers', different: false }),
    ]);
  });
});
