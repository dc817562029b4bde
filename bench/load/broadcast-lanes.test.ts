import { describe, expect, it } from 'vitest';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { mapLatencies } from '../stats/latency.ts';
import { type BroadcastRound, broadcastLanes } from './broadcast-lanes.ts';

const workload: BroadcastWorkload = {
  kind: 'broadcast',
  rounds: 2,
  clients: 10,
  messagesPerSecond: 5,
  arrivals: 'poisson',
  textBytes: 100,
  warmUpMs: 1000,
  warmUpMessagesPerSecond: 60,
  settleMs: 1000,
  durationMs: 4000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  seed: 1,
};

/** @param requests in the window. */
function round(meanUs: number, requests: number, rest: Partial<BroadcastRound> = {}): BroadcastRound {
  return {
    messages: 20,
    ledger: { expected: 300, delivered: 300, missing: 0, duplicated: 0, outOfOrder: 0 },
    latency: mapLatencies(() => meanUs),
    costs: { requests, delivered: 200, bytesIn: 1000, bytesOut: 39_000, cpuUs: 20_000 },
    roundTripMs: 0.2,
    loader: {
      pacingLagMs: { p50: 0, p99: 0, max: 0 },
      eventLoopDelayMs: { p50: 0, p99: 0 },
      utilisation: 0.1,
    },
    failures: [],
    ...rest,
  };
}

const transports = [
  { name: 'short-polling', streams: false },
  { name: 'sse', streams: true },
];

function lanes(short: BroadcastRound[], sse: BroadcastRound[]) {
  return broadcastLanes(
    transports,
    workload,
    new Map([
      ['short-polling', short],
      ['sse', sse],
    ]),
  );
}

describe('the lanes of a broadcast', () => {
  const [short, sse] = lanes([round(501_000, 40), round(503_000, 40)], [round(1500, 0), round(1500, 0)]);

  it('add up what is counted, and average what is measured over the rounds', () => {
    expect(short).toMatchObject({
      transport: 'short-polling',
      rounds: 2,
      clients: 10,
      messages: 40,
      messagesPerSecond: 5,
      expected: 600,
      delivered: 600,
      requests: 80,
      bytesIn: 2000,
      bytesOut: 78_000,
      requestsPerDelivery: { value: 0.2 },
      bytesPerDelivery: { value: 200 },
      serverCpuUsPerDelivery: { value: 100 },
      warnings: [],
    });
    expect(short?.latencyUs?.mean.value).toBeCloseTo(501_999, -1);
  });

  it('predict requests and latency, on top of the delay that the streams have without their fan-out', () => {
    expect(short?.predicted).toMatchObject({ requests: 80, requestsPerDelivery: 0.2 });
    expect(short?.predicted?.latencyUs?.mean).toBe(501_000);
    expect(sse?.predicted).toEqual({ requests: 0, requestsPerDelivery: 0 });
  });

  it('warn of what deviates from its prediction, unless the bench itself was the limit', () => {
    const off = round(900_000, 60);
    const spoiled = { ...off, loader: { ...off.loader, utilisation: 0.99 } };
    const [deviating] = lanes([off, off], [round(1500, 0)]);
    expect(deviating?.warnings.join()).toMatch(/mean latency is 1\.80 times.*requests per delivery is 1\.50 times/);
    const [marked] = lanes([spoiled, spoiled], [round(1500, 0)]);
    expect(marked?.spoiled).toBe(true);
    expect(marked?.warnings.join()).toMatch(/^The bench itself was the limit.*machine\.$/);
  });

  it('leave out latencies where nothing was delivered, and say what failed', () => {
    const [, lost] = lanes([], [round(0, 0, { latency: null, failures: ['sse client 3: lost: gone'] })]);
    expect(lost?.latencyUs).toBeUndefined();
    expect(lost?.warnings).toContain('sse client 3: lost: gone');
  });
});
