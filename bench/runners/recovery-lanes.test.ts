import { describe, expect, it } from 'vitest';
import type { RecoveryWorkload } from '../scenarios/scenario.ts';
import { type ClientRecovery, type RecoveryRound, recoveryOf, recoveryResult } from './recovery-lanes.ts';
import type { StateChange } from './session-client.ts';

const times = { beganAt: 1000, endedAt: 5000, lastSeq: 50 };

function change(at: number, state: StateChange['state']): StateChange {
  return { at, state };
}

const lived = [
  change(500, 'connected'),
  change(1030, 'waiting'),
  change(1400, 'connecting'),
  change(1410, 'waiting'),
  change(6000, 'connecting'),
  change(6100, 'connected'),
];

describe('what a client went through', () => {
  it('is told from the fault to its noticing, and from the fault’s end on', () => {
    const progress = [
      { at: 900, seq: 10 },
      { at: 6150, seq: 40 },
      { at: 6200, seq: 50 },
    ];
    expect(recoveryOf(lived, progress, times)).toEqual({ detectMs: 30, reconnectMs: 1100, caughtUpMs: 1200 });
  });

  it('does not begin with what was before the fault', () => {
    const early = [change(100, 'connected'), change(200, 'waiting'), change(300, 'connected'), ...lived.slice(1)];
    expect(recoveryOf(early, [], times).detectMs).toBe(30);
  });

  it('ends with the connection that lasts', () => {
    const broken = [...lived, change(6300, 'waiting'), change(7000, 'connected')];
    expect(recoveryOf(broken, [], times).reconnectMs).toBe(2000);
    expect(recoveryOf(lived.slice(0, -1), [], times).reconnectMs).toBeNull();
  });

  it('of one that never noticed has neither detection nor reconnection, but may have everything', () => {
    const progress = [{ at: 5001, seq: 50 }];
    const expected = { detectMs: null, reconnectMs: null, caughtUpMs: 1 };
    expect(recoveryOf([change(500, 'connected')], progress, times)).toEqual(expected);
  });

  it('of one that lacks something has no end', () => {
    expect(recoveryOf(lived, [{ at: 6200, seq: 49 }], times).caughtUpMs).toBeNull();
  });

  it('is never shorter than nothing: the end is seen a little late', () => {
    const quick = [change(500, 'connected'), change(1001, 'waiting'), change(4999, 'connected')];
    expect(recoveryOf(quick, [{ at: 4999.5, seq: 50 }], times)).toMatchObject({ reconnectMs: 0, caughtUpMs: 0 });
  });
});

const workload: RecoveryWorkload = {
  kind: 'recovery',
  rounds: 1,
  clients: 2,
  faults: ['cut', 'blackhole'],
  offlineMs: 4000,
  messages: 50,
  textBytes: 100,
  heartbeatMs: 1000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
};

function round(clients: readonly ClientRecovery[], rest: Partial<RecoveryRound> = {}): RecoveryRound {
  return {
    transport: 'sse',
    fault: 'cut',
    clients,
    messages: 50,
    ledger: { expected: 100, delivered: 100, missing: 0, duplicated: 0, outOfOrder: 0 },
    loader: { pacingLagMs: { p50: 0, p99: 0, max: 0 }, eventLoopDelayMs: { p50: 0, p99: 0 }, utilisation: 0 },
    failures: [],
    ...rest,
  };
}

function laneOf(rounds: readonly RecoveryRound[]) {
  const [lane] = recoveryResult([{ name: 'sse' }], workload, rounds).lanes;
  return lane;
}

const quick: ClientRecovery = { detectMs: 10, reconnectMs: 1000, caughtUpMs: 1100 };
const slow: ClientRecovery = { detectMs: 30, reconnectMs: 3000, caughtUpMs: 3100 };
const unaware: ClientRecovery = { detectMs: null, reconnectMs: null, caughtUpMs: 50 };

describe('the lanes of recovery', () => {
  it('are one per fault and transport', () => {
    const { lanes } = recoveryResult([{ name: 'sse' }, { name: 'websocket' }], workload, []);
    expect(lanes.map((lane) => `${lane.case} ${lane.transport}`)).toEqual([
      'cut sse',
      'cut websocket',
      'blackhole sse',
      'blackhole websocket',
    ]);
  });

  it('tell the mean of the clients, and when the last one had everything', () => {
    expect(laneOf([round([quick, slow])])).toMatchObject({
      rounds: 1,
      clients: 2,
      messages: 50,
      expected: 100,
      recovery: {
        detectMs: { value: 20 },
        reconnectMs: { value: 2000 },
        caughtUpMs: { value: 2100 },
        allCaughtUpMs: { value: 3100 },
      },
      warnings: [],
    });
  });

  it('leave out what nobody noticed', () => {
    const lane = laneOf([round([unaware, unaware])]);
    expect(Object.keys(lane?.recovery ?? {})).toEqual(['caughtUpMs', 'allCaughtUpMs']);
    expect(lane?.warnings).toEqual([]);
  });

  it('say so where only some noticed', () => {
    const lane = laneOf([round([quick, unaware])]);
    expect(lane?.recovery?.detectMs).toEqual({ value: 10 });
    expect(lane?.warnings).toEqual([expect.stringContaining('1 of 2 clients did not notice')]);
  });

  it('are compared, but not after a blackhole, when all go on at one instant', () => {
    const rounds = [1, 2, 3, 4, 5].flatMap(() =>
      ['sse', 'websocket'].flatMap((transport) => [
        round([quick], { transport }),
        round([quick], { transport, fault: 'blackhole' }),
      ]),
    );
    const { comparisons } = recoveryResult([{ name: 'sse' }, { name: 'websocket' }], workload, rounds);
    expect(comparisons).toEqual([
      expect.objectContaining({
        figure: 'recovery.caughtUpMs',
        case: 'cut',
        of: 'sse',
        to: 'websocket',
        different: false,
      }),
    ]);
  });

  it('know no end where somebody lacks something in the end', () => {
    const lacking = round([quick, { ...slow, caughtUpMs: null }], {
      ledger: { expected: 100, delivered: 99, missing: 1, duplicated: 0, outOfOrder: 0 },
    });
    const lane = laneOf([round([quick, slow]), lacking]);
    expect(lane?.recovery?.allCaughtUpMs).toBeUndefined();
    expect(lane).toMatchObject({ expected: 200, missing: 1 });
  });
});
