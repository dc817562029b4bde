// A plan for people, on a terminal of any width, and for programs.

import type { Upkeep } from '../report/decision/load.ts';
import type { Plan, TransportPlan } from '../report/decision/plan.ts';
import { assumptions, fleetTable, MARK, MARK_NOTE, roomTable } from '../report/decision/plan-words.ts';
import { sourceLine } from '../report/source-line.ts';
import { fitted, type Table, terminalTable, wrap } from '../report/table.ts';
import type { Run } from '../run/run-file.ts';
import { isKnown } from '../stats/cost-curves.ts';
import { tidy } from '../stats/over-rounds.ts';

/** Nobody reads longer lines. */
const WIDEST = 120;
const BULLET = '- ';

/** @param width of the terminal, in columns. */
export function planText(run: Run, upkeep: Upkeep, plans: readonly TransportPlan[], plan: Plan, width: number): string {
  const columns = Math.min(width, WIDEST);
  const table = (one: Table) => fitted(one, columns).flatMap((part) => [...terminalTable(part), '']);
  const tables = [...table(roomTable(plans, plan)), ...(isOneNode(plans, plan) ? [] : table(fleetTable(plans, plan)))];
  return [
    ...wrap(`By the run ${run.id}: ${sourceLine(run)}`, columns),
    '',
    ...tables,
    ...(tables.some((line) => line.includes(MARK)) ? [...wrap(MARK_NOTE, columns), ''] : []),
    'What this takes for granted:',
    ...assumptions(upkeep, plans, plan).flatMap((text) =>
      wrap(text, columns - BULLET.length).map((line, index) => (index === 0 ? BULLET : '  ') + line),
    ),
    '',
  ].join('\n');
}

/** Whether all users are the one room, and one node carries it over each transport. */
function isOneNode(plans: readonly TransportPlan[], { users, room }: Plan): boolean {
  return users === room.clients && plans.every(({ all: { nodes } }) => !isKnown(nodes) || nodes.value === 1);
}

/** @returns what `--json` prints. What is not known is null, but for CPU, which has the reason. */
export function planJson(run: Run, upkeep: Upkeep, plans: readonly TransportPlan[], plan: Plan): string {
  const { room, users, roomSize, node } = plan;
  const transports = plans.map(({ transport, room: { cpuShare, memoryBytes, ...load }, all }) => [
    transport,
    {
      cpuShare,
      requestsPerSecond: load.requestsPerSecond,
      bytesPerSecond: orNull(load.bytesPerSecond),
      memoryBytes: isKnown(memoryBytes) ? memoryBytes.value : null,
      extrapolated: isKnown(cpuShare) && cpuShare.extrapolated,
      nodes: isKnown(all.nodes) ? all.nodes.value : null,
      all: {
        ...all,
        bytesPerSecond: orNull(all.bytesPerSecond),
        memoryBytes: orNull(all.memoryBytes),
        cores: orNull(all.cores),
        nodes: orNull(all.nodes),
        usersPerNode: orNull(all.usersPerNode),
      },
    },
  ]);
  const { id, startedAt, environment } = run;
  const result = {
    transports: Object.fromEntries(transports),
    assumptions: {
      run: { id, startedAt, cpu: environment.cpu, node: environment.node, commit: environment.commit },
      room,
      users,
      roomSize,
      node,
      notes: assumptions(upkeep, plans, plan),
    },
  };
  return `${JSON.stringify(result, rounded, 2)}\n`;
}

/** More digits than any of the figures is good for. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? tidy(value) : value;
}

function orNull<Value>(value: Parameters<typeof isKnown<Value>>[0]): Value | null {
  return isKnown(value) ? value : null;
}
