import { describe, expect, it } from 'vitest';
import { longPollingRequestRate } from '../../../client/closed-forms.ts';
import { isKnown } from '../../stats/cost-curves.ts';
import { type Estimate, estimates, type RunCosts, type Situation } from './costs.ts';
import { COSTS, SITUATION } from './testing/sample-costs.ts';

function estimateOf(transport: string, situation: Partial<Situation> = {}, costs: RunCosts = COSTS): Estimate {
  const found = estimates(costs, { ...SITUATION, ...situation }).find((one) => one.transport === transport);
  if (found === undefined) throw new Error(`no estimate of ${transport}`);
  return found;
}

/** Server CPU in µs a second. */
function cpuUs({ cpuShare }: Estimate): number {
  return isKnown(cpuShare) ? cpuShare.value * 1e6 : Number.NaN;
}

describe('short polling', () => {
  it('waits for its interval, and polls whatever happens', () => {
    const estimate = estimateOf('short-polling', { pollIntervalMs: 2000 });
    expect(estimate.p95Ms.value).toBeCloseTo(21 + 1900);
    expect(estimate.requestsPerSecond).toBeCloseTo(50);
    // A message, its deliveries beyond their polls, all polls, and open connections.
    expect(cpuUs(estimate)).toBeCloseTo(2 * 100 + 200 * 5 + 50 * 100 + 100);
    expect(estimate.memoryBytes).toEqual({ notKnown: 'nobody looked' });
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
  it('makes the requests of its closed form, with the gap in which a crowd comes back', () => {
    const far = longPollingRequestRate({ rate: 0.002, gap: 40 + (100 * 0.05) / 2, hold: 30_000 }) * 1000;
    expect(estimateOf('long-polling').requestsPerSecond).toBeCloseTo(100 * far);
  });

  it('pays for a delivery with its request; a long way spares the answers that it gathers', () => {
    const near = cpuUs(estimateOf('long-polling', { roundTripMs: 0 }));
    expect(near).toBeCloseTo(2 * 100 + 200 * 50 + 100);
    const [here, far] = [0, 40].map((way) => longPollingRequestRate({ rate: 0.002, gap: 2.5 + way, hold: 30_000 }));
    const spared = 1 - (far ?? 0) / (here ?? 1);
    expect(spared).toBeGreaterThan(0.002);
    expect(cpuUs(estimateOf('long-polling'))).toBeCloseTo(near - spared * 200 * 50, 4);
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
    expect(cpuUs(estimate)).toBeCloseTo(2 * 100 + 200 * 10 + 100 * 2);
    expect(estimate.memoryBytes).toEqual({ value: 1_000_000, low: 900_000, high: 1_100_000 });
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

describe('server CPU', () => {
  it('keeps the interval of its curves', () => {
    const { cpuShare } = estimateOf('sse');
    if (!isKnown(cpuShare)) throw new Error(cpuShare.notKnown);
    expect([cpuShare.low / cpuShare.value, cpuShare.high / cpuShare.value]).toEqual([
      expect.closeTo(0.95),
      expect.closeTo(1.05),
    ]);
    expect(cpuShare).toMatchObject({ extrapolated: false });
  });

  it('says where it lies beyond what was measured, and what is then known of it', () => {
    expect(estimateOf('sse', { clients: 2e6 }).cpuShare).toMatchObject({ extrapolated: true, bound: 'about' });
    expect(estimateOf('sse', { messagesPerSecond: 1e-7 }).cpuShare).toMatchObject({ bound: 'at least' });
  });

  it('stays unknown where the run did not measure it, with the reason; so do bytes that have no form', () => {
    const reason = { notKnown: 'why' };
    const transports = COSTS.transports.map((one) => ({ ...one, cpu: reason, transport: `${one.transport}-2` }));
    for (const { cpuShare, bytesPerSecond } of estimates({ ...COSTS, transports }, SITUATION)) {
      expect([cpuShare, bytesPerSecond]).toEqual([reason, { notKnown: 'there is no form for its bytes' }]);
    }
  });
});

describe('sending', () => {
  it('is a request of its own, but for a WebSocket', () => {
    expect(estimateOf('sse', { sendsPerSecond: 3 }).requestsPerSecond).toBe(300);
    expect(estimateOf('websocket', { sendsPerSecond: 3 }).requestsPerSecond).toBe(0);
  });
});
