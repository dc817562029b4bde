import { describe, expect, it } from 'vitest';
import type { Lane } from '../run/run-file.ts';
import { sampleCosts, sampleCostUs } from '../testing/sample-costs.ts';
import { type CostCurves, costCurves, isKnown, valueAt } from './cost-curves.ts';
import { cpuShare, timedRequestsPerSecond } from './cost-share.ts';

const scenario = sampleCosts();

function curvesOf(transport: string, lanes: readonly Lane[] = scenario.lanes): CostCurves {
  const curves = costCurves({ lanes: [...lanes] }, transport);
  if (!isKnown(curves)) throw new Error(curves.notKnown);
  return curves;
}

function whyNot(transport: string, lanes: readonly Lane[]): string | null {
  const curves = costCurves({ lanes: [...lanes] }, transport);
  return isKnown(curves) ? null : curves.notKnown;
}

describe('the curves', () => {
  it.each(['short-polling', 'long-polling', 'sse', 'websocket'])(
    'of %s give back those of which lanes were made',
    (transport) => {
      const curves = curvesOf(transport);
      const pace = transport === 'short-polling' ? 'clock' : transport === 'long-polling' ? 'held' : 'stream';
      for (const [clients, messagesPerSecond] of [
        [100, 10],
        [1000, 150],
        [300, 40],
        [700, 100],
      ] as const) {
        const timed = timedRequestsPerSecond(
          pace,
          { clients, messagesPerSecond },
          { intervalSeconds: 1, holdSeconds: 30 },
        );
        const situation = { clients, messagesPerSecond, timedRequestsPerSecond: timed };
        const share = cpuShare(curves, situation);
        expect(share.value / (sampleCostUs(transport, situation) / 1e6)).toBeCloseTo(1, 2);
        expect(share).toMatchObject({ extrapolated: false });
        expect(share.low).toBeLessThan(share.value);
        expect(share.high).toBeGreaterThan(share.value);
      }
    },
  );

  it('are those of deliveries in one go: the slope over clients, with the clients between which it was measured', () => {
    const { usPerDelivery, clients } = curvesOf('websocket');
    expect(clients).toEqual({ low: 100, high: 1000 });
    expect(usPerDelivery.map(({ x }) => x)).toEqual([10, 25, 60, 150]);
    expect(usPerDelivery[0]?.value).toBeCloseTo(16.5 * 10 ** -0.15, 2);
  });

  it('are not drawn through what was held out, nor through what the bench spoiled', () => {
    const heldOut = scenario.lanes.map((lane) => (lane.nominalPerSecond === 60 ? { ...lane, heldOut: true } : lane));
    expect(curvesOf('sse', heldOut).usPerDelivery.map(({ x }) => x)).toEqual([10, 25, 150]);
    const spoiled = scenario.lanes.map((lane) => (lane.nominalPerSecond === 150 ? { ...lane, spoiled: true } : lane));
    expect(curvesOf('sse', spoiled).usPerDelivery.map(({ x }) => x)).toEqual([10, 25, 60]);
  });

  it('of streams make no requests, and those of polls are over the rate of requests', () => {
    expect(curvesOf('sse').usPerRequest).toEqual([]);
    expect(curvesOf('long-polling').usPerRequest.map(({ x }) => x)).toEqual([20, 100, 500, 2000]);
    // What the server takes by itself would be 75 µs more.
    expect(curvesOf('short-polling').usPerRequest[0]?.value).toBeCloseTo(2000 * 20 ** -0.45, 0);
  });

  it('are not known, with the reason, where something was not measured or is lost in chance', () => {
    expect(whyNot('carrier-pigeon', scenario.lanes)).toContain('--scenarios costs');
    const without = (drop: (lane: Lane) => boolean) => scenario.lanes.filter((lane) => !drop(lane));
    expect(
      whyNot(
        'sse',
        without((lane) => lane.clients === 100),
      ),
    ).toContain('two numbers of clients');
    expect(
      whyNot(
        'sse',
        without((lane) => lane.serverCpuUsPerSecond !== undefined),
      ),
    ).toContain('nothing happens');
    const chance = scenario.lanes.map((lane) =>
      lane.clients === 1000 ? { ...lane, serverCpuUsPerMessage: { value: 1, rounds: [10, 9e9, 10, 1e9, 10] } } : lane,
    );
    expect(whyNot('sse', chance)).toContain('lost in chance');
    const fewRounds = scenario.lanes.map((lane) => {
      const figure = lane.serverCpuUsPerRequest;
      return figure === undefined ? lane : { ...lane, serverCpuUsPerRequest: { value: figure.value } };
    });
    expect(whyNot('short-polling', fewRounds)).toContain('too few rounds');
  });

  it('have what comes in answers that are sent anyway in the cost of its message, where chance hides it', () => {
    // Of 100 clients and of 1,000 at 10 a second alike, so that no slope is seen.
    const lanes = scenario.lanes.map((lane) =>
      lane.transport === 'short-polling' && lane.nominalPerSecond === 10 && lane.messagesPerSecond !== undefined
        ? { ...lane, serverCpuUsPerMessage: { value: 9000, rounds: [8000, 8500, 9000, 9500, 10_000] } }
        : lane,
    );
    const { usPerDelivery, usPerMessage } = curvesOf('short-polling', lanes);
    expect(usPerDelivery.map(({ value, low }) => [value, low])).toEqual([10, 25, 60, 150].map(() => [0, 0]));
    // At 25 a second the slope is seen: up to that and its interval.
    expect(usPerDelivery[1]?.high).toBeGreaterThan(2 * 25 ** -0.15);
    expect(usPerMessage[1]?.value).toBeCloseTo(900 * 25 ** -0.3 + ((100 + 1000) / 2) * 2 * 25 ** -0.15, -1);
  });

  it('keep a message whose own cost chance puts below nothing, with an interval that says so', () => {
    const lanes = scenario.lanes.map((lane) =>
      lane.clients === 100 && lane.transport === 'sse' && lane.serverCpuUsPerMessage !== undefined
        ? { ...lane, serverCpuUsPerMessage: { value: 500, rounds: [400, 450, 500, 550, 600] } }
        : lane,
    );
    const point = curvesOf('sse', lanes).usPerMessage[0];
    expect(point?.value).toBeLessThan(0);
    expect(point?.low).toBeLessThan(point?.value ?? 0);
  });
});

it('a value between two points lies on the straight line of the logarithms, and beyond the ends is the end’s', () => {
  const curve = [
    { x: 10, value: 400, low: 100, high: 1600 },
    { x: 1000, value: 100, low: -10, high: 400 },
  ];
  expect(valueAt(curve, 100)).toBeCloseTo(200, 9);
  expect(valueAt(curve, 100, 'low')).toBeCloseTo(45, 9);
  expect([1, 10, 5000].map((x) => valueAt(curve, x))).toEqual([400, 400, 100]);
});

describe('a share of a core', () => {
  const streams = curvesOf('websocket');
  const silent = { messagesPerSecond: 0, clients: 200, timedRequestsPerSecond: 0 };

  it('of silence is that of idle connections and of the server itself', () => {
    expect(cpuShare(streams, silent)).toMatchObject({ extrapolated: false });
    expect(cpuShare(streams, silent).value).toBeCloseTo((200 * 6 + 1500) / 1e6, 6);
  });

  it.each([
    [{ messagesPerSecond: 1, clients: 200 }, 'at least'],
    [{ messagesPerSecond: 400, clients: 200 }, 'at most'],
    [{ messagesPerSecond: 20, clients: 20 }, 'about'],
    [{ messagesPerSecond: 20, clients: 5000 }, 'about'],
    [{ messagesPerSecond: 1, clients: 5000 }, 'about'],
  ])('%o lies beyond what was measured and is marked: %s', (situation, bound) => {
    const share = cpuShare(streams, { timedRequestsPerSecond: 0, ...situation });
    expect(share).toMatchObject({ extrapolated: true, bound });
    expect(share.value).toBeGreaterThan(0);
  });

  it('of requests rarer than any that were measured is a lower bound', () => {
    const polls = curvesOf('short-polling');
    expect(cpuShare(polls, { ...silent, timedRequestsPerSecond: 5 }).bound).toBe('at least');
    expect(cpuShare(polls, { ...silent, timedRequestsPerSecond: 30_000 }).bound).toBe('at most');
    expect(cpuShare(polls, { ...silent, timedRequestsPerSecond: 200 })).not.toHaveProperty('bound');
  });
});

it('timed are all polls by the clock, of held ones those that run out, and none of a stream', () => {
  const times = { intervalSeconds: 2, holdSeconds: 30 };
  const timed = (pace: 'clock' | 'held' | 'stream', messagesPerSecond: number) =>
    timedRequestsPerSecond(pace, { clients: 600, messagesPerSecond }, times);
  expect(timed('clock', 0)).toBe(300);
  expect(timed('clock', 50)).toBe(300);
  expect(timed('held', 0)).toBe(20);
  expect(timed('held', 1e-9)).toBeCloseTo(20, 4);
  expect(timed('held', 1)).toBeLessThan(1e-6);
  expect(timed('stream', 1)).toBe(0);
});
