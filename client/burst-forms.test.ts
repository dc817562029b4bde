import { describe, expect, it } from 'vitest';
import { type Bursts, longPollingBursts, phasesOf, shortPollingBursts, streamBursts } from './burst-forms.ts';

interface Poll {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly taken: number;
}

/** Bursts without end, beginning at one period. */
function* arrivals({ messages, spacing, period }: Bursts): Generator<{ at: number; place: number }, never> {
  for (let burst = 1; ; burst += 1) {
    for (let place = 0; place < messages; place += 1) yield { at: burst * period + place * spacing, place };
  }
}

/** Plays polls one after the other for so many bursts; `arriveAfter` says when the next one is at the server. */
function simulate(bursts: Bursts, count: number, hold: number, arriveAfter: (answeredAt: number) => number) {
  const coming = arrivals(bursts);
  const waits: number[][] = Array.from({ length: bursts.messages }, () => []);
  const polls: Poll[] = [];
  // What bursts overlap is not in order; these do not.
  let message = coming.next().value;
  for (let now = 0; now < count * bursts.period; ) {
    const askedAt = arriveAfter(now);
    now = Math.max(askedAt, Math.min(message.at, askedAt + hold));
    let taken = 0;
    for (; message.at <= now; message = coming.next().value) {
      waits[message.place]?.push(now - message.at);
      taken += 1;
    }
    polls.push({ askedAt, answeredAt: now, taken });
  }
  const lasted = polls.at(-1)?.answeredAt ?? 0;
  return {
    latencies: waits.map((list) => list.reduce((sum, wait) => sum + wait, 0) / list.length),
    requestRate: polls.length / lasted,
    emptyShare: polls.filter(({ taken }) => taken === 0).length / polls.length,
  };
}

describe('bursts over long polling', () => {
  it.each([
    { messages: 2, spacing: 0.03, period: 2, gap: 0.1, hold: 30 },
    { messages: 1, spacing: 0, period: 2, gap: 0.1, hold: 30 },
    { messages: 5, spacing: 0.03, period: 2, gap: 0.1, hold: 30 },
    { messages: 4, spacing: 0.07, period: 1, gap: 0.1, hold: 30 },
    { messages: 3, spacing: 0.25, period: 2, gap: 0.1, hold: 30 },
    { messages: 3, spacing: 0, period: 2, gap: 0.1, hold: 30 },
    { messages: 2, spacing: 0.03, period: 10, gap: 0.1, hold: 2 },
  ])('agree with a simulation: $messages, $spacing apart, every $period, hold $hold', (model) => {
    const { gap, hold } = model;
    const predicted = longPollingBursts(model, { gap, hold, oneWayDelay: 0 });
    const seen = simulate(model, 400, hold, (answeredAt) => answeredAt + gap);
    for (const [place, latency] of predicted.latencies.entries())
      expect(latency).toBeCloseTo(seen.latencies[place] ?? -1, 6);
    expect(seen.requestRate / predicted.requestRate).toBeCloseTo(1, 2);
    expect(seen.emptyShare).toBeCloseTo(predicted.emptyShare, 2);
  });

  it('make the second message of a pair pay the gap minus the spacing', () => {
    const { latencies, mean } = longPollingBursts(
      { messages: 2, spacing: 30, period: 2000 },
      { gap: 100, hold: 30_000, oneWayDelay: 50 },
    );
    expect(latencies).toEqual([50, 120]);
    expect(mean).toBe(85);
  });

  it('that never end are as messages at an even pace, as in a simulation', () => {
    const ticker = { messages: 1, spacing: 0, period: 0.0473 };
    const model = { gap: 0.1, hold: 30, oneWayDelay: 0 };
    const predicted = longPollingBursts(ticker, model);
    const seen = simulate(ticker, 20_000, model.hold, (answeredAt) => answeredAt + model.gap);
    expect(seen.latencies[0]).toBeCloseTo(predicted.mean, 2);
    expect(seen.requestRate / predicted.requestRate).toBeCloseTo(1, 2);
  });
});

describe('bursts over short polling', () => {
  it.each([
    { messages: 2, spacing: 0.03, period: 2.3819 },
    { messages: 5, spacing: 0.2, period: 3.6181 },
    { messages: 3, spacing: 1.2, period: 7.3819 },
    { messages: 1, spacing: 0, period: 0.3819 },
  ])('agree with a simulation: $messages, $spacing apart, every $period', (bursts) => {
    const predicted = shortPollingBursts(bursts, { pollInterval: 1, oneWayDelay: 0 });
    const seen = simulate(bursts, 5000, 0, (answeredAt) => Math.round(answeredAt) + 1);
    for (const [place, latency] of predicted.latencies.entries())
      expect(latency).toBeCloseTo(seen.latencies[place] ?? -1, 1);
    expect(seen.requestRate).toBeCloseTo(predicted.requestRate, 6);
    expect(seen.emptyShare).toBeCloseTo(predicted.emptyShare, 2);
  });

  it('that keep step with the polls are known', () => {
    expect(phasesOf(2000, 1000)).toBe(1);
    expect(phasesOf(1500, 1000)).toBe(2);
    expect(phasesOf(1000, 4000)).toBe(4);
    expect(phasesOf(2382, 1000)).toBeNull();
    expect(phasesOf(50, 1000)).toBeNull();
  });
});

it('on a stream nothing waits', () => {
  expect(streamBursts({ messages: 2, spacing: 30, period: 2000 }, { oneWayDelay: 50 })).toEqual({
    latencies: [50, 50],
    mean: 50,
    requestRate: 0,
    emptyShare: 0,
  });
});
