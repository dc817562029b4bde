import { describe, expect, it } from 'vitest';
import { LATENCY_NAMES } from '../../client/closed-forms.ts';
import { transports } from '../../client/transports/index.ts';
import type { Message } from '../../server/protocol/messages.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { transports as serverTransports } from '../../server/transports/index.ts';
import { schedule as scheduleOf } from '../load/pacer.ts';
import type { RoundConditions } from './conditions.ts';
import { combinePredictions, oneWayDelayFrom, predictRound, predictSilence, type RoundPrediction } from './models.ts';
import { overRounds } from './over-rounds.ts';
import { stratifiedPhases } from './random.ts';
import { MODELS } from './transport-models.ts';

it('has a model for every transport of the lab, and all of them say the same of its pace', () => {
  const paces = (list: readonly { readonly name: string; readonly pace: Pace }[]) =>
    list.map(({ name, pace }) => [name, pace]);
  expect(paces(transports)).toEqual(paces(serverTransports));
  expect(paces(transports)).toEqual([...MODELS].map(([name, { pace }]) => [name, pace]));
});

const ALL = ['short-polling', 'long-polling', 'sse', 'websocket'] as const;

function message(seq: number): Message {
  return { seq, id: `m-${seq}`, from: 'u', name: 'Bench', text: 'x'.repeat(100), at: 1_770_000_000_000, via: 'http' };
}

function conditionsOf(offsetsMs: readonly number[], rest: Partial<RoundConditions> = {}): RoundConditions {
  return {
    schedule: { offsetsMs, fromMs: 1000, toMs: 11_000, inGroups: false },
    arrivals: 'poisson',
    stored: offsetsMs.map((_, index) => message(index + 1)),
    untilQuiet: true,
    clients: 2,
    phasesMs: [0, 500],
    pollIntervalMs: 1000,
    holdMs: 30_000,
    roundTripMs: 20,
    oneWayDelayMs: 11,
    fanOutMs: 0,
    wire: { epoch: 'abcdefgh', firstSeq: 0, requestBytes: 150 },
    ...rest,
  };
}

function predicted(transport: string, conditions: RoundConditions): RoundPrediction {
  const prediction = predictRound(transport, conditions);
  if (prediction === null) throw new Error(`${transport} has no model`);
  return prediction;
}

describe('a predicted round', () => {
  it('counts what the window holds, and what happens until it is quiet', () => {
    const conditions = conditionsOf([500, 2000, 5000, 5010]);
    const longPolling = predicted('long-polling', conditions);
    // The one at 5010 waits for the request that comes back at 5020.
    expect(longPolling.requests).toBe(2 * 3);
    expect(longPolling.deliveries).toBe(2 * 3);
    expect(longPolling.latencyUs?.max).toBe(21_000);
    const shortPolling = predicted('short-polling', { ...conditions, untilQuiet: false });
    expect(shortPolling.requests).toBe(20);
    // The message before the window reaches one of them within it.
    expect(shortPolling.deliveries).toBe(7);
    // Polls leave at whole and half seconds, and are at the server half a round trip later.
    expect(shortPolling.latencyUs?.mean).toBeCloseTo((1000 * (10 + 510 + 10 + 510 + 0 + 500)) / 6 + 11_000, 6);
  });

  it('of a stream has no requests, and no latency but one that is known from elsewhere', () => {
    const conditions = conditionsOf([2000, 3000], { fanOutMs: 4 });
    for (const transport of ['sse', 'websocket']) {
      expect(predicted(transport, conditions)).toMatchObject({ requests: 0, deliveries: 4, latencyUs: null });
      const { latencyUs, closedForm } = predicted(transport, { ...conditions, streamDelayMs: 7 });
      expect(latencyUs?.mean).toBe(9000);
      expect(closedForm?.latencyUs?.mean).toBe(9000);
    }
  });

  it('leaves out messages that were not stored', () => {
    const conditions = conditionsOf([2000, 3000, 4000]);
    const [first = null, , third = null] = conditions.stored;
    const without = predicted('long-polling', { ...conditions, stored: [first, null, third] });
    expect(without.requests).toBe(4);
    expect(without.deliveries).toBe(4);
  });

  it('has no bytes where it is not known what they depend on', () => {
    const wire = { epoch: 'e', firstSeq: 0, requestBytes: null };
    expect(predicted('sse', conditionsOf([2000], { wire })).bytes).not.toBeNull();
    expect(predicted('long-polling', conditionsOf([2000], { wire })).bytes).toBeNull();
    expect(predicted('sse', conditionsOf([2000], { wire: null })).bytes).toBeNull();
  });

  it('has no closed form where messages come in groups, or none', () => {
    const schedule = { offsetsMs: [2000, 2010], fromMs: 1000, toMs: 11_000, inGroups: true };
    expect(predicted('long-polling', conditionsOf([2000, 2010], { schedule })).closedForm).toBeNull();
    expect(predicted('long-polling', conditionsOf([])).closedForm).toBeNull();
  });

  it('takes no request while the server still answers', () => {
    const crowd = { clients: 100, phasesMs: [], fanOutMs: 100, roundTripMs: 0.2 };
    expect(predicted('long-polling', conditionsOf([2000, 2040], crowd)).requests).toBe(200);
    const answers = predicted('long-polling', conditionsOf([2000, 2040, 2049], crowd));
    expect(answers.requests).toBe(200);
    expect(predicted('long-polling', conditionsOf([2000, 2051], crowd)).requests).toBe(200);
    expect(predicted('long-polling', conditionsOf([2000, 2010, 2110], crowd)).requests).toBe(300);
  });

  it('is none for a transport without a model', () => {
    expect(predictRound('carrier-pigeon', conditionsOf([2000]))).toBeNull();
  });
});

describe('the replay of a long schedule and the closed form at its rate', () => {
  const random = seededRandom(4);
  const long = (kind: 'poisson' | 'periodic', roundTripMs: number): RoundConditions => {
    const toMs = 1000 * 1000;
    const rate = kind === 'poisson' ? 10 : 7.13;
    const schedule = scheduleOf(kind, [{ ms: toMs, messagesPerSecond: rate }], random);
    return conditionsOf(schedule.offsetsMs, {
      schedule,
      arrivals: kind,
      untilQuiet: false,
      ...{ roundTripMs, oneWayDelayMs: roundTripMs / 2 + 1, streamDelayMs: roundTripMs / 2 + 1, fanOutMs: 2 },
      clients: 4,
      phasesMs: stratifiedPhases(4, 1000, random),
    });
  };
  const cases = ALL.flatMap((transport) =>
    (['poisson', 'periodic'] as const).flatMap((kind) =>
      [1, 100].map((roundTripMs) => ({ transport, kind, roundTripMs })),
    ),
  );

  it.each(cases)('agree: $transport, $kind, a round trip of $roundTripMs ms', ({ transport, kind, roundTripMs }) => {
    const { latencyUs, closedForm, ...counts } = predicted(transport, long(kind, roundTripMs));
    expect(closedForm?.requests).toBeGreaterThanOrEqual(0.99 * counts.requests);
    expect(closedForm?.requests).toBeLessThanOrEqual(1.01 * counts.requests);
    const bytes = (counts.bytes?.bytesIn ?? 0) + (counts.bytes?.bytesOut ?? 0);
    expect((closedForm?.bytes ?? 0) / bytes).toBeCloseTo(1, 1.7);
    for (const name of LATENCY_NAMES) {
      const [replayed, closed] = [latencyUs?.[name] ?? 0, closedForm?.latencyUs?.[name] ?? 0];
      // The closed form adds up the quantiles of wait and fan-out, which is high by a part of the fan-out.
      expect(Math.abs(replayed - closed), name).toBeLessThanOrEqual(0.03 * closed + 1000);
    }
  });
});

describe('the predictions of a lane', () => {
  const round = (factor: number): RoundPrediction => ({
    latencyUs: { mean: factor, p50: factor, p90: factor, p95: factor, p99: factor, p999: factor, max: 10 * factor },
    requests: 10 * factor,
    deliveries: 20,
    bytes: { bytesIn: factor, bytesOut: 3 * factor },
    closedForm: { latencyUs: null, requests: 11 * factor, deliveries: 10, bytes: 5 * factor },
  });

  it('are combined as the measured figures are', () => {
    expect(combinePredictions([round(1), round(4)])).toEqual({
      latencyUs: { mean: 2, p50: 2, p90: 2, p95: 2, p99: 2, p999: 2, max: 20 },
      requests: 50,
      requestsPerDelivery: overRounds([0.5, 2]).value,
      bytesIn: 5,
      bytesOut: 15,
      bytesPerDelivery: overRounds([0.2, 0.8]).value,
      closedForm: {
        requests: 55,
        requestsPerDelivery: overRounds([1.1, 4.4]).value,
        bytesPerDelivery: overRounds([0.5, 2]).value,
      },
    });
  });

  it('leave out what not every round has', () => {
    const combined = combinePredictions([round(1), { ...round(1), bytes: null, closedForm: null, latencyUs: null }]);
    expect(Object.keys(combined ?? {})).toEqual(['latencyUs', 'requests', 'requestsPerDelivery']);
    expect(combinePredictions([])).toBeUndefined();
  });
});

it('the delay is that of the fastest stream without its fan-out, and half the round trip where there is none', () => {
  const streams = [
    { meanUs: 5000, fanOutMs: 4 },
    { meanUs: 4000, fanOutMs: 1 },
  ];
  expect(oneWayDelayFrom(streams, 100)).toBe(3);
  expect(oneWayDelayFrom([{ meanUs: 100, fanOutMs: 4 }], 100)).toBe(0);
  expect(oneWayDelayFrom([], 100)).toBeGreaterThan(50);
  expect(oneWayDelayFrom([], 100)).toBeLessThan(51);
});

describe('a predicted silence', () => {
  const silence = {
    clients: 10,
    elapsedMs: 60_000,
    pollIntervalMs: 1000,
    holdMs: 30_000,
    roundTripMs: 0,
    heartbeatMs: 15_000,
    requestBytes: 149,
  };

  it('has 3600 requests an hour, 120, and none', () => {
    const perHour = ALL.map((transport) => predictSilence(transport, silence)?.requestsPerClientHour);
    expect(perHour).toEqual([3600, 120, 0, 0]);
    expect(predictSilence('long-polling', { ...silence, roundTripMs: 10_000 })?.requestsPerClientHour).toBe(90);
    expect(predictSilence('carrier-pigeon', silence)).toBeNull();
  });

  it('has the bytes of empty polls, and of heartbeats', () => {
    expect(predictSilence('short-polling', silence)).toMatchObject({ requests: 600, bytesIn: 600 * 150 });
    expect(predictSilence('sse', silence)).toMatchObject({ bytesIn: 0, bytesOut: 40 * 28, bytesPerClientHour: 6720 });
    expect(predictSilence('websocket', silence)).toMatchObject({ bytesIn: 40 * 6, bytesOut: 40 * 19 });
    expect(predictSilence('long-polling', { ...silence, requestBytes: null })).not.toHaveProperty('bytesIn');
  });
});
