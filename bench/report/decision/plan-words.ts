// A plan in words and tables, for the terminal and the page.
import { bytes, compact, count, duration, percent, plural, rateText, sentenceList } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import { isKnown, type NotKnown } from '../../stats/cost-curves.ts';
import type { Bound } from '../../stats/cost-share.ts';
import type { Table } from '../table.ts';
import type { Bounded } from './bounded.ts';
import { KEPT_ALIVE_MS, type Load, type Upkeep } from './load.ts';
import type { NodeLimit, Plan, TransportPlan } from './plan.ts';

const NOT_KNOWN = 'not known';
const SECONDS_PER_MONTH = 30 * 24 * 3600;

/** What stands at a figure beyond what the run measured. */
export const MARK = '*';
export const MARK_NOTE = `${MARK} beyond what the run measured: a bound or an estimate, no figure.`;

/** What the reader pays, in any currency; null: he does not say. */
export interface Prices {
  readonly nodeMonth: number | null;
  /** Of traffic, both directions. */
  readonly gigabyte: number | null;
}

export const NO_PRICES: Prices = { nodeMonth: null, gigabyte: null };

/** @returns one room on one server. */
export function roomTable(plans: readonly TransportPlan[], { room: { clients, messagesPerSecond } }: Plan): Table {
  return {
    header: [
      `${plural(clients, 'client')}, ${messagesPerSecond === 0 ? 'no messages' : rateText(messagesPerSecond)}`,
      'server CPU, % of a core',
      'requests/s',
      'traffic/s',
      'memory',
    ],
    rows: plans.map(({ transport, room }) => [
      nameOf(transport),
      shareText(room.cpuShare),
      compact(room.requestsPerSecond),
      knownText(room.bytesPerSecond, bytes),
      knownText(room.memoryBytes, ({ value }) => bytes(value)),
    ]),
  };
}

/** @returns all users on as many nodes as they take; with the bill where there is a price. */
export function fleetTable(plans: readonly TransportPlan[], { users }: Plan, prices: Prices = NO_PRICES): Table {
  const isPriced = prices.nodeMonth !== null || prices.gigabyte !== null;
  return {
    header: [
      plural(users, 'user'),
      'nodes',
      'users a node',
      'cores',
      'requests/s',
      'Mbit/s',
      'connections',
      'memory',
      ...(isPriced ? ['a month'] : []),
    ],
    rows: plans.map(({ transport, all }) => {
      const mark = all.extrapolated ? MARK : '';
      return [
        nameOf(transport),
        // As with CPU: an interval says how well a point was measured.
        knownText(all.nodes, (nodes) => (all.extrapolated ? `${count(nodes.value)}${MARK}` : range(nodes, count))),
        knownText(all.usersPerNode, count) + limitText(all.limitedBy),
        knownText(all.cores, ({ value }) => compact(value) + mark),
        compact(all.requestsPerSecond),
        knownText(all.bytesPerSecond, (each) => compact((each * 8) / 1e6)),
        count(all.connections),
        knownText(all.memoryBytes, ({ value }) => bytes(value)),
        ...(isPriced ? [bill(all, prices)] : []),
      ];
    }),
  };
}

function bill({ nodes, bytesPerSecond }: TransportPlan['all'], { nodeMonth, gigabyte }: Prices): string {
  const ofNodes = nodeMonth === null ? 0 : isKnown(nodes) ? nodes.value * nodeMonth : null;
  const gigabytes = isKnown(bytesPerSecond) ? (bytesPerSecond * SECONDS_PER_MONTH) / 1e9 : null;
  const ofTraffic = gigabyte === null ? 0 : gigabytes === null ? null : gigabytes * gigabyte;
  return ofNodes === null || ofTraffic === null ? NOT_KNOWN : compact(ofNodes + ofTraffic);
}

function limitText(limit: NodeLimit | null): string {
  return limit === null ? '' : ` (${limit})`;
}

const BOUNDS: Readonly<Record<Bound, string>> = { 'at least': '> ', 'at most': '< ', about: '~ ' };

/** @returns percent of a core with its interval; where it was not measured, the kind of bound instead, and a mark. */
export function shareText(share: Load['cpuShare']): string {
  if (!isKnown(share)) return NOT_KNOWN;
  const { value, low, high, bound } = share;
  const hundredths = (one: number) => compact(Math.max(0, one) * 100);
  // The interval says how well its point was measured, and this is none.
  if (bound !== undefined) return `${BOUNDS[bound]}${hundredths(value)}${MARK}`;
  return `${hundredths(value)} (${hundredths(low)} to ${hundredths(high)})`;
}

function range({ value, low, high }: Bounded, text: (one: number) => string): string {
  return low === high ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}

export function knownText<Value>(value: Value | NotKnown, text: (value: Value) => string): string {
  return isKnown(value) ? text(value) : NOT_KNOWN;
}

/** @returns a sentence for each reason why that is not known of some transports, or of all. */
export function whyNotKnown<Value>(
  what: string,
  all: readonly { readonly transport: string; readonly value: Value | NotKnown }[],
): string[] {
  const byReason = new Map<string, string[]>();
  for (const { transport, value } of all) {
    if (!isKnown(value)) byReason.set(value.notKnown, [...(byReason.get(value.notKnown) ?? []), nameOf(transport)]);
  }
  return [...byReason].map(([reason, names]) => {
    const whose = names.length === all.length ? '' : ` of ${sentenceList(names)}`;
    return `${what}${whose} is not known: ${reason}.`;
  });
}

/** @returns what the plan takes for granted, in sentences; what the run does not tell comes first. */
export function assumptions(upkeep: Upkeep, plans: readonly TransportPlan[], { room, node }: Plan): string[] {
  const unknown = [
    ...whyNotKnown(
      'Server CPU',
      plans.map(({ transport, room: { cpuShare } }) => ({ transport, value: cpuShare })),
    ),
    ...whyNotKnown(
      'The number of nodes',
      plans
        .filter(({ room: { cpuShare } }) => isKnown(cpuShare))
        .map(({ transport, all: { nodes } }) => ({ transport, value: nodes })),
    ),
    ...whyNotKnown(
      'Memory, which then limits no node,',
      plans.map(({ transport, room: { memoryBytes } }) => ({ transport, value: memoryBytes })),
    ),
    ...whyNotKnown(
      'Traffic',
      plans.map(({ transport, room: load }) => ({ transport, value: load.bytesPerSecond })),
    ),
  ];
  const heads =
    room.headBytes === null ? 'as short as those of the bench’s client' : `${count(room.headBytes)} bytes together`;
  return [
    ...unknown,
    `CPU is that of a busy server, by the run’s scenario costs: on its machine, over loopback, without TLS, store memory, with texts of ${count(upkeep.textBytes)} bytes; ranges are its 95 % intervals, widened by what the same work took more or less in other hours.`,
    'All users are on one transport. Messages come at random times, and each is one POST more, whose CPU is counted, and whose request and bytes are not.',
    `Short polling asks every ${duration(room.pollIntervalMs)}; long polls are held for ${duration(room.holdMs)}; streams have a heartbeat every ${duration(room.heartbeatMs)}; the network’s round trip is ${duration(room.roundTripMs)}.`,
    `Traffic is TCP payload in both directions, without TLS; texts of ${count(room.textBytes)} bytes; heads of a poll and of its empty answer ${heads}.`,
    `A node is one process and uses one core: at most ${percent(node.coreShare)} of it, ${count(node.connections)} connections, and ${bytes(node.memoryBytes)} for them; and of the deliveries a second that the run’s scenario saturation found to come in time, the same share as of the core. No spare node, no load balancer and no database is counted.`,
    'Many rooms on a node cost what as many messages in one room do; where a room needs several nodes, each of them takes in all of its messages. The lab measures one room on one node.',
    `A client that polls keeps its connection for ${duration(KEPT_ALIVE_MS)}. Memory is the process’s, beyond that of a server without connections; the kernel’s, about 4 kB a socket, comes on top.`,
  ];
}
