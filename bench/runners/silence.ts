// Plays a silence: clients of all transports at once, each on a server of its own, and not one message. Then the memory
// that open connections take.
import type { Transport } from '../../client/transports/transport.ts';
import type { Stats } from '../../server/protocol/messages.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { startLab } from '../load/lab-server.ts';
import { type Edge, type MeasuredServer, measuredLab, type Reading, transportSubject } from '../load/subject.ts';
import { type Crowd, mergeReports } from '../load/worker/fleet.ts';
import type { Lane, ScenarioResult } from '../run/run-file.ts';
import type { SilenceWorkload } from '../scenarios/scenario.ts';
import { deviationWarning } from '../stats/deviation.ts';
import { predictSilence } from '../stats/models.ts';
import { tidy } from '../stats/over-rounds.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { pollRequestBytes } from '../stats/wire-bytes.ts';
import {
  type Costs,
  costsBetween,
  failureWarnings,
  type RunContext,
  type Runner,
  workloadSettings,
} from './context.ts';
import { estimateMemoryMs, measureMemory } from './memory.ts';
import { asksByTheClock } from './window.ts';

const MS_PER_HOUR = 3_600_000;
/** The polls' phases lie within this share of the settling time, so that none is at the edge of the window. */
const PHASE_SHARE = 0.8;
const REQUEST_TOLERANCE = { share: 0.02, atLeast: 0.5 };
/** What the scenario takes beside settling and window. */
const OVERHEAD_MS = 3000;

interface Silent {
  readonly transport: Transport;
  readonly server: MeasuredServer;
  readonly crowd: Crowd;
}

async function run(name: string, workload: SilenceWorkload, context: RunContext): Promise<ScenarioResult> {
  const lanes = await playSilence(workload, context);
  const memory = context.target === null ? await measureMemory(workload, context) : new Map<string, Partial<Lane>>();
  return {
    name,
    settings: workloadSettings(workload),
    lanes: lanes.map((lane) => ({ ...lane, ...memory.get(lane.transport ?? '') })),
  };
}

async function playSilence(workload: SilenceWorkload, context: RunContext): Promise<Lane[]> {
  const { signal, target } = context;
  const silent: Silent[] = [];
  const servers: MeasuredServer[] = [];
  try {
    for (const transport of context.transports) {
      context.progress(`opening ${workload.clients} clients of ${transport.name}`);
      const server =
        target === null
          ? measuredLab(await startSilentLab(workload))
          : await transportSubject(transport, target).start();
      servers.push(server);
      silent.push({ transport, server, crowd: await openSilentCrowd(transport, workload, server, context) });
    }
    // What a server without clients does by itself is nobody's cost.
    const empty = target === null ? measuredLab(await startSilentLab(workload)) : null;
    if (empty !== null) servers.push(empty);
    const read = (edge: Edge) => Promise.all(servers.map((server) => server.read(edge)));
    const wait = (ms: number) =>
      Promise.race([
        clock.sleepUntil(clock.now() + ms, signal),
        context.fleet.ended,
        ...servers.map((one) => one.ended),
      ]);
    context.progress('settling');
    await wait(workload.settleMs);
    const before = await read('begin');
    context.progress(`${workload.durationMs / 1000} s of silence`);
    await wait(workload.durationMs);
    const after = await read('end');
    const idleCpuUs = empty === null ? null : cpuBetween(before.at(-1), after.at(-1));
    return await Promise.all(
      silent.map(async ({ transport, crowd, server }, index) => {
        const [from, to] = [before[index] as Reading, after[index] as Reading];
        const { failures } = mergeReports(await crowd.report(0));
        const costs =
          from.stats === null || to.stats === null ? null : costsBetween(from.stats, to.stats, transport.name);
        const cpuUs = idleCpuUs === null ? null : cpuBetween(from, to) - idleCpuUs;
        const requestBytes =
          from.stats === null ? null : meanRequestBytes(transport.name, workload, crowd, server, from.stats);
        return silentLane(
          transport.name,
          workload,
          { costs, cpuUs, elapsedMs: to.at - from.at, requestBytes },
          failures,
        );
      }),
    );
  } finally {
    await Promise.all(silent.map(({ crowd }) => crowd.close()));
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function meanRequestBytes(
  transport: string,
  { waitSeconds }: SilenceWorkload,
  crowd: Crowd,
  server: MeasuredServer,
  { room }: Stats,
): number {
  const { host } = new URL(server.origin);
  const wait = asksByTheClock(transport) ? {} : { waitSeconds };
  const bytes = crowd.clientIds.map((clientId) => pollRequestBytes({ transport, host, clientId, ...wait }, room.epoch));
  return bytes.reduce((sum, one) => sum + one, 0) / Math.max(1, bytes.length);
}

function startSilentLab({ heartbeatMs }: SilenceWorkload) {
  return startLab(['--heartbeat-ms', `${heartbeatMs}`]);
}

function cpuBetween(before: Reading | undefined, after: Reading | undefined): number {
  return (after?.cpuUs ?? 0) - (before?.cpuUs ?? 0);
}

function openSilentCrowd(
  transport: Transport,
  workload: SilenceWorkload,
  server: MeasuredServer,
  { fleet }: RunContext,
): Promise<Crowd> {
  const { clients, pollIntervalMs, waitSeconds, settleMs } = workload;
  return fleet.openCrowd({
    transport: transport.name,
    origin: server.origin,
    clientIdPrefix: transport.name,
    phasesMs: stratifiedPhases(clients, settleMs * PHASE_SHARE, seededRandom(workload.seed)),
    phasesFrom: clock.now(),
    pollIntervalMs,
    waitSeconds,
    tag: 'silence',
  });
}

/** What a silence took. */
export interface Spent {
  /** Null where nobody counted. */
  readonly costs: Costs | null;
  /** Beyond that of a server without clients; null where it is not known. */
  readonly cpuUs: number | null;
  readonly elapsedMs: number;
  /** Of one poll, without the digits of its cursor's seq; null where it is not known. */
  readonly requestBytes: number | null;
}

export function silentLane(
  transport: string,
  workload: SilenceWorkload,
  { costs, cpuUs, elapsedMs, requestBytes }: Spent,
  failures: readonly string[],
): Lane {
  const { clients } = workload;
  const perClientHour = (amount: number) => tidy((amount / (clients * elapsedMs)) * MS_PER_HOUR);
  const lane: Lane = {
    transport,
    rounds: 1,
    clients,
    // Less than nothing is nothing, within what can be measured.
    ...(cpuUs === null ? {} : { serverCpuMsPerClientHour: { value: perClientHour(Math.max(0, cpuUs) / 1000) } }),
    warnings: failureWarnings(failures),
  };
  if (costs === null) return lane;
  const requestsPerClientHour = perClientHour(costs.requests);
  const measured: Lane = {
    ...lane,
    requests: costs.requests,
    requestsPerClientHour: { value: requestsPerClientHour },
    bytesIn: costs.bytesIn,
    bytesOut: costs.bytesOut,
    bytesPerClientHour: { value: perClientHour(costs.bytesIn + costs.bytesOut) },
  };
  const predicted = predictSilence(transport, {
    clients,
    elapsedMs,
    pollIntervalMs: workload.pollIntervalMs,
    holdMs: workload.waitSeconds * 1000,
    roundTripMs: 0,
    heartbeatMs: workload.heartbeatMs,
    requestBytes,
  });
  if (predicted === null) return measured;
  const deviation = deviationWarning(
    'The number of requests',
    requestsPerClientHour,
    predicted.requestsPerClientHour ?? 0,
    REQUEST_TOLERANCE,
  );
  return { ...measured, predicted, warnings: [...lane.warnings, ...(deviation === null ? [] : [deviation])] };
}

export const silenceRunner: Runner<SilenceWorkload> = {
  estimateMs: (workload, context) =>
    workload.settleMs + workload.durationMs + OVERHEAD_MS + estimateMemoryMs(workload, context),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
