// What a reader may set of a plan beside the room itself, in the units that people use: each with its bounds and what it
// is where nobody says otherwise. The command line and the page have it from here.
import type { Plan } from './plan.ts';
import { type Room, USUAL_CLIENTS } from './traffic.ts';

export interface PlanValues {
  readonly users: number;
  readonly textBytes: number;
  readonly holdSeconds: number;
  readonly heartbeatSeconds: number;
  /** Of a poll and its empty answer; null: as the bench's client has them. */
  readonly headBytes: number | null;
  readonly nodeCpuPercent: number;
  readonly nodeConnections: number;
  readonly nodeMemoryMb: number;
}

export const MOST_USERS = 100_000_000;
const PERCENT = 100;
const MEGABYTE = 1e6;

/** The least and the most that each may be. */
export const PLAN_BOUNDS: Readonly<Record<keyof PlanValues, readonly [least: number, most: number]>> = {
  users: [1, MOST_USERS],
  textBytes: [1, 4096],
  holdSeconds: [1, 60],
  heartbeatSeconds: [1, 60],
  headBytes: [50, 65_536],
  nodeCpuPercent: [1, 100],
  nodeConnections: [1, 10_000_000],
  nodeMemoryMb: [1, 1_000_000],
};

/** A process that is half busy has room for peaks; the rest are sizes that a small machine has. */
export const USUAL_PLAN: PlanValues = {
  users: 1_000_000,
  textBytes: USUAL_CLIENTS.textBytes,
  holdSeconds: USUAL_CLIENTS.holdMs / 1000,
  heartbeatSeconds: USUAL_CLIENTS.heartbeatMs / 1000,
  headBytes: USUAL_CLIENTS.headBytes,
  nodeCpuPercent: 50,
  nodeConnections: 20_000,
  nodeMemoryMb: 1000,
};

/** @param roomSize clients in each of the users' rooms. */
export function planOf(
  values: PlanValues,
  room: Pick<Room, 'clients' | 'messagesPerSecond' | 'pollIntervalMs' | 'roundTripMs'>,
  roomSize: number = room.clients,
): Plan {
  const { users, textBytes, holdSeconds, heartbeatSeconds, headBytes } = values;
  return {
    room: { ...room, textBytes, holdMs: holdSeconds * 1000, heartbeatMs: heartbeatSeconds * 1000, headBytes },
    users,
    roomSize,
    node: {
      coreShare: values.nodeCpuPercent / PERCENT,
      connections: values.nodeConnections,
      memoryBytes: values.nodeMemoryMb * MEGABYTE,
    },
  };
}
