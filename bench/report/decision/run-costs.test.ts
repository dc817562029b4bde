import { describe, expect, it } from 'vitest';
import type { Lane, Run } from '../../run/run-file.ts';
import { isKnown } from '../../stats/cost-curves.ts';
import { modelRun } from '../../testing/model-run.ts';
import { sampleCosts } from '../../testing/sample-costs.ts';
import { estimates, type RunCosts, type Situation } from './costs.ts';
import { runCosts } from './run-costs.ts';

const run = modelRun();
const HERE: Situation = {
  messagesPerSecond: 5,
  clients: 100,
  roundTripMs: 0,
  bearableMs: 1000,
  pollIntervalMs: 1000,
  sendsPerSecond: 0,
};

function costsOf(of: Run): RunCosts {
  const costs = runCosts(of);
  if (costs === null) throw new Error('no costs');
  return costs;
}

function changed(change: (lane: Lane, scenario: string) => void): Run {
  const copy = structuredClone(run);
  for (const { name, lanes } of copy.scenarios) for (const lane of lanes) change(lane, name);
  return copy;
}

function laneOf(scenario: string, transport: string, clients?: number): Lane {
  const lanes = run.scenarios.find(({ name }) => name === scenario)?.lanes ?? [];
  const lane = lanes.find((one) => one.transport === transport && (clients === undefined || one.clients === clients));
  if (lane === undefined) throw new Error(`no ${transport} in ${scenario}`);
  return lane;
}

function without(...names: string[]): Run {
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
    expect(costs.leftOut).toEqual([]);
  });

  it('give back the requests and the last receiver of the run, where they are put into its conditions', () => {
    for (const clients of [100, 1000]) {
      for (const { transport, requestsPerSecond } of estimates(costs, { ...HERE, clients })) {
        const wanted = (laneOf('fanout', transport, clients).requestsPerDelivery?.value ?? 0) * 5 * clients;
        expect(Math.abs(requestsPerSecond - wanted), transport).toBeLessThanOrEqual(0.02 * wanted);
      }
    }
    const sse = estimates(costs, { ...HERE, clients: 1000 }).find(({ transport }) => transport === 'sse');
    expect(sse?.p95Ms.value).toBeCloseTo((laneOf('fanout', 'sse', 1000).lastReceiverUs?.mean.value ?? 0) / 1000);
  });

  it('give back what silence cost', () => {
    for (const one of estimates(costs, { ...HERE, messagesPerSecond: 1e-9 })) {
      const lane = laneOf('idle', one.transport);
      expect(one.requestsPerSecond * 36).toBeCloseTo(lane.requestsPerClientHour?.value ?? 0, -1);
      const { value = 0, low = 0 } = lane.memoryBytesPerConnection ?? {};
      expect(one.memoryBytes).toMatchObject({
        value: expect.closeTo(100 * value, 0),
        low: expect.closeTo(100 * low, 0),
      });
    }
  });

  it('have the knee of a server that was used up, and none that is only a bound', () => {
    const knee = (kneeIsBound: boolean) => {
      const lanes = [{ transport: 'sse', rounds: 5, deliveriesAtKnee: { value: 90_000 }, kneeIsBound, warnings: [] }];
      const others = run.scenarios.filter(({ name }) => name !== 'saturation');
      const found = costsOf({ ...run, scenarios: [...others, { name: 'saturation', settings: {}, lanes }] });
      return found.transports.find(({ transport }) => transport === 'sse')?.deliveriesAtKnee;
    };
    expect([knee(false), knee(true)]).toEqual([90_000, null]);
  });

  it('have the curves of the scenario that measures a busy server', () => {
    const busy = costsOf({ ...run, scenarios: [...run.scenarios, sampleCosts()] });
    expect(busy.transports.filter(({ cpu }) => isKnown(cpu))).toHaveLength(4);
  });
});

describe('what a run does not tell is not filled in', () => {
  it('CPU of a run that measured no busy server', () => {
    for (const { cpu } of costsOf(run).transports) {
      expect(cpu).toEqual({ notKnown: expect.stringContaining('npm run bench -- --scenarios costs') });
    }
  });

  it('memory where silence was not measured', () => {
    for (const { memoryBytesPerConnection } of costsOf(without('idle')).transports) {
      expect(memoryBytesPerConnection).toEqual({ notKnown: expect.stringContaining('idle') });
    }
  });

  it('a transport that the bench spoiled; with the most clients alone, its curve ends before', () => {
    const spoiled = changed((lane) => {
      if (lane.transport === 'websocket') lane.spoiled = true;
    });
    expect(costsOf(spoiled).transports).toHaveLength(3);
    expect(costsOf(spoiled).leftOut).toEqual([
      { transport: 'websocket', reason: expect.stringContaining('not measured soundly with 100 clients') },
    ]);
    const atMost = changed((lane) => {
      if (lane.transport === 'sse' && lane.clients === 1000) lane.spoiled = true;
    });
    const [sse] = estimates(costsOf(atMost), { ...HERE, clients: 1000 }).filter(({ transport }) => transport === 'sse');
    expect(sse?.beyondClients).toBe(100);
  });

  it('anything of a run that had few clients', () => {
    expect(runCosts(without('fanout'))).toBeNull();
    const few = structuredClone(run);
    const fanout = few.scenarios.find(({ name }) => name === 'fanout');
    if (fanout !== undefined) fanout.lanes = fanout.lanes.filter(({ clients = 0 }) => clients < 100);
    expect(runCosts(few)).toBeNull();
  });
});
