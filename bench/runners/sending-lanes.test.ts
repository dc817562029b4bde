import { describe, expect, it } from 'vitest';
import { mapLatencies } from '../../client/closed-forms.ts';
import type { SendingWorkload } from '../scenarios/scenario.ts';
import { distancesOf } from './distances.ts';
import { type SendingRound, type SentMessage, sendingResult, sentTotals } from './sending-lanes.ts';

function sent(sender: number, seq: number | null, duplicate = false): SentMessage {
  return { sender, receipt: seq === null ? null : { seq, duplicate } };
}

const workload: SendingWorkload = {
  kind: 'sending',
  rounds: 2,
  arrivals: 'poisson',
  messagesPerSecond: 2,
  addedRoundTripsMs: [0, 100],
  textBytes: 100,
  warmUpMs: 0,
  durationMs: 1000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  seed: 1,
};
const distances = distancesOf(workload.addedRoundTripsMs, null);

function round(transport: string, place: number, rest: Partial<SendingRound> = {}): SendingRound {
  return {
    transport,
    distance: distances[place] as (typeof distances)[number],
    roundTripMs: 101,
    latency: mapLatencies(() => 102_000),
    sent: [sent(0, 1), sent(1, 2)],
    requests: 2,
    bytesIn: 800,
    loader: { pacingLagMs: { p50: 0, p99: 0, max: 0 }, eventLoopDelayMs: { p50: 0, p99: 0 }, utilisation: 0 },
    failures: [],
    ...rest,
  };
}

describe('what became of the messages', () => {
  it('is nothing to worry about where each was stored once and in order', () => {
    expect(sentTotals([sent(0, 5), sent(1, 6), sent(0, 7)])).toEqual({
      expected: 3,
      delivered: 3,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
    });
  });

  it('tells what has no receipt, and what was stored before', () => {
    expect(sentTotals([sent(0, null), sent(1, 6, true)])).toMatchObject({ delivered: 1, missing: 1, duplicated: 1 });
  });

  it('is in order where each sender’s messages are: between senders there is none', () => {
    expect(sentTotals([sent(0, 2), sent(1, 1)]).outOfOrder).toBe(0);
    expect(sentTotals([sent(0, 2), sent(0, 1), sent(0, 3)]).outOfOrder).toBe(1);
  });
});

describe('the lanes of sending', () => {
  it('are one per distance and transport, of all its rounds', () => {
    const rounds = [round('sse', 0), round('websocket', 0), round('sse', 1), round('sse', 0)];
    const { lanes } = sendingResult([{ name: 'sse' }, { name: 'websocket' }], distances, workload, rounds);
    expect(lanes.map((lane) => [lane.transport, lane.case, lane.rounds])).toEqual([
      ['sse', '0 ms', 2],
      ['websocket', '0 ms', 1],
      ['sse', '100 ms', 1],
      ['websocket', '100 ms', 0],
    ]);
    expect(lanes[0]).toMatchObject({
      messages: 4,
      messagesPerSecond: 2,
      expected: 4,
      delivered: 4,
      requests: 4,
      bytesIn: 1600,
      latencyUs: { mean: { value: 102_000 } },
    });
  });

  it('predict one round trip, as measured, where the way counts for more than the processes', () => {
    const { lanes } = sendingResult([{ name: 'sse' }], distances, workload, [round('sse', 0), round('sse', 1)]);
    expect(lanes.map(({ predicted }) => predicted?.latencyUs?.p99)).toEqual([undefined, 101_000]);
  });

  it('have no latency where nothing was answered, and say what failed', () => {
    const failed = round('sse', 0, { latency: null, sent: [sent(0, null)], failures: ['message 0 was not stored'] });
    const [lane] = sendingResult([{ name: 'sse' }], distances, workload, [failed]).lanes;
    expect(lane?.latencyUs).toBeUndefined();
    expect(lane).toMatchObject({ missing: 1, warnings: ['message 0 was not stored'] });
  });

  it('are marked where the bench was the limit', () => {
    const { loader } = round('sse', 0);
    const busy = round('sse', 0, { loader: { ...loader, utilisation: 0.95 } });
    expect(sendingResult([{ name: 'sse' }], distances, workload, [busy]).lanes[0]?.spoiled).toBe(true);
  });

  it('of a lab deployed elsewhere have no case: it is as far away as it is', () => {
    expect(distancesOf([0, 100], 'https://lab.example')).toEqual([{ addedRoundTripMs: 0, lane: {} }]);
  });
});
