// A made-up full run whose figures follow the model, so that its charts look as they should, and with costs of a size
// that real runs have. `speed` and `seed` make others of it, as of another machine and another day.
import {
  type LatencyName,
  longPollingLatency,
  longPollingRequestRate,
  mapLatencies,
  type PredictedLatency,
  shortPollingLatency,
} from '../../client/closed-forms.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import type { Figure, Lane, Run, ScenarioResult } from '../run/run-file.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { TRANSPORTS } from './sample-lanes.ts';
import { sampleRun, sampleScenario } from './sample-run.ts';

export interface ModelRunOptions {
  readonly id?: string;
  readonly startedAt?: string;
  /** What the lab costs is so many times the usual; the controls are as always. */
  readonly slowness?: number;
  readonly seed?: number;
}

const T = 1000;
const HOLD = 30_000;
const LOOPBACK_MS = 0.25;
const DELAY_MS = 0.6;
const ROUNDS = 5;
const NOISE = 0.015;
const FRAMING_BYTES: Readonly<Record<string, number>> = {
  sse: 40,
  websocket: 33,
  'long-polling': 62,
  'short-polling': 62,
};
const MESSAGE_BYTES = 190;
const REQUEST_BYTES = 335;
const EMPTY_POLL_US = 60;
const PUBLISH_US = 90;
const DELIVERY_US: Readonly<Record<string, number>> = {
  sse: 4.1,
  websocket: 3.4,
  'long-polling': 31,
  'short-polling': 6,
  'bare-sse': 5,
  'bare-ws': 4.6,
};

/** @returns a run with every scenario. */
export function modelRun({
  id = '2026-03-01t120000z',
  startedAt = '2026-03-01T12:00:00.000Z',
  slowness = 1,
  seed = 1,
}: ModelRunOptions = {}): Run {
  const random = seededRandom(seed);
  const figure = (value: number, noise = NOISE): Figure =>
    overRounds(Array.from({ length: ROUNDS }, () => value * (1 + noise * (2 * random() - 1))));
  const make = modelLanes(figure, slowness);
  const sample = sampleRun();
  const scenarios: ScenarioResult[] = [
    sampleScenario('calibration'),
    { ...sampleScenario('steady'), comparisons: [], lanes: make.steady() },
    { ...sampleScenario('rtt'), comparisons: [], lanes: make.rtt() },
    crossover(make.room),
    { ...sampleScenario('fanout'), lanes: make.fanout() },
    sampleScenario('burst'),
    { ...sampleScenario('idle'), lanes: make.idle() },
    sampleScenario('capacity'),
    sampleScenario('recovery'),
    sampleScenario('slow-reader'),
    sampleScenario('sending'),
    sampleScenario('first-message'),
    sampleScenario('http-ceiling'),
  ];
  const settings = { ...sample.settings, size: 'full', scenarios: scenarios.map(({ name }) => name) };
  return { ...sample, id, startedAt, finishedAt: startedAt, settings, scenarios };
}

type Room = (who: string, rate: number, roundTripMs: number, clients: number) => Lane;

function modelLanes(figure: (value: number, noise?: number) => Figure, labSlowness: number) {
  const slownessOf = (who: string) => (who.startsWith('bare') ? 1 : labSlowness);
  const room: Room = (who, rate, roundTripMs, clients) => {
    const slowness = slownessOf(who);
    const gap = roundTripMs + LOOPBACK_MS;
    const requests = requestsPerSecond(who, rate, gap);
    const fanOutMs = ((DELIVERY_US[who] ?? 5) * slowness * clients) / 1000;
    const latency = latencyMs(who, rate, gap, roundTripMs / 2 + DELAY_MS * slowness + fanOutMs / 2);
    const predictedUs = mapLatencies((name) => Math.round(latency[name] * 1000));
    return {
      ...(who.startsWith('bare') ? { control: who } : { transport: who }),
      rounds: ROUNDS,
      clients,
      roundTripMs: figure(gap),
      messages: Math.round(rate * 350),
      messagesPerSecond: rate,
      expected: 20_000,
      delivered: 20_000,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
      latencyUs: mapLatencies((name: LatencyName) => figure(predictedUs[name] * TAIL[name])),
      requests: Math.round(requests * 35 * clients),
      requestsPerDelivery: requests === 0 ? { value: 0 } : figure(requests / rate, 0.004),
      bytesPerDelivery: figure(MESSAGE_BYTES + (FRAMING_BYTES[who] ?? 30) + (requests / rate) * REQUEST_BYTES, 0.002),
      serverCpuUsPerDelivery: figure(
        slowness *
          ((DELIVERY_US[who] ?? 5) +
            (who === 'short-polling' ? (requests / rate) * EMPTY_POLL_US : 0) +
            PUBLISH_US / clients),
        0.08,
      ),
      predicted: { latencyUs: predictedUs, requestsPerDelivery: requests / rate },
      warnings: [],
    };
  };
  const named = (lane: Lane, name: string, rest: Partial<Lane> = {}): Lane => ({ ...lane, case: name, ...rest });
  return {
    room,
    steady: () => [...TRANSPORTS, 'bare-sse', 'bare-ws'].map((who) => room(who, 5, 0, 100)),
    rtt: () =>
      [0, 20, 100].flatMap((rtt) =>
        TRANSPORTS.map((who) => named(room(who, 10, rtt, 4), `${rtt} ms`, { addedRoundTripMs: rtt })),
      ),
    fanout: () =>
      [1, 10, 100, 1000].flatMap((clients) =>
        [...TRANSPORTS, 'bare-sse', 'bare-ws'].map((who) => {
          const lane = room(who, 5, 0, clients);
          const last = ((DELIVERY_US[who] ?? 5) * slownessOf(who) * clients) / 1000 + DELAY_MS;
          const slowest = who === 'short-polling' ? T * (clients / (clients + 1)) : 0;
          return named(lane, `${clients.toLocaleString('en-GB')} client${clients === 1 ? '' : 's'}`, {
            lastReceiverUs: mapLatencies(() => figure((last + slowest) * 1000)),
          });
        }),
      ),
    idle: () =>
      TRANSPORTS.map((who): Lane => {
        const requests = requestsPerSecond(who, 0, LOOPBACK_MS) * 3600;
        const bytes = requests * REQUEST_BYTES + (requests === 0 ? 240 * (who === 'sse' ? 30 : 26) : 0);
        const memory = { 'short-polling': 9800, 'long-polling': 11_100, sse: 10_200, websocket: 7200 }[who];
        return {
          transport: who,
          rounds: 1,
          clients: 100,
          requests: Math.round(requests / 60) * 100,
          requestsPerClientHour: { value: requests },
          bytesPerClientHour: { value: bytes },
          serverCpuMsPerClientHour: { value: labSlowness * ((requests * EMPTY_POLL_US) / 1000 + 5) },
          memoryBytesPerConnection: figure(memory, 0.03),
          predicted: { requestsPerClientHour: requests, bytesPerClientHour: bytes * 1.001 },
          warnings: [],
        };
      }),
  };
}

/** Real tails are longer than the model's. */
const TAIL: Readonly<Record<LatencyName, number>> = {
  mean: 1.01,
  p50: 1,
  p90: 1.02,
  p95: 1.03,
  p99: 1.08,
  p999: 1.2,
  max: 1.3,
};

const SCATTER: Readonly<Record<LatencyName, number>> = {
  mean: 0,
  p50: -0.05,
  p90: 0.3,
  p95: 0.5,
  p99: 1.2,
  p999: 2,
  max: 3,
};

function crossover(room: Room): ScenarioResult {
  const rates = [0.2, 0.5, 1, 2, 5];
  return {
    name: 'crossover',
    settings: {
      ...sampleScenario('rtt').settings,
      clients: 4,
      waitSeconds: HOLD / 1000,
      cases: rates.map((rate) => ({ name: `${rate}/s`, addedRoundTripMs: 0, messagesPerSecond: rate })),
    },
    lanes: rates.flatMap((rate) =>
      ['short-polling', 'long-polling'].map(
        (who): Lane => ({ ...room(who, rate, 0, 4), case: `${rate}/s`, addedRoundTripMs: 0 }),
      ),
    ),
  };
}

function requestsPerSecond(who: string, rate: number, gap: number): number {
  if (who === 'short-polling') return 1000 / T;
  return who === 'long-polling' ? longPollingRequestRate({ rate: rate / 1000, gap, hold: HOLD }) * 1000 : 0;
}

function latencyMs(who: string, rate: number, gap: number, oneWayDelay: number): PredictedLatency {
  if (who === 'short-polling') return shortPollingLatency({ pollInterval: T, oneWayDelay });
  if (who === 'long-polling') return longPollingLatency({ rate: rate / 1000, gap, hold: HOLD, oneWayDelay });
  // What scatters is the lab's own part.
  return mapLatencies((name) => oneWayDelay + DELAY_MS * SCATTER[name]);
}
