// What a transport would cost and how late its messages would come, at anyone's own rate, round trip and number of
// clients: the closed forms of the model, with what a run measured put into them. What it did not measure stays unknown.
import type { NotKnown } from '../../stats/cost-curves.ts';
import type { CpuShare } from '../../stats/cost-share.ts';
import { type Bounded, type Curve, growing } from './bounded.ts';
import { loadOf, type TransportUpkeep, trafficIn, type Upkeep } from './load.ts';
import { type Room, USUAL_CLIENTS } from './traffic.ts';

/** What one transport costs, as a run measured it. */
export interface TransportCosts extends TransportUpkeep {
  /** From publishing to the receipt by the last of so many clients, ms, over loopback; unused where clients poll by the clock. */
  readonly lastReceiverMs: Curve;
}

export interface RunCosts extends Upkeep {
  readonly transports: readonly TransportCosts[];
  /** Transports that the run had, and of which it tells too little. */
  readonly leftOut: readonly { readonly transport: string; readonly reason: string }[];
  /** From publishing to the receipt by a single client, where nothing waits and the network is loopback. */
  readonly deliveryMs: number;
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
  /** Of one core; without that of sending, but for the room's messages themselves. */
  readonly cpuShare: CpuShare | NotKnown;
  readonly memoryBytes: Bounded | NotKnown;
}

/** More often nobody polls of his own accord: each poll is a line in a log, and wakes a phone's radio. */
export const SHORTEST_POLL_MS = 1000;
const P95 = 0.95;

/** @returns the longest poll interval with which 95 % of the messages come in time. */
export function rarestPollMs(
  { bearableMs, roundTripMs }: Pick<Situation, 'bearableMs' | 'roundTripMs'>,
  deliveryMs: number,
): number {
  return Math.max(SHORTEST_POLL_MS, Math.floor((bearableMs - roundTripMs / 2 - deliveryMs) / P95));
}

/** @returns the room of the situation, with clients as they usually are; short polling as rarely as it may. */
export function roomOf(
  { messagesPerSecond, clients, roundTripMs, bearableMs, pollIntervalMs }: Situation,
  { deliveryMs, textBytes }: Pick<RunCosts, 'deliveryMs' | 'textBytes'>,
): Room {
  return {
    ...USUAL_CLIENTS,
    messagesPerSecond,
    clients,
    roundTripMs,
    textBytes,
    pollIntervalMs: pollIntervalMs ?? rarestPollMs({ bearableMs, roundTripMs }, deliveryMs),
  };
}

/** @returns what each transport would cost there, in the order of the run's costs. */
export function estimates(run: RunCosts, situation: Situation): Estimate[] {
  const room = roomOf(situation, run);
  return run.transports.map((costs) => estimate(run, costs, situation, room));
}

function estimate(run: RunCosts, costs: TransportCosts, situation: Situation, room: Room): Estimate {
  const { transport, colour, pace } = costs;
  const { clients } = room;
  const traffic = trafficIn(costs, run, room);
  const load = loadOf(costs, run, room);
  const most = costs.lastReceiverMs.at(-1)?.x ?? 0;
  // Each polls when it does: nobody waits for the others.
  const alone = { value: run.deliveryMs, low: run.deliveryMs, high: run.deliveryMs };
  const last = pace === 'clock' ? alone : growing(costs.lastReceiverMs, clients);
  const p95 = (lastMs: number) => traffic.latency(room.roundTripMs / 2 + lastMs).p95;
  const sending = transport === 'websocket' ? 0 : situation.sendsPerSecond;
  return {
    transport,
    colour,
    pollIntervalMs: pace === 'clock' ? room.pollIntervalMs : null,
    p95Ms: { value: p95(last.value), low: p95(last.low), high: p95(last.high) },
    beyondClients: pace !== 'clock' && clients > most ? most : null,
    requestsPerSecond: load.requestsPerSecond + clients * sending,
    bytesPerSecond: load.bytesPerSecond,
    cpuShare: load.cpuShare,
    memoryBytes: load.memoryBytes,
  };
}
