import { describe, expect, it } from 'vitest';
import type { Lane, Run } from '../../run/run-file.ts';
import { modelRun } from '../../testing/model-run.ts';
import { at, estimates, type RunCosts } from './costs.ts';
import { runCosts } from './run-costs.ts';

const run = modelRun();

function costsOf(of: Run): RunCosts {
  const costs = runCosts(of);
  if (costs === null) throw new Error('no costs');
  return costs;
}

function laneOf(scenario: string, transport: string, clients?: number): Lane {
  const lanes = run.scenarios.find(({ name }) => name === scenario)?.lanes ?? [];
  const lane = lanes.find((one) => one.transport === transport && (clients === undefined || one.clients === clients));
  if (lane === undefined) throw new Error(`no ${transport} in ${scenario}`);
  return lane;
}

function withoutScenarios(...names: string[]): Run {
  return { ...run, scenarios: run.scenarios.filter(({ name }) => !names.includes(name)) };
}

describe('the costs of a run', () => {
  const costs = costsOf(run);

  it('are those of the transports, not of the controls', () => {
    expect(costs.transports.map(({ transport }) => transport)).toEqual([
      'short-polling',
      'long-polling',
      'sse',
      'websocket',
    ]);
  });

  it('give back what the run measured, where they are put into the conditions of the run', () => {
    for (const clients of [100, 1000]) {
      const all = estimates(costs, {
        messagesPerSecond: 5,
        clients,
        roundTripMs: 0,
        bearableMs: 1000,
        pollIntervalMs: 1000,
        sendsPerSecond: 0,
      });
      for (const { transport, requestsPerSecond, bytesPerSecond, cpuCores, latencyMs } of all) {
        const deliveries = 5 * clients;
        const lane = laneOf('fanout', transport, clients);
        const near = (value: number, wanted: number, share: number) =>
          expect(Math.abs(value - wanted), `${transport}: ${value}, not ${wanted}`).toBeLessThanOrEqual(share * wanted);
        near(requestsPerSecond, (lane.requestsPerDelivery?.value ?? 0) * deliveries, 0.02);
        near(bytesPerSecond, (lane.bytesPerDelivery?.value ?? 0) * deliveries, 0.03);
        near(cpuCores, ((lane.serverCpuUsPerDelivery?.value ?? 0) * deliveries) / 1e6, 0.25);
        near(latencyMs.mean, (lane.latencyUs?.mean.value ?? 0) / 1000, 0.3);
      }
    }
  });

  it('give back what silence cost', () => {
    const all = estimates(costs, {
      messagesPerSecond: 1e-9,
      clients: 100,
      roundTripMs: 0,
      bearableMs: 1000,
      pollIntervalMs: 1000,
      sendsPerSecond: 0,
    });
    for (const { transport, requestsPerSecond, bytesPerSecond, memoryBytes } of all) {
      const lane = laneOf('idle', transport);
      expect(requestsPerSecond * 36).toBeCloseTo(lane.requestsPerClientHour?.value ?? 0, -1);
      expect(bytesPerSecond * 36).toBeCloseTo(lane.bytesPerClientHour?.value ?? 0, -2);
      expect(memoryBytes).toBeCloseTo(100 * (lane.memoryBytesPerConnection?.value ?? 0), 0);
    }
  });

  it('count a shortened heartbeat as rarely as it comes in a real lab', () => {
    const shortened = structuredClone(run);
    const idle = shortened.scenarios.find(({ name }) => name === 'idle');
    if (idle !== undefined) idle.settings = { ...idle.settings, heartbeatMs: 5000 };
    const of = (one: RunCosts) => one.transports.find(({ transport }) => transport === 'sse')?.bytesPerIdleSecond ?? 0;
    expect(of(costsOf(shortened))).toBeCloseTo(of(costs) / 3);
  });

  it('let no poll that brings nothing cost more than one that brings messages', () => {
    const odd = structuredClone(run);
    for (const lane of odd.scenarios.find(({ name }) => name === 'idle')?.lanes ?? []) {
      lane.serverCpuMsPerClientHour = { value: 3600 };
    }
    const lane = laneOf('fanout', 'short-polling', 1000);
    const perPoll = (lane.serverCpuUsPerDelivery?.value ?? 0) / (lane.requestsPerDelivery?.value ?? 1);
    const curve = costsOf(odd).transports[0]?.cpuUsPerRequest ?? [];
    expect(curve).toHaveLength(2);
    expect(at(curve, 1000)).toBeLessThanOrEqual(perPoll * 1.001);
  });

  it('let no heartbeat cost more than two deliveries: with few clients that may be noise', () => {
    const odd = structuredClone(run);
    for (const lane of odd.scenarios.find(({ name }) => name === 'idle')?.lanes ?? []) {
      lane.serverCpuMsPerClientHour = { value: 3600 };
    }
    const sse = costsOf(odd).transports.find(({ transport }) => transport === 'sse');
    expect(sse?.cpuUsPerIdleSecond).toBeCloseTo((2 * (sse?.cpuUsPerDelivery.at(-1)?.value ?? 0)) / 15);
  });

  it('can do without silence and ceiling', () => {
    const poor = costsOf(withoutScenarios('idle', 'http-ceiling'));
    const [shortPolling] = poor.transports;
    const lane = laneOf('fanout', 'short-polling', 1000);
    const perPoll = (lane.serverCpuUsPerDelivery?.value ?? 0) / (lane.requestsPerDelivery?.value ?? 1);
    expect(shortPolling?.cpuUsPerRequest[0]?.value).toBeCloseTo(perPoll);
    expect(shortPolling?.memoryBytesPerConnection).toBeNull();
  });

  it('leave out what the bench spoiled', () => {
    const spoiled = structuredClone(run);
    for (const { lanes } of spoiled.scenarios) {
      for (const lane of lanes) if (lane.transport === 'websocket') lane.spoiled = true;
    }
    expect(costsOf(spoiled).transports.map(({ transport }) => transport)).toEqual([
      'short-polling',
      'long-polling',
      'sse',
    ]);
  });

  it('are none of a run that had few clients', () => {
    expect(runCosts(withoutScenarios('fanout'))).toBeNull();
    const few = structuredClone(run);
    const fanout = few.scenarios.find(({ name }) => name === 'fanout');
    if (fanout !== undefined) fanout.lanes = fanout.lanes.filter(({ clients = 0 }) => clients < 100);
    expect(runCosts(few)).toBeNull();
  });
});
