// The planner: what so many users take of servers, by what a run measured of one. Pure; every assumption is a number here
// or a sentence in plan-words.ts.
import { leastWhere } from '../../../client/least-where.ts';
import { isKnown, type NotKnown } from '../../stats/cost-curves.ts';
import type { Bounded } from './bounded.ts';
import { type Load, loadOf, type TransportUpkeep, type Upkeep } from './load.ts';
import type { Room } from './traffic.ts';

/** What one process may be asked for. */
export interface NodeLimits {
  /** Of one core: what is left over is for peaks. */
  readonly coreShare: number;
  readonly connections: number;
  /** For connections, beyond what a server without any takes. */
  readonly memoryBytes: number;
}

export interface Plan {
  /** The one that is looked at by itself. */
  readonly room: Room;
  readonly users: number;
  /** Clients in each of the users' rooms, which are else like that one. */
  readonly roomSize: number;
  readonly node: NodeLimits;
}

/** `knee`: where more deliveries would be late, as the run found it. */
export type NodeLimit = 'CPU' | 'knee' | 'connections' | 'memory';

/** All users together. */
export interface Fleet {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number | NotKnown;
  readonly connections: number;
  readonly memoryBytes: Bounded | NotKnown;
  /** Busy ones, at the users that each node then has. */
  readonly cores: Bounded | NotKnown;
  readonly nodes: Bounded | NotKnown;
  readonly usersPerNode: number | NotKnown;
  /** What a node has no more of; null where one carries all, or where it is not known. */
  readonly limitedBy: NodeLimit | null;
  /** Whether what a node carries lies beyond what the run measured. */
  readonly extrapolated: boolean;
}

export interface TransportPlan {
  readonly transport: string;
  readonly colour: string;
  /** One room on one server. */
  readonly room: Load;
  readonly all: Fleet;
}

/**
 * A run's rounds lie within an hour, and know nothing of the next: the processor's shares of four full runs of one server
 * differed by 9 % on average (standard deviation of the logarithm), controls too. A plan is for another hour; so the
 * difference of two runs, as a logarithm, is added to its 95 % interval. Transports beside each other in one run share
 * its hour: whoever compares them has no use for it.
 */
export const BETWEEN_RUNS = 1.96 * Math.SQRT2 * 0.09;

function atAnyHour(load: Load): Load {
  const { cpuShare } = load;
  if (!isKnown(cpuShare)) return load;
  const { value, low, high } = cpuShare;
  // Chance may put very little, or its lower end, below 0, of which there is no logarithm.
  if (value <= 0) return load;
  const factor = (bound: number) => Math.exp(Math.hypot(Math.log(value / bound), BETWEEN_RUNS));
  return { ...load, cpuShare: { ...cpuShare, low: low > 0 ? value / factor(low) : low, high: value * factor(high) } };
}

/** @returns a plan for each transport of the run. */
export function planFor(upkeep: Upkeep, plan: Plan): TransportPlan[] {
  return upkeep.transports.map((one) => ({
    transport: one.transport,
    colour: one.colour,
    room: atAnyHour(loadOf(one, upkeep, plan.room)),
    all: fleetFor(one, upkeep, plan),
  }));
}

function fleetFor(one: TransportUpkeep, upkeep: Upkeep, { users, roomSize, node, ...plan }: Plan): Fleet {
  const room = { ...plan.room, clients: roomSize };
  const onNode = (clients: number) => atAnyHour(loadOf(one, upkeep, room, clients / room.clients));
  const everybody = onNode(users);
  const { requestsPerSecond, bytesPerSecond, connections, memoryBytes } = everybody;
  const known = { requestsPerSecond, bytesPerSecond, connections, memoryBytes };
  // Of the knee as of the core a share is left for peaks.
  const byKnee = ((one.deliveriesAtKnee ?? Number.POSITIVE_INFINITY) * node.coreShare) / room.messagesPerSecond;
  const carried = carriedBy(onNode, users, node, byKnee);
  if (!isKnown(carried)) {
    return { ...known, cores: carried, nodes: carried, usersPerNode: carried, limitedBy: null, extrapolated: false };
  }
  const { clients, limitedBy } = carried;
  const nodes = nodesFor(users, clients);
  const { cpuShare } = onNode(users / nodes.value);
  const cores = isKnown(cpuShare)
    ? { value: nodes.value * cpuShare.value, low: nodes.value * cpuShare.low, high: nodes.value * cpuShare.high }
    : cpuShare;
  const extrapolated = isKnown(cpuShare) && cpuShare.extrapolated;
  return { ...known, cores, nodes, usersPerNode: Math.floor(clients.value), limitedBy, extrapolated };
}

/** @param byKnee as many at most. @returns how many users a node carries at most, and what it then has no more of. */
function carriedBy(
  onNode: (clients: number) => Load,
  users: number,
  node: NodeLimits,
  byKnee: number,
): { readonly clients: Bounded; readonly limitedBy: NodeLimit | null } | NotKnown {
  const { cpuShare, memoryBytes, connections } = onNode(1);
  if (!isKnown(cpuShare)) return cpuShare;
  if (cpuShare.value > node.coreShare) {
    return {
      notKnown: 'the messages alone, without anybody to deliver them to, take more than a node’s share of a core',
    };
  }
  const byCpu = (of: keyof Bounded) => {
    const tooMany = (clients: number) => {
      const share = onNode(clients).cpuShare;
      return isKnown(share) && share[of] > node.coreShare;
    };
    return tooMany(users) ? Math.max(1, leastWhere(tooMany, 1, users)) : users;
  };
  // What is not known limits nobody, which plan-words.ts says.
  const others: readonly (readonly [limit: NodeLimit, clients: number])[] = [
    ['knee', byKnee],
    ['connections', node.connections / connections],
    ['memory', isKnown(memoryBytes) ? node.memoryBytes / memoryBytes.value : Number.POSITIVE_INFINITY],
  ];
  const least = Math.min(...others.map(([, clients]) => clients));
  const most = (cpu: number) => Math.max(1, Math.min(cpu, least));
  const value = byCpu('value');
  const limitedBy = value <= least ? 'CPU' : (others.find(([, clients]) => clients === least)?.[0] ?? null);
  // The dearer a user is, the fewer a node carries.
  return {
    clients: { value: most(value), low: most(byCpu('high')), high: most(byCpu('low')) },
    limitedBy: most(value) >= users ? null : limitedBy,
  };
}

function nodesFor(users: number, { value, low, high }: Bounded): Bounded {
  const nodes = (clients: number) => Math.ceil(users / clients - ROUNDING);
  return { value: nodes(value), low: nodes(high), high: nodes(low) };
}

/** Of halving: nobody starts a node for it. */
const ROUNDING = 1e-6;
