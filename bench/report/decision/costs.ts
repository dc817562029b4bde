// What a transport would cost and how late its messages would come, at anyone's own rate, round trip and number of
// clients: the closed forms of the model, with the costs that a run measured put into them.

import {
  longPollingEmptyShare,
  longPollingLatency,
  longPollingRequestRate,
  mapLatencies,
  type PredictedLatency,
  shortPollingLatency,
  shortPollingRequestRate,
  withFanOut,
} from '../../../client/closed-forms.ts';
import type { Pace } from '../../../server/protocol/pace.ts';

/** Measured points of something that varies with how much there is to do; in rising order of `x`, at least one. */
export type Curve = readonly { readonly x: number; readonly value: number }[];

/** What one transport costs, as a run measured it. */
export interface TransportCosts {
  readonly transport: string;
  readonly pace: Pace;
  readonly colour: string;
  /** Server CPU of a request that brings no message, µs, over requests per second. Empty: it makes none. */
  readonly cpuUsPerRequest: Curve;
  /**
   * Server CPU of a delivery, µs, over the number of clients that the message goes to. Short polling: without that of
   * its polls. Long polling: of an answer with messages, its request included.
   */
  readonly cpuUsPerDelivery: Curve;
  /** Of an open stream on which nothing happens, µs per second. */
  readonly cpuUsPerIdleSecond: number;
  /** In both directions. */
  readonly bytesPerRequest: number;
  /** In both directions, without those of requests. */
  readonly bytesPerDelivery: number;
  readonly bytesPerIdleSecond: number;
  /** Null where the run did not measure it. */
  readonly memoryBytesPerConnection: number | null;
}

export interface RunCosts {
  readonly transports: readonly TransportCosts[];
  /** From publishing to the receipt by a single client, where nothing waits and the network is loopback. */
  readonly deliveryMs: number;
  /** From an answer to the next request, where the network is loopback. */
  readonly turnaroundMs: number;
  readonly holdMs: number;
  /** Of the messages that were measured. */
  readonly textBytes: number;
}

/** Whose decision it is. */
export interface Situation {
  /** In the room; each client gets each of them. */
  readonly messagesPerSecond: number;
  readonly clients: number;
  readonly roundTripMs: number;
  /** How late 95 % of the messages may come. */
  readonly bearableMs: number;
  /** Null: as rarely as the bearable latency allows. */
  readonly pollIntervalMs: number | null;
  /** By each client. */
  readonly sendsPerSecond: number;
}

/** Of one transport, for all clients together. */
export interface Estimate {
  readonly transport: string;
  readonly colour: string;
  /** Only of short polling. */
  readonly pollIntervalMs: number | null;
  /** From when the server has the message to its receipt. */
  readonly latencyMs: PredictedLatency;
  /** HTTP requests, those that send included. */
  readonly requestsPerSecond: number;
  /** Without those of sending. */
  readonly bytesPerSecond: number;
  /** Without that of sending. */
  readonly cpuCores: number;
  /** Server processes, each of which runs on one core. */
  readonly servers: number;
  readonly memoryBytes: number | null;
}

/** More often nobody polls of his own accord: each poll is a line in a log, and wakes a phone's radio. */
export const SHORTEST_POLL_MS = 1000;
/** Of one core: beyond this, messages queue. */
const SAFE_SHARE = 0.7;
const P95 = 0.95;

/** What every client of one transport asks for and gets in a second. */
interface Traffic {
  readonly pollIntervalMs: number | null;
  readonly latencyMs: PredictedLatency;
  readonly requestsPerClient: number;
  /** Server CPU in µs per second, for so many clients on one server. */
  cpuUs(clients: number): number;
  /** How long one message keeps a server busy that has so many clients waiting for it, in ms. */
  fanOutMs(clients: number): number;
}

type Model = (costs: TransportCosts, situation: Situation, run: RunCosts) => Traffic;

function delayMs({ roundTripMs }: Situation, { deliveryMs }: RunCosts): number {
  return roundTripMs / 2 + deliveryMs;
}

const shortPolling: Model = (costs, situation, run) => {
  const { messagesPerSecond, bearableMs } = situation;
  const oneWayDelay = delayMs(situation, run);
  const rarest = Math.max(SHORTEST_POLL_MS, Math.floor((bearableMs - oneWayDelay) / P95));
  const pollInterval = situation.pollIntervalMs ?? rarest;
  const polls = shortPollingRequestRate({ pollInterval: pollInterval / 1000 });
  return {
    pollIntervalMs: pollInterval,
    latencyMs: shortPollingLatency({ pollInterval, oneWayDelay }),
    requestsPerClient: polls,
    cpuUs: (clients) =>
      clients * polls * at(costs.cpuUsPerRequest, clients * polls) +
      clients * messagesPerSecond * at(costs.cpuUsPerDelivery, clients),
    // Each client polls when it does: nobody waits for the others.
    fanOutMs: () => 0,
  };
};

const longPolling: Model = (costs, situation, run) => {
  const { messagesPerSecond, roundTripMs } = situation;
  const oneWayDelay = delayMs(situation, run);
  const gap = roundTripMs + run.turnaroundMs;
  const model = { rate: messagesPerSecond / 1000, gap, hold: run.holdMs, oneWayDelay };
  const requests = longPollingRequestRate(model) * 1000;
  const empty = longPollingEmptyShare(model);
  return {
    pollIntervalMs: null,
    latencyMs: longPollingLatency(model),
    requestsPerClient: requests,
    cpuUs: (clients) =>
      clients * requests * empty * at(costs.cpuUsPerRequest, clients * requests * empty) +
      clients * requests * (1 - empty) * at(costs.cpuUsPerDelivery, clients),
    fanOutMs: (clients) => (clients * at(costs.cpuUsPerDelivery, clients)) / 1000,
  };
};

const stream: Model = (costs, situation, run) => {
  const delay = delayMs(situation, run);
  return {
    pollIntervalMs: null,
    latencyMs: mapLatencies(() => delay),
    requestsPerClient: 0,
    cpuUs: (clients) =>
      clients * (situation.messagesPerSecond * at(costs.cpuUsPerDelivery, clients) + costs.cpuUsPerIdleSecond),
    fanOutMs: (clients) => (clients * at(costs.cpuUsPerDelivery, clients)) / 1000,
  };
};

const MODELS: Readonly<Record<Pace, Model>> = { clock: shortPolling, held: longPolling, stream };

/** @returns what each transport would cost there, in the order of the run's costs. */
export function estimates(run: RunCosts, situation: Situation): Estimate[] {
  return run.transports.map((costs) => estimate(run, costs, situation));
}

function estimate(run: RunCosts, costs: TransportCosts, situation: Situation): Estimate {
  const { clients, messagesPerSecond, sendsPerSecond } = situation;
  const traffic = MODELS[costs.pace](costs, situation, run);
  const cpuCores = traffic.cpuUs(clients) / 1e6;
  const servers = Math.max(1, Math.ceil(cpuCores / SAFE_SHARE));
  const sending = costs.transport === 'websocket' ? 0 : sendsPerSecond;
  const { memoryBytesPerConnection } = costs;
  return {
    transport: costs.transport,
    colour: costs.colour,
    pollIntervalMs: traffic.pollIntervalMs,
    latencyMs: withFanOut(traffic.latencyMs, traffic.fanOutMs(clients / servers)),
    requestsPerSecond: clients * (traffic.requestsPerClient + sending),
    bytesPerSecond:
      clients *
      (traffic.requestsPerClient * costs.bytesPerRequest +
        messagesPerSecond * costs.bytesPerDelivery +
        costs.bytesPerIdleSecond),
    cpuCores,
    servers,
    memoryBytes: memoryBytesPerConnection === null ? null : clients * memoryBytesPerConnection,
  };
}

/** @returns the curve's value there: on a straight line between logarithms; beyond its ends, that of the end; 0 if empty. */
export function at(curve: Curve, x: number): number {
  const after = curve.findIndex((point) => point.x >= x);
  const right = curve[after];
  const left = curve[after - 1];
  if (right === undefined) return curve.at(-1)?.value ?? 0;
  if (left === undefined || left.value <= 0 || right.value <= 0) return right.value;
  const share = Math.log(x / left.x) / Math.log(right.x / left.x);
  return Math.exp(Math.log(left.value) + share * Math.log(right.value / left.value));
}
