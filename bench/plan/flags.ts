// The flags of `npm run plan`.
import {
  decimal,
  FlagError,
  HELP_LINE,
  integer,
  optional,
  readSettings,
  settingsHelp,
  text,
  toggle,
} from '../../server/command/settings.ts';
import type { Plan } from '../report/decision/plan.ts';
import { MOST_USERS, PLAN_BOUNDS, planOf, USUAL_PLAN } from '../report/decision/plan-values.ts';
import { USUAL_CLIENTS } from '../report/decision/traffic.ts';

export interface PlanOptions {
  readonly plan: Plan;
  /** As it was named; null: the newest that will do. */
  readonly run: string | null;
  readonly json: boolean;
}

const CLIENTS = 1000;
const RATE = 1;

const GROUPS = {
  'A room, and its clients': {
    clients: optional(integer(CLIENTS, 1, MOST_USERS, 'clients of one room on one server'), String(CLIENTS)),
    rate: decimal(RATE, 0, 1_000_000, 'messages a second in a room; each client gets each of them'),
    textBytes: integer(USUAL_PLAN.textBytes, ...PLAN_BOUNDS.textBytes, 'bytes of a message’s text'),
    interval: integer(USUAL_CLIENTS.pollIntervalMs, 10, 3_600_000, 'ms from one short poll to the next'),
    hold: integer(USUAL_PLAN.holdSeconds, ...PLAN_BOUNDS.holdSeconds, 'seconds that a long poll is held'),
    heartbeat: integer(
      USUAL_PLAN.heartbeatSeconds,
      ...PLAN_BOUNDS.heartbeatSeconds,
      'seconds between two heartbeats of a stream',
    ),
    headBytes: optional(
      integer(
        0,
        ...PLAN_BOUNDS.headBytes,
        'bytes of the heads of a poll and of its empty answer; a browser with cookies: 800',
      ),
      'those of the bench’s client, about 280',
    ),
    roundTrip: decimal(0, 0, 10_000, 'ms of the network’s round trip'),
  },
  'All users': {
    users: optional(integer(0, ...PLAN_BOUNDS.users, 'all users, in rooms of one size'), 'one room of them'),
    roomSize: optional(integer(0, 1, MOST_USERS, 'clients in each of their rooms'), 'what --clients says'),
  },
  'What a node may be asked for': {
    nodeCpu: integer(
      USUAL_PLAN.nodeCpuPercent,
      ...PLAN_BOUNDS.nodeCpuPercent,
      'percent of a core; the rest is for peaks',
    ),
    nodeConnections: integer(USUAL_PLAN.nodeConnections, ...PLAN_BOUNDS.nodeConnections, 'connections'),
    nodeMemory: integer(USUAL_PLAN.nodeMemoryMb, ...PLAN_BOUNDS.nodeMemoryMb, 'MB for connections'),
  },
  'Where it comes from, and how it comes out': {
    run: optional(
      text('', 'RUN', 'the run: a folder, a run.json, or an id in results/'),
      'the newest in results/ that has the scenario costs',
    ),
    json: toggle(false, 'for programs: {transports: {<name>: …}, assumptions}'),
  },
};

const SETTINGS = {
  ...GROUPS['A room, and its clients'],
  ...GROUPS['All users'],
  ...GROUPS['What a node may be asked for'],
  ...GROUPS['Where it comes from, and how it comes out'],
};

export function planHelp(): string {
  const groups = Object.entries(GROUPS).map(([title, group]) => `${title}\n${settingsHelp(group, false)}\n`);
  return `Says what a room, or all users, take of servers over each transport: CPU, requests, traffic, memory and nodes, by
what a run of the bench measured. Figures beyond what it measured are marked.

  npm run plan -- [flags]

${groups.join('\n')}${HELP_LINE}
Exit codes: 0 all is known; 1 the run did not measure the CPU of a transport: the rest is printed; 2 a flag was wrong,
or there is no run to plan by.
`;
}

/** @returns what to plan, or `'help'`. @throws FlagError */
export function readPlanFlags(args: readonly string[]): PlanOptions | 'help' {
  const given = readSettings(SETTINGS, args);
  if (given === 'help') return given;
  const { values } = given;
  const clients = values.clients ?? values.roomSize ?? CLIENTS;
  const roomSize = values.roomSize ?? clients;
  const users = values.users ?? roomSize;
  if (users < roomSize) {
    throw new FlagError(`--users must be at least one room of them, ${roomSize} (--room-size), not "${users}"`);
  }
  return {
    plan: planOf(
      {
        users,
        textBytes: values.textBytes,
        holdSeconds: values.hold,
        heartbeatSeconds: values.heartbeat,
        headBytes: values.headBytes,
        nodeCpuPercent: values.nodeCpu,
        nodeConnections: values.nodeConnections,
        nodeMemoryMb: values.nodeMemory,
      },
      {
        clients,
        messagesPerSecond: values.rate,
        pollIntervalMs: values.interval,
        roundTripMs: values.roundTrip,
      },
      roomSize,
    ),
    run: values.run,
    json: values.json,
  };
}
