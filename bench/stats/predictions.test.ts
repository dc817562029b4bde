import { describe, expect, it } from 'vitest';
import {
  longPollingEmptyShare,
  longPollingLatency,
  longPollingRequestRate,
  shortPollingEmptyShare,
  shortPollingLatency,
  shortPollingRequestRate,
  webSocketHeaderBytes,
} from './predictions.ts';
import { seededRandom } from './random.ts';

/** Arrivals of a Poisson stream, without end. */
function arrivals(rate: number, seed: number): () => number {
  const random = seededRandom(seed);
  let at = 0;
  return () => {
    at -= Math.log(1 - random()) / rate;
    return at;
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Plays the long poll's cycle message by message; one message or more answers at once, else the first that comes. */
function simulateLongPolling(rate: number, gap: number, hold: number, requests: number) {
  const next = arrivals(rate, 7);
  const latencies: number[] = [];
  let empty = 0;
  let sentAt = 0;
  let message = next();
  for (let i = 0; i < requests; i += 1) {
    const arrivesAt = sentAt + gap;
    if (message > arrivesAt + hold) {
      empty += 1;
      sentAt = arrivesAt + hold;
      continue;
    }
    sentAt = Math.max(arrivesAt, message);
    while (message <= sentAt) {
      latencies.push(sentAt - message);
      message = next();
    }
  }
  return { requestRate: requests / sentAt, emptyShare: empty / requests, latencies };
}

describe('short polling, predicted', () => {
  it('has half an interval as its mean and a whole one as its maximum', () => {
    const predicted = shortPollingLatency({ pollInterval: 1000, oneWayDelay: 3 });
    expect(predicted.mean).toBe(503);
    expect(predicted.p50).toBe(503);
    expect(predicted.p95).toBe(953);
    expect(predicted.max).toBe(1003);
  });

  it('agrees with a simulation', () => {
    const next = arrivals(0.5, 3);
    const waits: number[] = [];
    const hit = new Set<number>();
    let polls = 0;
    for (let i = 0; i < 200_000; i += 1) {
      const at = next();
      polls = Math.ceil(at);
      hit.add(polls);
      waits.push(polls - at);
    }
    expect(mean(waits)).toBeCloseTo(shortPollingLatency({ pollInterval: 1, oneWayDelay: 0 }).mean, 2);
    expect(1 - hit.size / polls).toBeCloseTo(shortPollingEmptyShare({ pollInterval: 1, rate: 0.5 }), 2);
    expect(shortPollingRequestRate({ pollInterval: 0.5 })).toBe(2);
  });
});

describe('long polling, predicted', () => {
  it.each([
    { rate: 10, gap: 0.1, hold: 30 },
    { rate: 1, gap: 0.1, hold: 2 },
    { rate: 0.05, gap: 0.02, hold: 30 },
    { rate: 40, gap: 0.1, hold: 30 },
  ])('agrees with a simulation at $rate messages, a gap of $gap and a hold of $hold', ({ rate, gap, hold }) => {
    const simulated = simulateLongPolling(rate, gap, hold, 200_000);
    const latency = longPollingLatency({ rate, gap, hold, oneWayDelay: 0 });
    expect(simulated.requestRate / longPollingRequestRate({ rate, gap, hold })).toBeCloseTo(1, 1.7);
    expect(simulated.emptyShare).toBeCloseTo(longPollingEmptyShare({ rate, gap, hold }), 2);
    expect(mean(simulated.latencies) / latency.mean).toBeCloseTo(1, 1);
    simulated.latencies.sort((a, b) => a - b);
    const p95 = simulated.latencies[Math.floor(0.95 * simulated.latencies.length)] as number;
    expect(Math.abs(p95 - latency.p95)).toBeLessThan(0.03 * gap);
    expect(simulated.latencies.at(-1)).toBeLessThanOrEqual(latency.max);
  });

  it('in a silent room makes one request per hold', () => {
    expect(3600 * longPollingRequestRate({ rate: 0, gap: 0, hold: 30 })).toBe(120);
  });

  it('without a gap delays nothing', () => {
    const latency = longPollingLatency({ rate: 5, gap: 0, hold: 30, oneWayDelay: 2 });
    expect([latency.mean, latency.p99, latency.max]).toEqual([2, 2, 2]);
  });
});

it('a WebSocket frame header is 2, 4 or 10 bytes', () => {
  expect([0, 125, 126, 65_535, 65_536].map(webSocketHeaderBytes)).toEqual([2, 2, 4, 4, 10]);
});
