// What rooms of one size ask of the server that serves them, over one transport: requests, bytes, CPU and memory. The
// decision and the planner both stand on this.
import type { Pace } from '../../../server/protocol/pace.ts';
import { type CostCurves, isKnown, type NotKnown, valueAt } from '../../stats/cost-curves.ts';
import { type CpuShare, cpuShare, timedRequestsPerSecond } from '../../stats/cost-share.ts';
import type { Bounded } from './bounded.ts';
import { type Room, type Traffic, trafficOf } from './traffic.ts';
import { bytesPerSecond } from './weights.ts';

/** What a run knows of one transport's upkeep. */
export interface TransportUpkeep {
  readonly transport: string;
  readonly pace: Pace;
  readonly colour: string;
  readonly cpu: CostCurves | NotKnown;
  readonly memoryBytesPerConnection: Bounded | NotKnown;
  /** Deliveries a second up to which messages come in time; null where the run found no such knee. */
  readonly deliveriesAtKnee: number | null;
}

export interface Upkeep {
  readonly transports: readonly TransportUpkeep[];
  /** From an answer to the next request, where the network is loopback; 0 where the run had none. */
  readonly turnaroundMs: number;
  /** Of the messages that were measured. */
  readonly textBytes: number;
}

/** Of all rooms together. */
export interface Load {
  /** HTTP requests that read. */
  readonly requestsPerSecond: number;
  /** Both directions. */
  readonly bytesPerSecond: number | NotKnown;
  readonly connections: number;
  /** Publishing included. */
  readonly cpuShare: CpuShare | NotKnown;
  /** Beyond that of a server without connections. */
  readonly memoryBytes: Bounded | NotKnown;
}

const US_PER_SECOND = 1_000_000;
/** For so long the lab keeps a connection on which nobody asks: its `Keep-Alive: timeout`. */
export const KEPT_ALIVE_MS = 75_000;

/** @param rooms so many of them, on one server; a part of one where it is less than one. */
export function loadOf(upkeep: TransportUpkeep, run: Pick<Upkeep, 'turnaroundMs'>, room: Room, rooms = 1): Load {
  const { transport, pace, cpu, memoryBytesPerConnection: memory } = upkeep;
  const traffic = trafficIn(upkeep, run, room);
  const clients = room.clients * rooms;
  const bytes = bytesPerSecond(transport, room, traffic);
  const connections = clients * (pace === 'clock' ? Math.min(1, KEPT_ALIVE_MS / room.pollIntervalMs) : 1);
  return {
    requestsPerSecond: clients * traffic.requestsPerSecond,
    bytesPerSecond: isKnown(bytes) ? clients * bytes : bytes,
    connections,
    cpuShare: isKnown(cpu) ? shareOf(cpu, pace, room, rooms, answersSpared(upkeep, run, room)) : cpu,
    memoryBytes: isKnown(memory) ? times(memory, connections) : memory,
  };
}

/** @returns what each client asks for. */
export function trafficIn(
  { pace, cpu }: Pick<TransportUpkeep, 'pace' | 'cpu'>,
  { turnaroundMs }: Pick<Upkeep, 'turnaroundMs'>,
  room: Room,
): Traffic {
  return trafficOf(pace, room, room.roundTripMs + Math.max(turnaroundMs, comingBackMs(cpu, room)));
}

/** All come back at once, and a server that still answers the others takes no request: half of its time. */
function comingBackMs(cpu: CostCurves | NotKnown, { messagesPerSecond, clients }: Room): number {
  return isKnown(cpu) ? (clients * valueAt(cpu.usPerDelivery, messagesPerSecond)) / 2000 : 0;
}

/** @returns the share of held answers that a long way spares: what comes in the meantime is answered together. */
function answersSpared(upkeep: TransportUpkeep, run: Pick<Upkeep, 'turnaroundMs'>, room: Room): number {
  if (upkeep.pace !== 'held' || room.messagesPerSecond === 0) return 0;
  const full = ({ requestsPerSecond, emptyShare }: Traffic) => requestsPerSecond * (1 - emptyShare);
  return 1 - full(trafficIn(upkeep, run, room)) / full(trafficIn(upkeep, run, { ...room, roundTripMs: 0 }));
}

function shareOf(cpu: CostCurves, pace: Pace, room: Room, rooms: number, spared: number): CpuShare {
  // A part of a room has all of its messages; many rooms have as many messages as they are.
  const messagesPerSecond = room.messagesPerSecond * Math.max(1, rooms);
  const clients = room.clients * Math.min(1, rooms);
  const all = room.clients * rooms;
  const pollTimes = { intervalSeconds: room.pollIntervalMs / 1000, holdSeconds: room.holdMs / 1000 };
  const timed = timedRequestsPerSecond(pace, { ...room, clients: all }, pollTimes);
  const share = cpuShare(cpu, { messagesPerSecond, clients, timedRequestsPerSecond: timed });
  const rest = (of: 'value' | 'low' | 'high') => {
    const idle = (all - clients) * cpu.usPerIdleSecond[of];
    const deliveries = messagesPerSecond * clients * valueAt(cpu.usPerDelivery, messagesPerSecond, of);
    return (idle - spared * deliveries) / US_PER_SECOND;
  };
  const { value, low, high } = share;
  return { ...share, value: value + rest('value'), low: low + rest('low'), high: high + rest('high') };
}

export function times({ value, low, high }: Bounded, factor: number): Bounded {
  return { value: value * factor, low: low * factor, high: high * factor };
}
