import { describe, expect, it } from 'vitest';
import { seededRandom } from '../server/protocol/seeded-random.ts';
import {
  breakEvenRate,
  chunkBytes,
  LATENCY_NAMES,
  longPollingEmptyShare,
  longPollingLatency,
  longPollingPeriodicLatency,
  longPollingPeriodicRequestRate,
  longPollingRequestRate,
  messagesPerAnswer,
  type PredictedLatency,
  pollingByteRate,
  QUANTILES,
  SSE_HEARTBEAT_BYTES,
  shortPollingEmptyShare,
  shortPollingLatency,
  shortPollingPeriodicEmptyShare,
  shortPollingRequestRate,
  sseDeliveryBytes,
  streamByteRate,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
  webSocketHeaderBytes,
  withFanOut,
} from './closed-forms.ts';

/** Arrivals of a Poisson stream, without end. */
function poisson(rate: number, seed: number): () => number {
  const random = seededRandom(seed);
  let at = 0;
  return () => {
    at -= Math.log(1 - random()) / rate;
    return at;
  };
}

function periodic(period: number): () => number {
  let at = 0.37 * period;
  return () => {
    at += period;
    return at;
  };
}

/** What a simulation of polls has seen. */
interface Seen {
  readonly waits: number[];
  readonly requestRate: number;
  readonly emptyShare: number;
  /** Messages in each answer that held any. */
  readonly pages: number[];
  readonly duration: number;
}

/** Plays polls one after the other; `arriveAfter(answeredAt)` says when the next one is at the server. */
function simulate(
  next: () => number,
  requests: number,
  hold: number,
  arriveAfter: (answeredAt: number) => number,
): Seen {
  const waits: number[] = [];
  const pages: number[] = [];
  let answeredAt = 0;
  let message = next();
  for (let i = 0; i < requests; i += 1) {
    const arrivesAt = arriveAfter(answeredAt);
    answeredAt = Math.max(arrivesAt, Math.min(message, arrivesAt + hold));
    let taken = 0;
    for (; message <= answeredAt; message = next()) {
      waits.push(answeredAt - message);
      taken += 1;
    }
    if (taken > 0) pages.push(taken);
  }
  return {
    waits,
    pages,
    requestRate: requests / answeredAt,
    emptyShare: 1 - pages.length / requests,
    duration: answeredAt,
  };
}

const longPolls = (next: () => number, gap: number, hold: number, requests = 200_000) =>
  simulate(next, requests, hold, (answeredAt) => answeredAt + gap);
const shortPolls = (next: () => number, interval: number, requests = 200_000) =>
  simulate(next, requests, 0, (answeredAt) => (Math.round(answeredAt / interval) + 1) * interval);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Every name of the prediction against the simulated waits, to within a share of the longest wait there can be. */
function expectLatency(predicted: PredictedLatency, waits: readonly number[], longest: number): void {
  const sorted = waits.toSorted((a, b) => a - b);
  for (const name of LATENCY_NAMES) {
    const seen =
      name === 'mean' ? mean(sorted) : (sorted[Math.ceil(QUANTILES[name] * sorted.length) - 1] ?? Number.NaN);
    expect(Math.abs(predicted[name] - seen), name).toBeLessThanOrEqual(0.05 * longest);
  }
}

describe('short polling, predicted', () => {
  it('has half an interval as its mean and a whole one as its maximum', () => {
    const predicted = shortPollingLatency({ pollInterval: 1000, oneWayDelay: 3 });
    expect(predicted).toEqual({ mean: 503, p50: 503, p90: 903, p95: 953, p99: 993, p999: 1002, max: 1003 });
  });

  it.each([0.2, 1, 5])('agrees with a simulation at %d messages per interval', (rate) => {
    const pollInterval = 1;
    const seen = shortPolls(poisson(rate, 3), pollInterval);
    const emptyShare = shortPollingEmptyShare({ pollInterval, rate });
    const requestRate = shortPollingRequestRate({ pollInterval });
    expectLatency(shortPollingLatency({ pollInterval, oneWayDelay: 0 }), seen.waits, pollInterval);
    expect(seen.requestRate).toBeCloseTo(requestRate, 6);
    expect(seen.emptyShare).toBeCloseTo(emptyShare, 2);
    expect(mean(seen.pages) / messagesPerAnswer({ rate, requestRate, emptyShare })).toBeCloseTo(1, 1.7);
  });
});

it.each([0.3719, 3.7321])('short polling of a message every %d agrees with a simulation', (period) => {
  const seen = shortPolls(periodic(period), 1, 10_000);
  expect(seen.emptyShare).toBeCloseTo(shortPollingPeriodicEmptyShare({ pollInterval: 1, period }), 2);
  expectLatency(shortPollingLatency({ pollInterval: 1, oneWayDelay: 0 }), seen.waits, 1);
});

const CASES = [
  { rate: 10, gap: 0.1, hold: 30 },
  { rate: 1, gap: 0.1, hold: 2 },
  { rate: 0.05, gap: 0.2, hold: 30 },
  { rate: 40, gap: 0.1, hold: 30 },
];

describe('long polling, predicted', () => {
  it.each(CASES)('agrees with a simulation at $rate messages, a gap of $gap and a hold of $hold', (model) => {
    const seen = longPolls(poisson(model.rate, 7), model.gap, model.hold);
    const requestRate = longPollingRequestRate(model);
    const emptyShare = longPollingEmptyShare(model);
    expectLatency(longPollingLatency({ ...model, oneWayDelay: 0 }), seen.waits, model.gap);
    expect(seen.requestRate / requestRate).toBeCloseTo(1, 1.7);
    expect(seen.emptyShare).toBeCloseTo(emptyShare, 2);
    expect(mean(seen.pages) / messagesPerAnswer({ rate: model.rate, requestRate, emptyShare })).toBeCloseTo(1, 1.7);
  });

  it.each([
    { period: 0.1731, gap: 0.1 },
    { period: 0.0173, gap: 0.1 },
    { period: 0.0731, gap: 0.1 },
  ])('agrees with a simulation of a message every $period and a gap of $gap', ({ period, gap }) => {
    const seen = longPolls(periodic(period), gap, 30, 20_000);
    expectLatency(longPollingPeriodicLatency({ period, gap, oneWayDelay: 0 }), seen.waits, gap);
    expect(seen.requestRate / longPollingPeriodicRequestRate({ period, gap })).toBeCloseTo(1, 3);
  });

  it('in a silent room makes one request per hold', () => {
    expect(3600 * longPollingRequestRate({ rate: 0, gap: 0, hold: 30 })).toBe(120);
  });

  it('without a gap delays nothing', () => {
    const latency = longPollingLatency({ rate: 5, gap: 0, hold: 30, oneWayDelay: 2 });
    expect([latency.mean, latency.p99, latency.max]).toEqual([2, 2, 2]);
    expect(longPollingPeriodicLatency({ period: 1, gap: 0.5, oneWayDelay: 2 }).max).toBe(2);
  });
});

describe('the break-even of requests', () => {
  it.each([
    { gap: 0, hold: 30, pollInterval: 1 },
    { gap: 0.1, hold: 30, pollInterval: 1 },
    { gap: 0.1, hold: 2, pollInterval: 1.5 },
  ])('is where long polling makes one request per interval, as a simulation does: $gap, $hold', (model) => {
    const rate = breakEvenRate(model) as number;
    expect(longPollingRequestRate({ ...model, rate }) * model.pollInterval).toBeCloseTo(1, 9);
    const above = longPolls(poisson(1.1 * rate, 5), model.gap, model.hold);
    const below = longPolls(poisson(rate / 1.1, 5), model.gap, model.hold);
    expect(above.requestRate * model.pollInterval).toBeGreaterThan(1);
    expect(below.requestRate * model.pollInterval).toBeLessThan(1);
  });

  it('is about one message per interval', () => {
    expect(breakEvenRate({ gap: 0, hold: 30, pollInterval: 1 })).toBeCloseTo(1, 6);
    expect(breakEvenRate({ gap: 0.1, hold: 30, pollInterval: 1 })).toBeCloseTo(1, 1);
  });

  it('is never where the gap is as long as the interval, and always where a hold with its gap is no longer', () => {
    expect(breakEvenRate({ gap: 1, hold: 30, pollInterval: 1 })).toBeNull();
    expect(breakEvenRate({ gap: 0.5, hold: 2, pollInterval: 2.5 })).toBe(0);
  });
});

describe('bytes, predicted', () => {
  const bytes = { request: 150, emptyAnswer: 120, answerWithoutMessages: 260, message: 200 };
  /** Request by request, with the commas between the messages of an answer. */
  const counted = ({ pages, requestRate, duration }: Seen) => {
    const requests = Math.round(requestRate * duration);
    const empty = requests - pages.length;
    const answers = pages.map((n) => bytes.answerWithoutMessages + n * bytes.message + n - 1);
    return (requests * bytes.request + empty * bytes.emptyAnswer + answers.reduce((sum, n) => sum + n, 0)) / duration;
  };

  it.each([0.2, 5])('of short polling agree with a simulation at %d messages', (rate) => {
    const emptyShare = shortPollingEmptyShare({ pollInterval: 1, rate });
    const seen = counted(shortPolls(poisson(rate, 11), 1));
    expect(seen / pollingByteRate({ rate, requestRate: 1, emptyShare }, bytes)).toBeCloseTo(1, 1.7);
  });

  it.each(CASES)('of long polling agree with a simulation at $rate messages', (model) => {
    const polls = {
      rate: model.rate,
      requestRate: longPollingRequestRate(model),
      emptyShare: longPollingEmptyShare(model),
    };
    const seen = counted(longPolls(poisson(model.rate, 11), model.gap, model.hold));
    expect(seen / pollingByteRate(polls, bytes)).toBeCloseTo(1, 1.7);
  });

  it('are exact where the polls are', () => {
    const seen = longPolls(poisson(20, 11), 0.1, 30, 1000);
    const { requestRate, emptyShare, waits, duration } = seen;
    const rate = waits.length / duration;
    expect(counted(seen) / pollingByteRate({ rate, requestRate, emptyShare }, bytes)).toBeCloseTo(1, 9);
  });

  it('of a stream are those of its deliveries and of its heartbeats', () => {
    expect(streamByteRate({ rate: 20, deliveryBytes: 240, heartbeat: 15, heartbeatBytes: 30 })).toBe(4802);
    expect(streamByteRate({ rate: 0, deliveryBytes: 240, heartbeat: 15, heartbeatBytes: 30 })).toBe(2);
  });

  it('of one delivery are those of its text on the wire', () => {
    const message = '{"seq":12}';
    const event = `id: abcdefgh.12\ndata: ${message}\n\n`;
    const chunk = `${event.length.toString(16)}\r\n${event}\r\n`;
    expect(sseDeliveryBytes(message.length, 'abcdefgh.12'.length)).toBe(chunk.length);
    expect([15, 16, 255, 256].map((content) => chunkBytes(content) - content)).toEqual([5, 6, 6, 7]);
    expect(webSocketDeliveryBytes(message.length)).toBe(2 + `{"type":"message","message":${message}}`.length);
    expect(webSocketDeliveryBytes(200)).toBe(4 + 29 + 200);
    expect([SSE_HEARTBEAT_BYTES, WEBSOCKET_HEARTBEAT_BYTES.out, WEBSOCKET_HEARTBEAT_BYTES.in]).toEqual([28, 19, 6]);
  });

  it('of a WebSocket frame header are 2, 4 or 10', () => {
    expect([0, 125, 126, 65_535, 65_536].map(webSocketHeaderBytes)).toEqual([2, 2, 4, 4, 10]);
  });
});

it('a fan-out adds half of it to the mean and all of it to the maximum, as a simulation does', () => {
  const random = seededRandom(19);
  const model = { rate: 10, gap: 0.1, hold: 30 };
  const base = longPolls(poisson(model.rate, 17), model.gap, model.hold, 50_000).waits;
  const fanOut = 0.02;
  const waits = base.map((wait) => wait + fanOut * random());
  const predicted = withFanOut(longPollingLatency({ ...model, oneWayDelay: 0 }), fanOut);
  expect(predicted.mean / mean(waits)).toBeCloseTo(1, 1.7);
  waits.sort((a, b) => a - b);
  expect(Math.abs(predicted.max - (waits.at(-1) as number))).toBeLessThan(0.02 * predicted.max);
  // A little high, as it says, and never low.
  for (const name of ['p90', 'p95', 'p99'] as const) {
    const seen = waits[Math.ceil(QUANTILES[name] * waits.length) - 1] as number;
    expect(predicted[name]).toBeGreaterThan(0.98 * seen);
    expect(predicted[name]).toBeLessThan(seen + fanOut);
  }
});
