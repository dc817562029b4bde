import { describe, expect, it } from 'vitest';
import { longPollingEmptyShare, longPollingRequestRate } from '../../../client/closed-forms.ts';
import { at, type Estimate, estimates, type RunCosts, type Situation } from './costs.ts';
import { COSTS, SITUATION } from './testing/sample-costs.ts';

function estimateOf(transport: string, situation: Partial<Situation> = {}, costs: RunCosts = COSTS): Estimate {
  const found = estimates(costs, { ...SITUATION, ...situation }).find((one) => one.transport === transport);
  if (found === undefined) throw new Error(`no estimate of ${transport}`);
  return found;
}

describe('a cost curve', () => {
  const curve = [
    { x: 1, value: 100 },
    { x: 100, value: 10 },
    { x: 1000, value: 10 },
  ];

  it('goes through what was measured, and straight between logarithms', () => {
    expect(at(curve, 1)).toBe(100);
    expect(at(curve, 100)).toBeCloseTo(10);
    expect(at(curve, 10)).toBeCloseTo(Math.sqrt(1000));
    expect(at(curve, 300)).toBeCloseTo(10);
  });

  it('keeps the value of its ends beyond them, and is 0 where there is none', () => {
    expect(at(curve, 0.01)).toBe(100);
    expect(at(curve, 1e6)).toBe(10);
    expect(at([], 5)).toBe(0);
  });
});

describe('short polling', () => {
  it('waits half its interval on average, and polls whatever happens', () => {
    const estimate = estimateOf('short-polling', { pollIntervalMs: 2000 });
    expect(estimate.latencyMs.mean).toBeCloseTo(21 + 1000);
    expect(estimate.latencyMs.p95).toBeCloseTo(21 + 1900);
    expect(estimate.requestsPerSecond).toBeCloseTo(50);
    expect(estimate.bytesPerSecond).toBeCloseTo(50 * 300 + 200 * 200);
    expect(estimate.cpuCores).toBeCloseTo((50 * 100 + 200 * 5) / 1e6);
    expect(estimate.memoryBytes).toBeNull();
  });

  it('polls as rarely as the bearable latency allows, where nobody says how often', () => {
    const { pollIntervalMs, latencyMs } = estimateOf('short-polling', { bearableMs: 10_000 });
    expect(latencyMs.p95).toBeLessThanOrEqual(10_000);
    expect(latencyMs.p95).toBeGreaterThan(9990);
    expect(pollIntervalMs).toBeCloseTo((10_000 - 21) / 0.95, -1);
  });

  it('polls at most once a second of its own accord', () => {
    expect(estimateOf('short-polling', { bearableMs: 100 }).pollIntervalMs).toBe(1000);
    expect(estimateOf('short-polling', { bearableMs: 100, pollIntervalMs: 50 }).pollIntervalMs).toBe(50);
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
    expect(estimateOf('long-polling').latencyMs.p99).toBeGreaterThan(estimateOf('sse').latencyMs.p99 + 30);
  });
});

describe('a stream', () => {
  it('takes half a round trip and its place in the fan-out', () => {
    const estimate = estimateOf('sse');
    const fanOutMs = (100 * 10) / 1000;
    expect(estimate.latencyMs.mean).toBeCloseTo(21 + fanOutMs / 2);
    expect(estimate.latencyMs.max).toBeCloseTo(21 + fanOutMs);
    expect(estimate.requestsPerSecond).toBe(0);
    expect(estimate.bytesPerSecond).toBeCloseTo(100 * (2 * 200 + 3));
    expect(estimate.cpuCores).toBeCloseTo((100 * (2 * 10 + 2)) / 1e6);
    expect(estimate.memoryBytes).toBe(1_000_000);
  });

  it('is also what a transport without a model is taken for', () => {
    const [, , sse] = COSTS.transports;
    const unknown = { ...COSTS, transports: sse === undefined ? [] : [{ ...sse, transport: 'carrier-pigeon' }] };
    expect(estimateOf('carrier-pigeon', {}, unknown).latencyMs).toEqual(estimateOf('sse').latencyMs);
  });

  it('is spread over several servers before one core is full, which makes the fan-out shorter', () => {
    const many = estimateOf('sse', { clients: 100_000, messagesPerSecond: 1.8 });
    expect(many.cpuCores).toBeCloseTo(2);
    expect(many.servers).toBe(3);
    expect(many.latencyMs.max).toBeCloseTo(21 + ((100_000 / 3) * 10) / 1000);
  });
});

describe('sending', () => {
  it('is a request of its own, but for a WebSocket', () => {
    expect(estimateOf('sse', { sendsPerSecond: 3 }).requestsPerSecond).toBe(300);
    expect(estimateOf('websocket', { sendsPerSecond: 3 }).requestsPerSecond).toBe(0);
  });
});
