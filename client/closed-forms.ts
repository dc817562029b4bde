// What the model of each transport predicts, in closed form, for one client. Messages arrive at random (Poisson) unless
// a name says `Periodic`. Times are in the caller's unit, the same for all arguments; rates are per that unit.
import { leastWhere } from './least-where.ts';

/** The names of what is read from a distribution of latencies, measured or predicted; in the order of size. */
export const LATENCY_NAMES = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
export type LatencyName = (typeof LATENCY_NAMES)[number];

/** Which share of the latencies is not longer; the mean has none. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1 } as const;

/** @returns an object with a value for each name. */
export function mapLatencies<Value>(valueFor: (name: LatencyName) => Value): Record<LatencyName, Value> {
  return Object.fromEntries(LATENCY_NAMES.map((name) => [name, valueFor(name)])) as Record<LatencyName, Value>;
}

/** What a model says about latency; each name is one that the bench measures too. */
export type PredictedLatency = Readonly<Record<LatencyName, number>>;

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

/** @returns the same where there is a message every `period`, which keeps no step with the polls. */
export function shortPollingPeriodicEmptyShare(model: {
  readonly pollInterval: number;
  readonly period: number;
}): number {
  return Math.max(0, 1 - model.pollInterval / model.period);
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
  // Poisson arrivals see what an onlooker at a random moment sees: each request brings one gap.
  const inGap = longPollingRequestRate(model) * gap;
  return fromQuantiles(d + (inGap * gap) / 2, (q) => (q <= 1 - inGap ? d : d + (gap * (q - 1 + inGap)) / inGap));
}

/** One message every `period`, which is shorter than gap and hold together. */
export interface LongPollingPeriodicModel {
  readonly period: number;
  readonly gap: number;
  readonly oneWayDelay: number;
}

/**
 * Slower than the gap, each message finds a request that waits for it; faster, each request finds a message that waits.
 * In the latter case the period must not divide the gap: in lockstep the wait depends on the phase alone.
 */
export function longPollingPeriodicLatency(model: LongPollingPeriodicModel): PredictedLatency {
  const { period, gap, oneWayDelay: d } = model;
  return period > gap ? fromQuantiles(d, () => d) : fromQuantiles(d + gap / 2, (q) => d + q * gap);
}

/** @returns requests per unit of time. */
export function longPollingPeriodicRequestRate(model: Omit<LongPollingPeriodicModel, 'oneWayDelay'>): number {
  return 1 / Math.max(model.period, model.gap);
}

/**
 * @returns the rate of messages above which long polling makes more requests than short polling: 0 where it always
 * does, null where it never does because a gap is as long as the poll interval.
 */
export function breakEvenRate(model: Pick<LongPollingModel, 'gap' | 'hold'> & { pollInterval: number }): number | null {
  const { gap, hold, pollInterval } = model;
  if (pollInterval <= gap) return null;
  if (pollInterval >= gap + hold) return 0;
  // The requests grow with the rate, from 1 / (gap + hold) to 1 / gap; a cycle is never longer than gap + 1 / rate.
  const outnumbers = (rate: number) => longPollingRequestRate({ rate, gap, hold }) * pollInterval >= 1;
  return leastWhere(outnumbers, 0, 1 / (pollInterval - gap));
}

/** The polls of one client: how many, and how many of them find nothing. */
export interface Polls {
  /** Messages per unit of time; above 0. */
  readonly rate: number;
  readonly requestRate: number;
  /** The share of polls that find nothing. */
  readonly emptyShare: number;
}

/** @returns messages per answer, of the answers that hold any. */
export function messagesPerAnswer({ rate, requestRate, emptyShare }: Polls): number {
  return rate / (requestRate * (1 - emptyShare));
}

/** What a poll is made of, in bytes on the wire. */
export interface PollBytes {
  readonly request: number;
  readonly emptyAnswer: number;
  /** An answer with messages, but for these. */
  readonly answerWithoutMessages: number;
  /** The JSON of one message. */
  readonly message: number;
}

/** @returns bytes per unit of time, in both directions, of one client that polls. */
export function pollingByteRate(polls: Polls, bytes: PollBytes): number {
  const { rate, requestRate, emptyShare } = polls;
  const answers = requestRate * (1 - emptyShare);
  // Commas stand between the messages of an answer: one less than messages.
  const messages = rate * (bytes.message + 1) - answers;
  return (
    requestRate * (bytes.request + emptyShare * bytes.emptyAnswer) + answers * bytes.answerWithoutMessages + messages
  );
}

/** What an open stream carries. */
export interface StreamModel {
  /** Messages per unit of time. */
  readonly rate: number;
  /** One delivery, framing included, in bytes. */
  readonly deliveryBytes: number;
  readonly heartbeat: number;
  /** One heartbeat, in both directions, in bytes. */
  readonly heartbeatBytes: number;
}

/** @returns bytes per unit of time, in both directions, of one client on a stream. */
export function streamByteRate({ rate, deliveryBytes, heartbeat, heartbeatBytes }: StreamModel): number {
  return rate * deliveryBytes + heartbeatBytes / heartbeat;
}

/** @returns bytes of an HTTP chunk with so many bytes in it, RFC 9112 section 7.1. */
export function chunkBytes(contentBytes: number): number {
  return contentBytes.toString(16).length + '\r\n\r\n'.length + contentBytes;
}

/** @returns bytes of a message as an SSE event (`id: <cursor>`, `data: <message>`, an empty line) in a chunk of its own. */
export function sseDeliveryBytes(messageBytes: number, cursorBytes: number): number {
  return chunkBytes('id: \ndata: \n\n'.length + cursorBytes + messageBytes);
}

/** @returns bytes of a WebSocket frame's header from the server, RFC 6455 section 5.2; from a client 4 more: its mask. */
export function webSocketHeaderBytes(payloadBytes: number): 2 | 4 | 10 {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}

/** @returns bytes of a message as a WebSocket frame `{"type":"message","message":…}`. */
export function webSocketDeliveryBytes(messageBytes: number): number {
  const payloadBytes = '{"type":"message","message":}'.length + messageBytes;
  return webSocketHeaderBytes(payloadBytes) + payloadBytes;
}

/** One heartbeat of an SSE stream: the event `ping`, in a chunk. */
export const SSE_HEARTBEAT_BYTES = chunkBytes('event: ping\ndata: {}\n\n'.length);

/** One heartbeat of a WebSocket: out a protocol ping and the frame `{"type":"ping"}`, in a masked pong. */
export const WEBSOCKET_HEARTBEAT_BYTES = { out: 2 + 2 + '{"type":"ping"}'.length, in: 2 + 4 } as const;

/**
 * Many clients are served one after the other, and a client's place in that order is even: so the fan-out adds anything
 * between nothing and its whole length. The quantiles add up as if the slowest were slowest in both, so they are a little
 * high.
 */
export function withFanOut(latency: PredictedLatency, fanOut: number): PredictedLatency {
  return mapLatencies((name) => latency[name] + fanOut * (name === 'mean' ? 0.5 : QUANTILES[name]));
}
