// What the scenarios of the made-up run are built from.
import { type LatencyName, mapLatencies } from '../../client/closed-forms.ts';
import type { Comparison, Figure, Lane } from '../run/run-file.ts';

export const TRANSPORTS = ['short-polling', 'long-polling', 'sse', 'websocket'] as const;

const FIVE_ROUNDS = [0.98, 1.01, 1, 1.02, 0.99];

/** @returns a figure of five rounds with an interval of ±2 %. */
export function around(value: number): Figure {
  return { value, low: value * 0.98, high: value * 1.02, rounds: FIVE_ROUNDS.map((factor) => value * factor) };
}

const SHAPE: Record<LatencyName, number> = { mean: 1, p50: 1, p90: 1.7, p95: 1.8, p99: 1.9, p999: 1.95, max: 2 };

/** @returns latencies that spread like those of a poll: from nothing to twice the mean. */
export function latencies(meanUs: number): Record<LatencyName, Figure> {
  return mapLatencies((name) => around(meanUs * SHAPE[name]));
}

/** @returns the same without rounds, as predictions are. */
export function predictedLatencies(meanUs: number, factor = 1): Record<LatencyName, number> {
  return mapLatencies((name) => Math.round(meanUs * SHAPE[name] * factor));
}

/** @returns what every lane that delivers has: a closed ledger, latencies, costs and a loader that was not busy. */
export function deliveringLane(
  who: { transport: string } | { control: string },
  meanUs: number,
  requestsPerDelivery: number,
  rest: Partial<Lane> = {},
): Lane {
  return {
    ...who,
    rounds: 5,
    clients: 100,
    roundTripMs: around(0.25),
    messages: 175,
    messagesPerSecond: 5,
    expected: 20_000,
    delivered: 20_000,
    missing: 0,
    duplicated: 0,
    outOfOrder: 0,
    latencyUs: latencies(meanUs),
    requests: Math.round(requestsPerDelivery * 17_500),
    requestsPerDelivery: requestsPerDelivery === 0 ? { value: 0 } : around(requestsPerDelivery),
    bytesIn: 100_000,
    bytesOut: 4_000_000,
    bytesPerDelivery: around(200 + 300 * requestsPerDelivery),
    serverCpuUsPerDelivery: around(10 + 50 * requestsPerDelivery),
    loader: {
      pacingLagMs: { p50: 0.01, p99: 0.4, max: 2 },
      eventLoopDelayMs: { p50: 0.1, p99: 2 },
      utilisation: 0.12,
    },
    warnings: [],
    ...rest,
  };
}

/** @returns a comparison whose interval lies 4 % around the ratio. */
export function compared(of: string, to: string, ratio: number, rest: Partial<Comparison> = {}): Comparison {
  return {
    figure: 'latencyUs.mean',
    of,
    to,
    ratio: { value: ratio, low: ratio * 0.96, high: ratio * 1.04 },
    different: Math.abs(Math.log(ratio)) > 0.06,
    ...rest,
  };
}

/** @returns one lane of each transport, from what it is to have. */
export function eachTransport(lane: (transport: string, index: number) => Lane): Lane[] {
  return TRANSPORTS.map(lane);
}
