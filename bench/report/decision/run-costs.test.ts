import { describe, expect, it } from 'vitest';
import type { Lane, Run } from '../../run/run-file.ts';
import { modelRun } from '../../testing/model-run.ts';
import { estimates, type RunCosts, type Situation } from './costs.ts';
import { isKnown } from './known.ts';
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

  it('give back what the run measured, where they are put into the conditions of the run', () => {
    for (const clients of [100, 1000]) {
      for (const { transport, requestsPerSecond, bytesPerSecond } of estimates(costs, { ...HERE, clients })) {
        const lane = laneOf('fanout', transport, clients);
        const near = (value: number | undefined, wanted: number, share: number) =>
          expect(Math.abs((value ?? 0) - wanted), `${transport}: ${value}, not ${wanted}`).toBeLessThanOrEqual(
            share * wanted,
          );
        near(requestsPerSecond, (lane.requestsPerDelivery?.value ?? 0) * 5 * clients, 0.02);
        near(isKnown(bytesPerSecond) ? bytesPerSecond : 0, (lane.bytesPerDelivery?.value ?? 0) * 5 * clients, 0.03);
      }
    }
    const sse = estimates(costs, { ...HERE, clients: 1000 }).find(({ transport }) => transport === 'sse');
    expect(sse?.p95Ms.value).toBeCloseTo((laneOf('fanout', 'sse', 1000).lastReceiverUs?.mean.value ?? 0) / 1000);
  });

  it('give back what silence cost', () => {
    for (const one of estimates(costs, { ...HERE, messagesPerSecond: 1e-9 })) {
      const lane = laneOf('idle', one.transport);
      expect(one.requestsPerSecond * 36).toBeCloseTo(lane.requestsPerClientHour?.value ?? 0, -1);
      expect(Number(one.bytesPerSecond) * 36).toBeCloseTo(lane.bytesPerClientHour?.value ?? 0, -2);
      expect(one.memoryBytes).toBeCloseTo(100 * (lane.memoryBytesPerConnection?.value ?? 0), 0);
    }
  });

  it('count a shortened heartbeat as rarely as it comes in a real lab', () => {
    const shortened = structuredClone(run);
    const idle = shortened.scenarios.find(({ name }) => name === 'idle');
    if (idle !== undefined) idle.settings = { ...idle.settings, heartbeatMs: 5000 };
    const of = ({ transports }: RunCosts) => {
      const bytes = transports.find(({ transport }) => transport === 'sse')?.bytes;
      return bytes !== undefined && isKnown(bytes) ? bytes.perIdleSecond : Number.NaN;
    };
    expect(of(costsOf(shortened))).toBeCloseTo(of(costs) / 3);
  });
});

describe('what a run does not tell is not filled in', () => {
  it('CPU of a server that had little to do', () => {
    for (const { cpu } of costsOf(run).transports) {
      expect(cpu).toEqual({ notKnown: expect.stringMatching(/^its server had \d+ messages a round and rested/) });
    }
  });

  it('bytes where silence was not measured', () => {
    for (const { bytes } of costsOf(without('idle')).transports) {
      expect(bytes).toEqual({ notKnown: 'silence was not measured (scenario idle)' });
    }
  });

  it('bytes of a delivery that would be less than nothing', () => {
    const odd = changed((lane, scenario) => {
      if (scenario === 'idle' && lane.bytesPerClientHour) lane.bytesPerClientHour.value *= 10;
    });
    const of = (name: string) => costsOf(odd).transports.find(({ transport }) => transport === name)?.bytes;
    expect(of('long-polling')).toEqual({ notKnown: expect.stringContaining('weigh more in silence') });
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
