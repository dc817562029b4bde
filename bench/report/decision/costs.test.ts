import { describe, expect, it } from 'vitest';
import { longPollingEmptyShare, longPollingRequestRate } from '../../../client/closed-forms.ts';
import { type Estimate, estimates, type RunCosts, type Situation } from './costs.ts';
import { COSTS, SITUATION } from './testing/sample-costs.ts';

function estimateOf(transport: string, situation: Partial<Situation> = {}, costs: RunCosts = COSTS): Estimate {
  const found = estimates(costs, { ...SITUATION, ...situation }).find((one) => one.transport === transport);
  if (found === undefined) throw new Error(`no estimate of ${transport}`);
  return found;
}

describe('short polling', () => {
  it('waits for its interval, and polls whatever happens', () => {
    const estimate = estimateOf('short-polling', { pollIntervalMs: 2000 });
    expect(estimate.p95Ms.value).toBeCloseTo(21 + 1900);
    expect(estimate.requestsPerSecond).toBeCloseTo(50);
    expect(estimate.bytesPerSecond).toBeCloseTo(50 * 300 + 200 * 200);
    expect(estimate.cpuCores).toBeCloseTo((50 * 100 + 200 * 5) / 1e6);
    expect(estimate.memoryBytes).toBeNull();
  });

  it('polls as rarely as the bearable latency allows, where nobody says how often', () => {
    const { pollIntervalMs, p95Ms } = estimateOf('short-polling', { bearableMs: 10_000 });
    expect(p95Ms.high).toBeLessThanOrEqual(10_000);
    expect(p95Ms.low).toBeGreaterThan(9990);
    expect(pollIntervalMs).toBeCloseTo((10_000 - 21) / 0.95, -1);
  });

  it('polls at most once a second of its own accord', () => {
    expect(estimateOf('short-polling', { bearableMs: 100 }).pollIntervalMs).toBe(1000);
    expect(estimateOf('short-polling', { bearableMs: 100, pollIntervalMs: 50 }).pollIntervalMs).toBe(50);
  });

  it('waits for nobody else, however many they are', () => {
    const { p95Ms, beyondClients } = estimateOf('short-polling', { pollIntervalMs: 2000, clients: 1e6 });
    expect(p95Ms.high).toBeCloseTo(21 + 1900);
    expect(beyondClients).toBeNull();
  });
});

describe('long polling', () => {
  it('makes the requests of its closed form, and pays for those that bring nothing and those that bring messages', () => {
    const model = { rate: 0.002, gap: 40.5, hold: 30_000 };
    const requests = longPollingRequestRate(model) * 1000 * 100;
    const empty = longPollingEmptyShare(model);
    const estimate = estimateOf('long-polling');
    expect(estimate.requestsPerSecond).toBeCloseTo(requests);
    expect(estimate.bytesPerSecond).toBeCloseTo(requests * 300 + 200 * 200);
    expect(estimate.cpuCores).toBeCloseTo((requests * (empty * 100 + (1 - empty) * 50)) / 1e6, 8);
  });

  it('is later than a stream by what falls into the gap', () => {
    const often = { messagesPerSecond: 5 };
    expect(estimateOf('long-polling', often).p95Ms.value).toBeGreaterThan(estimateOf('sse', often).p95Ms.value + 20);
  });
});

describe('a stream', () => {
  it('takes half a round trip and the time of the last receiver', () => {
    const estimate = estimateOf('sse');
    expect(estimate.p95Ms.value).toBeCloseTo(20 + 10);
    expect(estimate.requestsPerSecond).toBe(0);
    expect(estimate.bytesPerSecond).toBeCloseTo(100 * (2 * 200 + 3));
    expect(estimate.cpuCores).toBeCloseTo((100 * (2 * 10 + 2)) / 1e6);
    expect(estimate.memoryBytes).toBe(1_000_000);
  });

  it('is also what a transport without a model is taken for', () => {
    const [, , sse] = COSTS.transports;
    const unknown = { ...COSTS, transports: sse === undefined ? [] : [{ ...sse, transport: 'carrier-pigeon' }] };
    expect(estimateOf('carrier-pigeon', {}, unknown).p95Ms).toEqual(estimateOf('sse').p95Ms);
  });

  it('is only bounded with more clients than the run had, and says so', () => {
    const { p95Ms, beyondClients } = estimateOf('sse', { clients: 50_000 });
    expect(beyondClients).toBe(10_000);
    expect(p95Ms).toEqual({ value: 520, low: 120, high: 1020 });
  });
});

describe('what the run does not tell', () => {
  it('stays unknown, with its reason', () => {
    const reason = { notKnown: 'why' };
    const costs = { ...COSTS, transports: COSTS.transports.map((one) => ({ ...one, cpu: reason, bytes: reason })) };
    for (const { transport } of COSTS.transports) {
      const { cpuCores, bytesPerSecond } = estimateOf(transport, {}, costs);
      expect([cpuCores, bytesPerSecond]).toEqual([reason, reason]);
    }
  });

  it('is CPU beyond the ends of its curves, and never the value of the end', () => {
    expect(estimateOf('sse', { clients: 1e6 }).cpuCores).toEqual({ notKnown: expect.stringContaining('more or less') });
  });
});

describe('sending', () => {
  it('is a request of its own, but for a WebSocket', () => {
    expect(estimateOf('sse', { sendsPerSecond: 3 }).requestsPerSecond).toBe(300);
    expect(estimateOf('websocket', { sendsPerSecond: 3 }).requestsPerSecond).toBe(0);
  });
});
