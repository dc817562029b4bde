// The values that the model predicts, in closed form, for one client and messages that arrive at random (Poisson).
// Times are in the caller's unit, the same for all arguments; rates are per that unit.
import { type LatencyName, mapLatencies } from './latency.ts';

/** What a model says about latency; each name is one that the histogram measures too. */
export type PredictedLatency = Readonly<Record<LatencyName, number>>;

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1 } as const;

function fromQuantiles(mean: number, quantile: (q: number) => number): PredictedLatency {
  return mapLatencies((name) => (name === 'mean' ? mean : quantile(QUANTILES[name])));
}

/** Short polling at a fixed rate: a message waits for the next poll, for anything between nothing and one interval. */
export interface ShortPollingModel {
  readonly pollInterval: number;
  /** From the server to the client, everything but the waiting. */
  readonly oneWayDelay: number;
  /** Messages per unit of time. */
  readonly rate: number;
}

export function shortPollingLatency(model: Omit<ShortPollingModel, 'rate'>): PredictedLatency {
  const { oneWayDelay: d, pollInterval: t } = model;
  return fromQuantiles(d + t / 2, (q) => d + q * t);
}

/** @returns requests per unit of time: a poll every interval, whatever happens. */
export function shortPollingRequestRate(model: Pick<ShortPollingModel, 'pollInterval'>): number {
  return 1 / model.pollInterval;
}

/** @returns the share of polls that find nothing. */
export function shortPollingEmptyShare(model: Pick<ShortPollingModel, 'pollInterval' | 'rate'>): number {
  return Math.exp(-model.rate * model.pollInterval);
}

/**
 * Long polling: each message, or the end of the hold, ends a request; until the next one arrives at the server there is
 * a gap, in which messages have to wait for it.
 */
export interface LongPollingModel {
  readonly hold: number;
  /** From the server's sending of a response to the arrival of the client's next request. */
  readonly gap: number;
  readonly oneWayDelay: number;
  /** Messages per unit of time. */
  readonly rate: number;
}

/** @returns requests per unit of time. */
export function longPollingRequestRate(model: Omit<LongPollingModel, 'oneWayDelay'>): number {
  const { rate, gap, hold } = model;
  if (rate === 0) return 1 / (gap + hold);
  // One request's cycle: the gap, then, unless a message came in the gap, the wait for one, cut short by the hold.
  return rate / (rate * gap + Math.exp(-rate * gap) * -Math.expm1(-rate * hold));
}

/** @returns the share of responses that hold no message. */
export function longPollingEmptyShare(model: Omit<LongPollingModel, 'oneWayDelay'>): number {
  return Math.exp(-model.rate * (model.gap + model.hold));
}

export function longPollingLatency(model: LongPollingModel): PredictedLatency {
  const { oneWayDelay: d, gap } = model;
  const inGap = longPollingRequestRate(model) * gap;
  return fromQuantiles(d + (inGap * gap) / 2, (q) => (q <= 1 - inGap ? d : d + (gap * (q - 1 + inGap)) / inGap));
}

/**
 * Many clients are served one after the other, and a client's place in that order is even: so the fan-out adds anything
 * between nothing and its whole length. The quantiles add up as if the slowest were slowest in both, so they are a little
 * high.
 */
export function withFanOut(latency: PredictedLatency, fanOut: number): PredictedLatency {
  return mapLatencies((name) => latency[name] + fanOut * (name === 'mean' ? 0.5 : QUANTILES[name]));
}

/** @returns bytes of a WebSocket frame's header from the server, RFC 6455 section 5.2. */
export function webSocketHeaderBytes(payloadBytes: number): 2 | 4 | 10 {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}
