// Plays a silence: clients of all transports at once, each on a server of its own, and not one message. Then the memory
// that open connections take.

import type { Transport } from '../../client/transports/transport.ts';
import type { Stats } from '../../server/protocol/messages.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { inScope } from '../load/scope.ts';
import { attachLab, type Edge, type Reading, type ServerUnderTest, startLab } from '../load/server-under-test.ts';
import { type Crowd, type Fleet, mergeReports } from '../load/worker/fleet.ts';
import type { Lane } from '../run/run-file.ts';
import type { SilenceWorkload } from '../scenarios/scenario.ts';
import { deviationWarning } from '../stats/deviation.ts';
import { predictSilence } from '../stats/models.ts';
import { tidy } from '../stats/over-rounds.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { pollRequestBytes } from '../stats/wire-bytes.ts';
import { compareTransports } from './comparisons.ts';
import { type Costs, costsBetween, failureWarnings, type RunContext, type Runner, sumOf } from './context.ts';
import { withMore } from './measured-lane.ts';
import { estimateMemoryMs, measureMemory } from './memory.ts';

const MS_PER_HOUR = 3_600_000;
/** The polls' phases lie within this share of the settling time, so that none is at the edge of the window. */
const PHASE_SHARE = 0.8;
const REQUEST_TOLERANCE = { share: 0.02, atLeast: 0.5 };
/** What the scenario takes beside settling and window. */
const OVERHEAD_MS = 3000;

interface Silent {
  readonly transport: Transport;
  readonly server: ServerUnderTest;
  readonly crowd: Crowd;
}

function playSilence(workload: SilenceWorkload, context: RunContext): Promise<Lane[]> {
  const { fleet, target } = context;
  const start = () => (target === null ? startLab(['--heartbeat-ms', `${workload.heartbeatMs}`]) : attachLab(target));
  return inScope(context.signal, async (scope) => {
    scope.failWith(fleet.ended);
    const silent: Silent[] = [];
    for (const transport of context.transports) {
      context.progress(`opening ${workload.clients} clients of ${transport.name}`);
      const server = await scope.open(start());
      const crowd = await scope.open(openSilentCrowd(transport, workload, server.origin, fleet));
      silent.push({ transport, server, crowd });
    }
    const servers: ServerUnderTest[] = silent.map(({ server }) => server);
    // What a server without clients does by itself is nobody's cost.
    const empty = target === null ? await scope.open(start()) : null;
    if (empty !== null) servers.push(empty);
    const read = (edge: Edge) => Promise.all(servers.map((server) => server.read(edge)));
    context.progress('settling');
    await clock.sleepUntil(clock.now() + workload.settleMs, scope.signal);
    const before = await read('begin');
    context.progress(`${workload.durationMs / 1000} s of silence`);
    await clock.sleepUntil(clock.now() + workload.durationMs, scope.signal);
    const after = await read('end');
    const idleCpuUs = empty === null ? null : cpuBetween(before.at(-1), after.at(-1));
    return Promise.all(
      silent.map(async ({ transport, crowd }, index) => {
        const [from, to] = [before[index] as Reading, after[index] as Reading];
        const { failures } = mergeReports(await crowd.report(0));
        const spent = {
          costs: from.stats === null || to.stats === null ? null : costsBetween(from.stats, to.stats, transport.name),
          cpuUs: idleCpuUs === null ? null : cpuBetween(from, to) - idleCpuUs,
          elapsedMs: to.at - from.at,
          requestBytes: from.stats === null ? null : meanRequestBytes(workload, transport.pace, crowd, from.stats),
        };
        return silentLane(transport.name, workload, spent, failures);
      }),
    );
  });
}

function meanRequestBytes({ waitSeconds }: SilenceWorkload, pace: Pace, crowd: Crowd, { room }: Stats): number {
  const { transport, origin, clientIds } = crowd;
  const { host } = new URL(origin);
  const wait = pace === 'clock' ? {} : { waitSeconds };
  const bytesOf = (clientId: string) => pollRequestBytes({ transport, host, clientId, ...wait }, room.epoch);
  return sumOf(clientIds, bytesOf) / Math.max(1, clientIds.length);
}

function cpuBetween(before: Reading | undefined, after: Reading | undefined): number {
  return (after?.cpuUs ?? 0) - (before?.cpuUs ?? 0);
}

function openSilentCrowd(
  transport: Transport,
  { clients, pollIntervalMs, waitSeconds, settleMs, seed }: SilenceWorkload,
  origin: string,
  fleet: Fleet,
): Promise<Crowd> {
  return fleet.openCrowd({
    transport: transport.name,
    origin,
    clientIdPrefix: transport.name,
    phasesMs: stratifiedPhases(clients, settleMs * PHASE_SHARE, seededRandom(seed)),
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
    workload.settleMs + workload.durationMs + OVERHEAD_MS + estimateMemoryMs(workload, context.transports.length),
  async run(workload, context) {
    const lanes = await playSilence(workload, context);
    if (context.target !== null) return { lanes };
    const memory = await measureMemory(workload, context);
    const besides = lanes.map((lane) => withMore(lane, memory.get(lane.transport ?? '')));
    return { lanes: besides, ...compareTransports(besides, 'memoryBytesPerConnection') };
  },
};
