// A made-up scenario `costs`, whose lanes follow from curves that are known.

import type { Pace } from '../../server/protocol/pace.ts';
import type { Lane, ScenarioResult } from '../run/run-file.ts';
import { type CostSituation, timedRequestsPerSecond } from '../stats/cost-share.ts';
import { around } from './sample-lanes.ts';

const RATES = [10, 25, 60, 150];
const HELD_OUT_RATES = [40, 100];
const CLIENTS = [100, 1000];
const HELD_OUT_CLIENTS = 300;
const REQUEST_RATES = [20, 100, 500, 2000, 5000, 10_000];
const IDLE_CONNECTIONS = 1000;
const POLL_TIMES = { intervalSeconds: 1, holdSeconds: 30 };

interface SampleCosts {
  readonly transport: string;
  readonly pace: Pace;
  /** µs at one a second, each falling with a power of the rate. */
  readonly perMessage: number;
  readonly perDelivery: number;
  readonly perRequest: number;
  readonly perIdleSecond: number;
}

const SAMPLES: readonly SampleCosts[] = [
  {
    transport: 'short-polling',
    pace: 'clock',
    perMessage: 900,
    perDelivery: 2,
    perRequest: 2000,
    perIdleSecond: 0.5,
  },
  {
    transport: 'long-polling',
    pace: 'held',
    perMessage: 900,
    perDelivery: 100,
    perRequest: 2600,
    perIdleSecond: 0.6,
  },
  { transport: 'sse', pace: 'stream', perMessage: 800, perDelivery: 16, perRequest: 0, perIdleSecond: 4 },
  { transport: 'websocket', pace: 'stream', perMessage: 800, perDelivery: 16.5, perRequest: 0, perIdleSecond: 6 },
];

/** µs a second of a server without clients. */
const OWN_US = 1500;
const FALLS = { message: -0.3, delivery: -0.15, request: -0.45 };

/** @returns what a second of that takes, in µs, by the very curves from which the lanes are made. */
export function sampleCostUs(transport: string, situation: CostSituation): number {
  const sample = SAMPLES.find((one) => one.transport === transport);
  if (sample === undefined) throw new Error(`there are no sample costs of ${transport}`);
  const { messagesPerSecond: rate, clients, timedRequestsPerSecond: timed } = situation;
  const messageUs = sample.perMessage * rate ** FALLS.message + clients * sample.perDelivery * rate ** FALLS.delivery;
  const requestUs = sample.perRequest * timed ** FALLS.request;
  return (
    (rate === 0 ? 0 : rate * messageUs) +
    (timed === 0 ? 0 : timed * requestUs) +
    clients * sample.perIdleSecond +
    OWN_US
  );
}

/** @returns a whole scenario with intervals of ±2 % and held-out lanes that keep to the curves. */
export function sampleCosts(): ScenarioResult {
  return {
    name: 'costs',
    settings: { kind: 'costs', rounds: 5 },
    lanes: [...SAMPLES.flatMap(lanesOf), ...bareLanes()],
  };
}

function lanesOf(sample: SampleCosts): Lane[] {
  const { transport, pace, perRequest, perIdleSecond } = sample;
  const requests = pace === 'stream' ? [] : REQUEST_RATES.filter((rate) => pace === 'clock' || rate <= 2000);
  return [
    ...CLIENTS.flatMap((clients) => RATES.map((rate) => messageLane(sample, clients, rate))),
    ...HELD_OUT_RATES.map((rate) => ({ ...messageLane(sample, HELD_OUT_CLIENTS, rate), heldOut: true })),
    ...requests.map((rate) => requestLane({ transport }, rate, perRequest)),
    {
      transport,
      case: 'silence',
      rounds: 5,
      clients: IDLE_CONNECTIONS,
      serverCpuUsPerSecond: around(perIdleSecond * IDLE_CONNECTIONS + OWN_US),
      warnings: [],
    },
  ];
}

function bareLanes(): Lane[] {
  const own = {
    transport: 'http',
    case: 'silence',
    rounds: 5,
    clients: 0,
    serverCpuUsPerSecond: around(OWN_US),
    warnings: [],
  };
  return [own, ...REQUEST_RATES.map((rate) => requestLane({ control: 'bare-http' }, rate, 1800))];
}

function messageLane({ transport, pace }: SampleCosts, clients: number, rate: number): Lane {
  const timed = timedRequestsPerSecond(pace, { clients, messagesPerSecond: rate }, POLL_TIMES);
  const us = sampleCostUs(transport, { messagesPerSecond: rate, clients, timedRequestsPerSecond: timed });
  return {
    transport,
    case: `${clients} clients, ${rate}/s`,
    rounds: 5,
    clients,
    messages: 500,
    messagesPerSecond: rate,
    nominalPerSecond: rate,
    expected: 500 * clients,
    delivered: 500 * clients,
    missing: 0,
    duplicated: 0,
    outOfOrder: 0,
    serverCpuUsPerMessage: around(us / rate),
    serverCpuShare: around(us / 1e6),
    ...(timed > 0 ? { timedRequestsPerSecond: around(timed) } : {}),
    warnings: [],
  };
}

function requestLane(who: { transport: string } | { control: string }, rate: number, us: number): Lane {
  return {
    ...who,
    case: `${rate} empty requests/s`,
    rounds: 5,
    nominalPerSecond: rate,
    requestsPerSecond: around(rate),
    serverCpuUsPerRequest: around(us * rate ** FALLS.request + ('transport' in who ? OWN_US / rate : 0)),
    warnings: [],
  };
}
