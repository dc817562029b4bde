// What a transport would cost and how late its messages would come, at anyone's own rate, round trip and number of
// clients: the closed forms of the model, with what a run measured put into them. What it did not measure stays unknown.
import {
  longPollingEmptyShare,
  longPollingLatency,
  longPollingRequestRate,
  type PredictedLatency,
  shortPollingLatency,
  shortPollingRequestRate,
} from '../../../client/closed-forms.ts';
import type { Pace } from '../../../server/protocol/pace.ts';
import { at, type Bounded, type Curve, growing, isKnown, type NotKnown } from './known.ts';

/** Server CPU, measured on a server that was busy: what an idle one spends on waking says nothing of a busy one. */
export interface CpuCosts {
  /** Of a request that brings no message, µs, over requests per second. Empty: it makes none. */
  readonly usPerRequest: Curve;
  /**
   * Of a delivery, µs, over the number of clients that the message goes to. Short polling: without that of its polls.
   * Long polling: of an answer with messages, its request included.
   */
  readonly usPerDelivery: Curve;
  /** Of an open stream on which nothing happens, µs per second. */
  readonly usPerIdleSecond: number;
}

/** In both directions. */
export interface ByteCosts {
  readonly perRequest: number;
  /** Without those of requests. */
  readonly perDelivery: number;
  readonly perIdleSecond: number;
}

/** What one transport costs, as a run measured it. */
export interface TransportCosts {
  readonly transport: string;
  readonly pace: Pace;
  readonly colour: string;
  /** From publishing to the receipt by the last of so many clients, ms, over loopback; unused where clients poll by the clock. */
  readonly lastReceiverMs: Curve;
  readonly cpu: CpuCosts | NotKnown;
  readonly bytes: ByteCosts | NotKnown;
  /** Null where the run did not measure it. */
  readonly memoryBytesPerConnection: number | null;
}

export interface RunCosts {
  readonly transports: readonly TransportCosts[];
  /** Transports that the run had, and of which it tells too little. */
  readonly leftOut: readonly { readonly transport: string; readonly reason: string }[];
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
  /** From when the server has the message to the receipt of 95 % of them. */
  readonly p95Ms: Bounded;
  /** So many clients the run had at most, where the situation has more. */
  readonly beyondClients: number | null;
  /** HTTP requests, those that send included. */
  readonly requestsPerSecond: number;
  /** Without those of sending. */
  readonly bytesPerSecond: number | NotKnown;
  /** Without that of sending. */
  readonly cpuCores: number | NotKnown;
  readonly memoryBytes: number | null;
}

/** More often nobody polls of his own accord: each poll is a line in a log, and wakes a phone's radio. */
export const SHORTEST_POLL_MS = 1000;
const P95 = 0.95;

/** What every client of one transport asks for and gets in a second. */
interface Traffic {
  readonly pollIntervalMs: number | null;
  /** @param oneWayDelay of the last receiver, in ms. */
  latency(oneWayDelay: number): PredictedLatency;
  readonly requestsPerClient: number;
  /** Server CPU in µs per second, for all clients; null beyond what the curves cover. */
  cpuUs(cpu: CpuCosts): number | null;
}

type Model = (situation: Situation, run: RunCosts) => Traffic;

const shortPolling: Model = (situation, { deliveryMs }) => {
  const { clients, messagesPerSecond, bearableMs, roundTripMs } = situation;
  const rarest = Math.max(SHORTEST_POLL_MS, Math.floor((bearableMs - roundTripMs / 2 - deliveryMs) / P95));
  const pollInterval = situation.pollIntervalMs ?? rarest;
  const polls = shortPollingRequestRate({ pollInterval: pollInterval / 1000 });
  return {
    pollIntervalMs: pollInterval,
    latency: (oneWayDelay) => shortPollingLatency({ pollInterval, oneWayDelay }),
    requestsPerClient: polls,
    cpuUs: (cpu) =>
      sum(
        product(clients * polls, at(cpu.usPerRequest, clients * polls)),
        product(clients * messagesPerSecond, at(cpu.usPerDelivery, clients)),
      ),
  };
};

const longPolling: Model = ({ clients, messagesPerSecond, roundTripMs }, { turnaroundMs, holdMs }) => {
  const model = { rate: messagesPerSecond / 1000, gap: roundTripMs + turnaroundMs, hold: holdMs };
  const requests = longPollingRequestRate(model) * 1000;
  const empty = longPollingEmptyShare(model);
  return {
    pollIntervalMs: null,
    latency: (oneWayDelay) => longPollingLatency({ ...model, oneWayDelay }),
    requestsPerClient: requests,
    cpuUs: (cpu) =>
      sum(
        product(clients * requests * empty, at(cpu.usPerRequest, clients * requests * empty)),
        product(clients * requests * (1 - empty), at(cpu.usPerDelivery, clients)),
      ),
  };
};

const stream: Model = ({ clients, messagesPerSecond }) => ({
  pollIntervalMs: null,
  latency: (delay) => ({ mean: delay, p50: delay, p90: delay, p95: delay, p99: delay, p999: delay, max: delay }),
  requestsPerClient: 0,
  cpuUs: (cpu) =>
    sum(product(clients * messagesPerSecond, at(cpu.usPerDelivery, clients)), clients * cpu.usPerIdleSecond),
});

const MODELS: Readonly<Record<Pace, Model>> = { clock: shortPolling, held: longPolling, stream };

/** A second: once in a week costs nothing, whatever it costs. */
const HARDLY_EVER = 1e-6;

function product(count: number, each: number | null): number | null {
  if (count < HARDLY_EVER) return 0;
  return each === null ? null : count * each;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/** @returns what each transport would cost there, in the order of the run's costs. */
export function estimates(run: RunCosts, situation: Situation): Estimate[] {
  return run.transports.map((costs) => estimate(run, costs, situation));
}

function estimate(run: RunCosts, costs: TransportCosts, situation: Situation): Estimate {
  const { clients, messagesPerSecond, sendsPerSecond, roundTripMs } = situation;
  const { transport, colour, pace, bytes, cpu, memoryBytesPerConnection } = costs;
  const traffic = MODELS[pace](situation, run);
  const most = costs.lastReceiverMs.at(-1)?.x ?? 0;
  // Each polls when it does: nobody waits for the others.
  const alone = { value: run.deliveryMs, low: run.deliveryMs, high: run.deliveryMs };
  const last = pace === 'clock' ? alone : growing(costs.lastReceiverMs, clients);
  const p95 = (lastMs: number) => traffic.latency(roundTripMs / 2 + lastMs).p95;
  const sending = transport === 'websocket' ? 0 : sendsPerSecond;
  return {
    transport,
    colour,
    pollIntervalMs: traffic.pollIntervalMs,
    p95Ms: { value: p95(last.value), low: p95(last.low), high: p95(last.high) },
    beyondClients: pace !== 'clock' && clients > most ? most : null,
    requestsPerSecond: clients * (traffic.requestsPerClient + sending),
    bytesPerSecond: isKnown(bytes)
      ? clients *
        (traffic.requestsPerClient * bytes.perRequest + messagesPerSecond * bytes.perDelivery + bytes.perIdleSecond)
      : bytes,
    cpuCores: isKnown(cpu) ? coresOf(traffic.cpuUs(cpu)) : cpu,
    memoryBytes: memoryBytesPerConnection === null ? null : clients * memoryBytesPerConnection,
  };
}

function coresOf(us: number | null): number | NotKnown {
  return us === null ? { notKnown: 'there is more or less to do than in any of its measurements' } : us / 1e6;
}
