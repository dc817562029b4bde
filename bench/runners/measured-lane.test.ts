import { describe, expect, it } from 'vitest';
import { playedRound } from '../testing/rounds.ts';
import { measuredLane, timesControl, withControl } from './measured-lane.ts';

const SHORT = { transport: 'short-polling' };

describe('a lane', () => {
  it('adds up what is counted, and averages what is measured over the rounds', () => {
    const rounds = [playedRound('short-polling', 501_000, 40), playedRound('short-polling', 503_000, 40)];
    const lane = measuredLane(SHORT, rounds, true);
    expect(lane).toMatchObject({
      transport: 'short-polling',
      rounds: 2,
      clients: 10,
      roundTripMs: { value: 0.2 },
      messages: 40,
      messagesPerSecond: 5,
      expected: 600,
      delivered: 600,
      requests: 80,
      bytesIn: 2000,
      bytesOut: 78_000,
      requestsPerDelivery: { value: 0.2, rounds: [0.2, 0.2] },
      bytesPerDelivery: { value: 200 },
      serverCpuUsPerDelivery: { value: 100 },
      warnings: [],
    });
    expect(lane.latencyUs?.mean.value).toBeCloseTo(501_999, -1);
    expect(lane.lastReceiverUs?.mean.value).toBeCloseTo(752_998, -1);
  });

  it('says nothing of the CPU of a server that it shares with others', () => {
    expect(measuredLane(SHORT, [playedRound('short-polling', 1, 1)], false).serverCpuUsPerDelivery).toBeUndefined();
  });

  it('of a control has no requests or bytes, which it does not count, but CPU per delivery', () => {
    const round = playedRound('websocket', 1000, 0);
    const control = { ...round, before: { ...round.before, stats: null }, after: { ...round.after, stats: null } };
    const lane = measuredLane({ control: 'bare-ws' }, [control], true);
    expect(lane).toMatchObject({ control: 'bare-ws', serverCpuUsPerDelivery: { value: 100 } });
    expect(lane.requests).toBeUndefined();
    expect(lane.bytesPerDelivery).toBeUndefined();
  });

  it('is spoiled where the bench itself was the limit, and says why', () => {
    const loader = { ...playedRound('sse', 1, 0).loader, utilisation: 0.99 };
    const lane = measuredLane({ transport: 'sse' }, [playedRound('sse', 1500, 0, { loader })], true);
    expect(lane.spoiled).toBe(true);
    expect(lane.warnings.join()).toMatch(/^The bench itself was the limit.*machine\.$/);
  });

  it('leaves out latencies where nothing was delivered, and says once what failed', () => {
    const lost = playedRound('sse', 0, 0, {
      latency: null,
      lastReceiver: null,
      failures: ['sse client 3: lost: gone'],
    });
    const lane = measuredLane({ transport: 'sse' }, [lost, lost], true);
    expect(lane.latencyUs).toBeUndefined();
    expect(lane.warnings).toEqual(['sse client 3: lost: gone']);
  });

  it('warns where the rounds drift', () => {
    const rounds = [1000, 1300, 1690, 2200, 2860].map((us) => playedRound('sse', us, 0));
    expect(measuredLane({ transport: 'sse' }, rounds, true).warnings.join()).toMatch(/mean latency/i);
  });
});

describe('the ratio to a control', () => {
  it('is paired by round', () => {
    const of = { value: 20, rounds: [10, 40] };
    const control = { value: 10, rounds: [5, 20] };
    expect(timesControl(of, control)).toEqual({ value: 2, rounds: [2, 2] });
    expect(timesControl({ value: 3 }, { value: 2 })).toEqual({ value: 1.5 });
    expect(timesControl(undefined, control)).toBeUndefined();
  });

  it('stands in the lane beside the control’s name', () => {
    const lane = measuredLane({ transport: 'websocket' }, [playedRound('websocket', 3000, 0)], true);
    const control = measuredLane({ control: 'bare-ws' }, [playedRound('websocket', 2000, 0)], true);
    expect(withControl(lane, control).ofControl).toEqual({
      control: 'bare-ws',
      latencyP50: { value: 1.5 },
      serverCpuUsPerDelivery: { value: 1 },
    });
    expect(withControl(lane, undefined)).toBe(lane);
  });
});
