import { describe, expect, it } from 'vitest';
import { CLAIM_FIGURES, CLAIM_NUMBERS, type ClaimNumber } from '../../run/claims.ts';
import type { Lane } from '../../run/run-file.ts';
import { overRounds } from '../../stats/over-rounds.ts';
import { claimResult } from './claim-figures.ts';
import type { ExperimentResults } from './experiments.ts';

const ROUNDS = [0.98, 0.99, 1, 1.01, 1.02];
const figure = (value: number) => overRounds(ROUNDS.map((round) => round * value));
const latencies = (mean: number, p99: number, max: number): NonNullable<Lane['latencyUs']> => ({
  mean: figure(mean),
  ...{ p50: figure(mean), p90: figure(p99), p95: figure(p99), p99: figure(p99), p999: figure(max), max: figure(max) },
});

/** Long polls take twice as long in the mean and three times at the most; everything else a transit. */
function distant(name: string, transitMs: number): Lane[] {
  return ['short-polling', 'long-polling', 'sse', 'websocket'].map((transport) => ({
    ...{ transport, case: name, rounds: 5, warnings: [] },
    roundTripMs: { value: 2 * transitMs },
    bytesPerDelivery: figure(transport === 'short-polling' ? 360 : 300),
    latencyUs:
      transport === 'long-polling'
        ? latencies(2000 * transitMs, 2900 * transitMs, 3000 * transitMs)
        : latencies(1000 * transitMs, 1000 * transitMs, 1000 * transitMs),
  }));
}

const RESULTS: ExperimentResults = {
  distances: [...distant('near', 1), ...distant('20 ms', 10), ...distant('100 ms', 50), ...distant('100 ms, rare', 50)],
  samples: [...distant('below', 50), ...distant('above', 150)],
  silence: [
    { transport: 'short-polling', requestsPerClientHour: { value: 3600 }, bytesPerClientHour: { value: 980_000 } },
    { transport: 'sse', bytesPerClientHour: { value: 6700 } },
    { transport: 'websocket', bytesPerClientHour: { value: 6000 } },
  ].map((lane) => ({ rounds: 1, warnings: [], ...lane })),
  polls: [
    {
      ...{ transport: 'short-polling', clients: 1000, rounds: 1, warnings: [] },
      requestsPerClientHour: { value: 600 },
      bytesPerClientHour: { value: 600 * 850 },
    },
  ],
  memory: new Map([
    ['sse', { memoryBytesPerConnection: figure(11_000) }],
    ['websocket', { memoryBytesPerConnection: figure(12_000) }],
  ]),
  crowd: ['sse', 'websocket'].map((transport) => ({
    ...{ transport, rounds: 5, warnings: [] },
    serverCpuUsPerDelivery: figure(10),
    lastReceiverUs: latencies(20_000, 30_000, 40_000),
  })),
  outages: ['short-polling', 'long-polling', 'sse', 'websocket'].flatMap((transport) => [
    { transport, resumes: true, lost: [0, 0, 0, 0, 0] },
    { transport, resumes: false, lost: ROUNDS.map((round) => 0.14 * round) },
  ]),
  emptyPolls: [
    { messagesPerPoll: 1, polls: 1000, empty: 370 },
    { messagesPerPoll: 0.03, polls: 1000, empty: 970 },
  ],
  idleProxy: [
    { heartbeatMs: 60_000, streams: 5, cut: 5 },
    { heartbeatMs: 15_000, streams: 5, cut: 0 },
  ],
  browser: { pollBytes: 640, http1Streams: 6, webSockets: 255, http2: { unnamed: 100, allowed: 250 } },
};

const valuesOf = (claim: ClaimNumber, results: Partial<ExperimentResults> = RESULTS) =>
  Object.fromEntries(Object.entries(claimResult(claim, results).figures).map(([name, { value }]) => [name, value]));

describe('the figures of a claim', () => {
  it.each(CLAIM_NUMBERS)('%d are those of the catalogue, in its order', (claim) => {
    expect(Object.keys(claimResult(claim, RESULTS).figures)).toEqual(Object.keys(CLAIM_FIGURES[claim]));
  });

  it('compare polls with a stream in silence and in a busy room', () => {
    const { silentTimes, busyTimes, pollBytes, meanTimes, p95Times } = valuesOf(1);
    expect(silentTimes).toBeCloseTo(980 / 6, 2);
    expect(busyTimes).toBeCloseTo(1.2, 2);
    expect(pollBytes).toBeCloseTo(980_000 / 3600, 2);
    expect([meanTimes, p95Times]).toEqual([2, 2.9]);
  });

  it('are in transits, which are half of a round trip', () => {
    const { busyMeanTransits, busyMaxTransits } = valuesOf(2);
    expect(busyMeanTransits).toBeCloseTo(2, 3);
    expect(busyMaxTransits).toBeCloseTo(3, 3);
  });

  it('are per second and in bits, of all clients', () => {
    const { requestsPerSecond, megabits } = valuesOf(3);
    expect(requestsPerSecond).toBeCloseTo(166.67, 1);
    expect(megabits).toBeCloseTo(1.133, 2);
  });

  it('keep the intervals that rounds give', () => {
    const { sseBytes, websocketTimes } = claimResult(6, RESULTS).figures;
    expect(sseBytes?.low).toBeLessThan(11_000);
    // Paired by round, what disturbs both cancels.
    expect(websocketTimes?.low).toBeCloseTo(12 / 11, 4);
    const { deliveriesPerCoreSecond } = claimResult(7, RESULTS).figures;
    expect(deliveriesPerCoreSecond?.value).toBeCloseTo(100_000, -2);
    expect(deliveriesPerCoreSecond?.low).toBeLessThan(deliveriesPerCoreSecond?.high ?? 0);
  });

  it('tell what was lost with resuming and without', () => {
    const { websocketLost, websocketKept, shortPollingLost } = valuesOf(8);
    expect(websocketLost).toBeCloseTo(14, 1);
    expect(shortPollingLost).toBeCloseTo(14, 1);
    expect(websocketKept).toBe(0);
  });

  it('have the kernel’s memory in what is drawn out to two million', () => {
    expect(valuesOf(10)['gigabytes']).toBeCloseTo((2 * (12_000 + 4096)) / 1000, 0);
  });

  it('know which heartbeat and which rate is which', () => {
    expect(valuesOf(11)).toEqual({ heartbeatBytesPerHour: 6700, cutWith: 0, cutWithout: 100 });
    expect(valuesOf(13)).toMatchObject({ emptyRare: 97, emptyOften: 37, predictedOften: 36.7879, aboveTimes: 2 });
  });

  it('say why there are none without a browser, and leave out what only tells more', () => {
    const missing = 'no Chrome or Chromium found';
    const results = { ...RESULTS, browser: { missing } };
    for (const claim of [4, 14] as const) {
      expect(claimResult(claim, results)).toEqual({ claim, figures: {}, open: `not run: ${missing}`, warnings: [] });
    }
    expect(Object.keys(claimResult(3, results).figures)).toEqual(['requestsPerSecond', 'pollBytes', 'megabits']);
    const noTls = {
      ...RESULTS,
      browser: { ...RESULTS.browser, http2: { missing: 'no openssl' } },
    } as ExperimentResults;
    expect(claimResult(4, noTls)).toMatchObject({
      figures: { http1Streams: { value: 6 } },
      open: 'not run: no openssl',
    });
  });

  it('are left unjudged where the bench was the limit, and warned of where messages were lost', () => {
    const [lane] = RESULTS.crowd;
    const crowd = [...RESULTS.crowd, { ...(lane as Lane), spoiled: true, missing: 1 }];
    expect(claimResult(9, { ...RESULTS, crowd })).toMatchObject({
      open: expect.stringContaining('quiet machine'),
      warnings: [expect.stringContaining('lost')],
    });
    // CPU time is the server's own, however busy the bench was.
    for (const claim of [7, 12] as const) {
      expect(claimResult(claim, { ...RESULTS, crowd })).not.toHaveProperty('open');
    }
    expect(claimResult(9, RESULTS)).toMatchObject({ warnings: [] });
    expect(claimResult(9, RESULTS)).not.toHaveProperty('open');
  });

  it('are not made up where an experiment was not played', () => {
    expect(() => claimResult(5, {})).toThrow('claim 5 needs the experiment distances');
  });
});
