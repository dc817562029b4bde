// Plays the capacity: ever more connections of one transport on one server, all of which must be served, until
// something gives way. What gave way is named, for it is often not the server.
import type { Transport } from '../../client/transports/transport.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { inScope, type Scope } from '../load/scope.ts';
import { type LabUnderTest, startLab } from '../load/server-under-test.ts';
import { type Crowd, mergeReports } from '../load/worker/fleet.ts';
import { count, duration } from '../run/format.ts';
import { type Lane, SATURATED_CPU_SHARE } from '../run/run-file.ts';
import type { CapacityWorkload } from '../scenarios/scenario.ts';
import { tidy } from '../stats/over-rounds.ts';
import { stratifiedPhases } from '../stats/random.ts';
import type { RunContext, Runner } from './context.ts';
import { haveAll, type MeasuredRoom, openRoom } from './measure.ts';

/** Beyond this share of its time the loader's event loop is the limit. */
const LOADER_LIMIT = 0.9;
/** About how long a step of a thousand takes, beside its holding. */
const MS_PER_THOUSAND = 1500;
const OVERHEAD_MS = 2000;

/** What is open and served, and how busy that keeps everybody. */
interface Level {
  readonly connections: number;
  readonly serverCpuShare: number;
  readonly rssBytes: number;
  readonly loaderUtilisation: number;
}

function search(transport: Transport, workload: CapacityWorkload, context: RunContext): Promise<Lane> {
  return inScope(context.signal, async (scope) => {
    const { maxClients, stepClients } = workload;
    const lab = await startLab();
    // Not watched: that it falls over is a finding here.
    scope.atEnd(() => lab.stop());
    const room = await openRoom(scope, { ...workload, fleet: context.fleet, origin: lab.origin });
    const crowds: Crowd[] = [];
    let level: Level = { connections: 0, serverCpuShare: 0, rssBytes: 0, loaderUtilisation: 0 };
    let stoppedBy: string | null = null;
    while (stoppedBy === null && level.connections < maxClients) {
      const more = Math.min(stepClients, maxClients - level.connections);
      context.progress(`${transport.name}, ${count(level.connections + more)} connections`);
      const step = await climb({ transport, workload, context, scope, lab, crowds, room, more });
      if (typeof step === 'string') stoppedBy = step;
      else {
        level = { ...step, connections: level.connections + more };
        stoppedBy = usedUp(level);
      }
    }
    const { lastSeq } = room.publisher;
    const reports = await Promise.allSettled(crowds.map((crowd) => crowd.report(lastSeq)));
    const merged = mergeReports(reports.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
    return capacityLane(transport.name, level, stoppedBy, maxClients, merged.ledger);
  });
}

interface Climb {
  readonly transport: Transport;
  readonly workload: CapacityWorkload;
  readonly context: RunContext;
  readonly scope: Scope;
  readonly lab: LabUnderTest;
  /** Those of the steps before; this one's are added. */
  readonly crowds: Crowd[];
  readonly room: MeasuredRoom;
  readonly more: number;
}

/** @returns the level reached, or what stopped it. */
async function climb(step: Climb): Promise<Omit<Level, 'connections'> | string> {
  const { transport, workload, context, scope, lab, crowds, room, more } = step;
  const { pollIntervalMs, deliveryTimeoutMs, holdMs } = workload;
  const { publisher } = room;
  try {
    const phasesMs = stratifiedPhases(more, pollIntervalMs, seededRandom(crowds.length));
    const clientIdPrefix = `${transport.name}-${crowds.length}`;
    const opening = room.openCrowd({ transport: transport.name, origin: lab.origin, clientIdPrefix, phasesMs });
    crowds.push(await Promise.race([opening, lab.ended]));
  } catch (error) {
    context.signal.throwIfAborted();
    return reasonOf(errorText(error));
  }
  publisher.publish({ index: crowds.length, intendedAt: clock.now() });
  await publisher.settled();
  const everybody = () => haveAll(crowds, publisher.lastSeq);
  if (!(await eventually(everybody, pollIntervalMs + deliveryTimeoutMs, scope.signal))) {
    return `a message did not reach everybody within ${duration(deliveryTimeoutMs)}`;
  }
  const unwatch = await context.fleet.watch();
  const from = clock.now();
  const cpuFrom = await lab.cpuUs();
  await Promise.race([clock.sleepUntil(from + holdMs, scope.signal), lab.ended]);
  const cpuUs = (await lab.cpuUs()) - cpuFrom;
  const serverCpuShare = cpuUs / 1000 / (clock.now() - from);
  const { utilisation } = await unwatch();
  return { serverCpuShare, loaderUtilisation: utilisation, rssBytes: await lab.rssBytes() };
}

function usedUp({ loaderUtilisation, serverCpuShare }: Level): string | null {
  if (serverCpuShare > SATURATED_CPU_SHARE) return "the server's CPU was used up";
  if (loaderUtilisation > LOADER_LIMIT) return 'the bench itself was busy all the time; use more --workers';
  return null;
}

/** @returns what an error at opening means, for people. */
export function reasonOf(message: string): string {
  if (message.includes('EMFILE')) return 'the limit of open files of one process (ulimit -n)';
  if (message.includes('EADDRNOTAVAIL')) return "the machine's ports for outgoing connections";
  if (message.includes('ECONNREFUSED')) return 'the server accepted no more connections';
  return message;
}

export function capacityLane(
  transport: string,
  level: Level,
  stoppedBy: string | null,
  maxClients: number,
  ledger: Pick<Lane, 'expected' | 'delivered' | 'missing' | 'duplicated' | 'outOfOrder'>,
): Lane {
  // Where delivery gave way, what is missing is the finding and not a loss.
  const kept = stoppedBy?.startsWith('a message did not reach') === true ? {} : ledger;
  return {
    transport,
    rounds: 1,
    ...kept,
    connections: level.connections,
    stoppedBy: stoppedBy ?? `--max-clients ${maxClients}`,
    serverCpuShare: { value: tidy(level.serverCpuShare) },
    rssBytes: level.rssBytes,
    ...(level.loaderUtilisation > LOADER_LIMIT ? { spoiled: true } : {}),
    warnings: [],
  };
}

export const capacityRunner: Runner<CapacityWorkload> = {
  estimateMs: ({ maxClients, stepClients, holdMs, pollIntervalMs }, { transports }) =>
    transports.length *
    (OVERHEAD_MS +
      (maxClients / 1000) * MS_PER_THOUSAND +
      Math.ceil(maxClients / stepClients) * (holdMs + pollIntervalMs / 2)),
  async run(workload, context) {
    const lanes: Lane[] = [];
    for (const transport of context.transports) lanes.push(await search(transport, workload, context));
    return { lanes };
  },
};
