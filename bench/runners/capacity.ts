// Plays the capacity: ever more connections of one transport on one server, all of which must be served, until
// something gives way. What gave way is named, for it is often not the server.
import type { Transport } from '../../client/transports/transport.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { type LabProcess, startLab } from '../load/lab-server.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { type Crowd, mergeReports } from '../load/worker/fleet.ts';
import { count, duration } from '../report/format.ts';
import { type Lane, SATURATED_CPU_SHARE, type ScenarioResult } from '../run/run-file.ts';
import type { CapacityWorkload } from '../scenarios/scenario.ts';
import { tidy } from '../stats/over-rounds.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';

/** Beyond this share of its time the loader's event loop is the limit. */
const LOADER_LIMIT = 0.9;
const POLL_MS = 20;
/** About how long a step of a thousand takes, beside its holding. */
const MS_PER_THOUSAND = 1500;
const OVERHEAD_MS = 2000;

async function run(name: string, workload: CapacityWorkload, context: RunContext): Promise<ScenarioResult> {
  const lanes: Lane[] = [];
  for (const transport of context.transports) lanes.push(await search(transport, workload, context));
  return { name, settings: workloadSettings(workload), lanes };
}

/** What is open and served, and how busy that keeps everybody. */
interface Level {
  readonly connections: number;
  readonly serverCpuShare: number;
  readonly rssBytes: number;
  readonly loaderUtilisation: number;
}

async function search(transport: Transport, workload: CapacityWorkload, context: RunContext): Promise<Lane> {
  const { maxClients, stepClients, textBytes } = workload;
  const lab = await startLab();
  const crowds: Crowd[] = [];
  const tag = freshTag();
  let publisher: Publisher | undefined;
  let level: Level = { connections: 0, serverCpuShare: 0, rssBytes: 0, loaderUtilisation: 0 };
  let stoppedBy: string | null = null;
  try {
    publisher = await createPublisher(lab.origin, { textBytes, tag });
    while (stoppedBy === null) {
      context.signal.throwIfAborted();
      const more = Math.min(stepClients, maxClients - level.connections);
      if (more === 0) break;
      context.progress(`${transport.name}, ${count(level.connections + more)} connections`);
      const step = await climb({ transport, workload, context, lab, crowds, publisher, tag, more });
      if (typeof step === 'string') stoppedBy = step;
      else {
        level = { ...step, connections: level.connections + more };
        stoppedBy = usedUp(level);
      }
    }
    const { lastSeq } = publisher;
    const reports = await Promise.allSettled(crowds.map((crowd) => crowd.report(lastSeq)));
    const merged = mergeReports(reports.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
    return capacityLane(transport.name, level, stoppedBy, maxClients, merged.ledger);
  } finally {
    publisher?.close();
    await Promise.all(crowds.map((crowd) => crowd.close()));
    await lab.stop();
  }
}

interface Climb {
  readonly transport: Transport;
  readonly workload: CapacityWorkload;
  readonly context: RunContext;
  readonly lab: LabProcess;
  readonly crowds: Crowd[];
  readonly publisher: Publisher;
  readonly tag: string;
  readonly more: number;
}

/** @returns the level reached, or what stopped it. */
async function climb(step: Climb): Promise<Omit<Level, 'connections'> | string> {
  const { transport, workload, context, lab, crowds, publisher, tag, more } = step;
  const { pollIntervalMs, waitSeconds, deliveryTimeoutMs, holdMs } = workload;
  try {
    const opening = context.fleet.openCrowd({
      transport: transport.name,
      origin: lab.origin,
      clientIdPrefix: `${transport.name}-${crowds.length}`,
      phasesMs: stratifiedPhases(more, pollIntervalMs, seededRandom(crowds.length)),
      phasesFrom: clock.now(),
      pollIntervalMs,
      waitSeconds,
      tag,
    });
    crowds.push(await Promise.race([opening, lab.ended, context.fleet.ended]));
  } catch (error) {
    context.signal.throwIfAborted();
    return reasonOf(errorText(error));
  }
  publisher.publish({ index: crowds.length, intendedAt: clock.now() });
  await publisher.settled();
  const deadline = clock.now() + pollIntervalMs + deliveryTimeoutMs;
  const everybody = async () =>
    (await Promise.all(crowds.map((crowd) => crowd.hasAll(publisher.lastSeq)))).every(Boolean);
  while (!(await everybody())) {
    if (clock.now() >= deadline) return `a message did not reach everybody within ${duration(deliveryTimeoutMs)}`;
    await clock.sleepUntil(clock.now() + POLL_MS, context.signal);
  }
  const unwatch = await context.fleet.watch();
  const from = clock.now();
  const cpuFrom = await lab.cpuUs();
  await Promise.race([clock.sleepUntil(from + holdMs, context.signal), lab.ended, context.fleet.ended]);
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
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
