// Plays several cases at once, each on a server of its own with clients of all transports: what is compared runs at the
// same time, on the same schedule. The load is light; so servers and clients do not hold each other up.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { farther, type ImpairedNetwork, startImpairment } from '../load/impaired.ts';
import { type LabProcess, startLab } from '../load/lab-server.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { schedule as sendTimes } from '../load/pacer.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { measuredLab } from '../load/subject.ts';
import { type Crowd, loaderOf } from '../load/worker/fleet.ts';
import type { LoaderFigures, ScenarioResult } from '../run/run-file.ts';
import type { ParallelCase, ParallelWorkload } from '../scenarios/scenario.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';
import { type ParallelRound, parallelResult } from './parallel-lanes.ts';
import { asksByTheClock, playWindow, type WindowSchedule } from './window.ts';

const LEAD_MS = 100;
const GRACE_MS = 5000;
const GUARD_MS = 300;
/** Beside the round trip, which answers and the requests after them take. */
const QUIET_MS = 100;
/** What a round takes beside its schedule: starting, opening, the last deliveries, stopping. */
const ROUND_OVERHEAD_MS = 3500;

function transportsOf({ transports }: Pick<RunContext, 'transports'>, workload: ParallelWorkload) {
  return transports.filter(({ name }) => workload.transports === null || workload.transports.includes(name));
}

async function run(name: string, workload: ParallelWorkload, context: RunContext): Promise<ScenarioResult> {
  const rounds: ParallelRound[] = [];
  for (let round = 0; round < workload.rounds; round += 1) {
    context.progress(`round ${round + 1} of ${workload.rounds}, all at once`);
    const own = watchLoader();
    const unwatch = await context.fleet.watch();
    // One failing case takes the others with it, so that nothing is left running.
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const playing = workload.cases.map((one, index) =>
      playCase({ workload, one, index, round, context, signal, lag: own.lag }).catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    );
    const played = await Promise.allSettled(playing);
    const failed = played.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw stop.signal.reason ?? failed.reason;
    const loader = loaderOf(own.stop(), await unwatch());
    for (const one of played) {
      if (one.status === 'fulfilled') rounds.push(...one.value.map((result) => ({ ...result, loader })));
    }
  }
  const transports = transportsOf(context, workload);
  return { name, settings: workloadSettings(workload), ...parallelResult(transports, workload, rounds) };
}

interface CasePlay {
  readonly workload: ParallelWorkload;
  readonly one: ParallelCase;
  readonly index: number;
  readonly round: number;
  readonly context: RunContext;
  readonly signal: AbortSignal;
  lag(ms: number): void;
}

type WithoutLoader = Omit<ParallelRound, 'loader'> & { loader?: LoaderFigures };

/** @returns one round of each transport. */
async function playCase(play: CasePlay): Promise<WithoutLoader[]> {
  const { one, round, index } = play;
  let lab: LabProcess | undefined;
  let network: ImpairedNetwork | undefined;
  let publisher: Publisher | undefined;
  const crowds: Crowd[] = [];
  try {
    lab = await startLab();
    network = await startImpairment(lab.origin, round * 100 + index);
    await network.set(farther(one.addedRoundTripMs));
    const tag = freshTag();
    publisher = await createPublisher(lab.origin, { textBytes: play.workload.textBytes, tag });
    const measuring = measure(play, { lab, network, publisher, crowds, tag });
    return await Promise.race([measuring, network.ended, lab.ended, play.context.fleet.ended]);
  } finally {
    publisher?.close();
    await Promise.all(crowds.map((crowd) => crowd.close()));
    await network?.stop();
    await lab?.stop();
  }
}

interface CaseParts {
  readonly lab: LabProcess;
  readonly network: ImpairedNetwork;
  readonly publisher: Publisher;
  readonly crowds: Crowd[];
  readonly tag: string;
}

async function measure(play: CasePlay, parts: CaseParts): Promise<WithoutLoader[]> {
  const { workload, one, context, signal } = play;
  const { lab, network, publisher, crowds, tag } = parts;
  const { clients, pollIntervalMs, waitSeconds } = workload;
  const roundTripMs = await measureRoundTripMs(lab, network.origin);
  const random = seededRandom(workload.seed * 1000 + play.round);
  const phasesMs = stratifiedPhases(clients, pollIntervalMs, random);
  const phasesFrom = clock.now();
  const transports = transportsOf(context, workload);
  for (const transport of transports) {
    signal.throwIfAborted();
    const common = { origin: network.origin, phasesMs, phasesFrom, pollIntervalMs, waitSeconds, tag };
    const clientIdPrefix = `${transport.name}-${one.addedRoundTripMs}`;
    crowds.push(await context.fleet.openCrowd({ transport: transport.name, clientIdPrefix, ...common }));
  }
  const schedule = caseSchedule(workload, one, random);
  const startAt = clock.now() + LEAD_MS;
  const results = await playWindow({
    server: measuredLab(lab),
    publisher,
    groups: transports.map((transport, index) => ({
      crowds: [crowds[index] as Crowd],
      byTheClock: asksByTheClock(transport.name),
    })),
    schedule,
    firstIndex: 0,
    startAt,
    deliveryTimeoutMs: pollIntervalMs + one.addedRoundTripMs + GRACE_MS,
    quietMs: QUIET_MS + 2 * one.addedRoundTripMs,
    lag: play.lag,
    signal,
  });
  const stored = schedule.offsetsMs.map((_, index) => publisher.stored.get(index) ?? null);
  const shared = {
    ...{ case: one, clients, roundTripMs, schedule, stored, startAt },
    openedMs: phasesFrom - startAt,
    host: new URL(network.origin).host,
  };
  return results.map(({ failures, ...result }, index) => ({
    ...result,
    ...shared,
    transport: transports[index]?.name ?? '',
    clientIds: crowds[index]?.clientIds ?? [],
    phasesMs: phasesMs.map((phase) => phasesFrom + phase - startAt),
    failures: [...publisher.failures, ...failures],
  }));
}

function caseSchedule(workload: ParallelWorkload, one: ParallelCase, random: () => number): WindowSchedule {
  const { arrivals, settleMs, durationMs } = workload;
  const stretch = (fromMs: number, ms: number) =>
    sendTimes(arrivals, one.messagesPerSecond, ms, random).map((offset) => fromMs + offset);
  const fromMs = settleMs + GUARD_MS;
  return { fromMs, toMs: fromMs + durationMs, offsetsMs: [...stretch(0, settleMs), ...stretch(fromMs, durationMs)] };
}

export const parallelRunner: Runner<ParallelWorkload> = {
  estimateMs: ({ rounds, settleMs, durationMs, pollIntervalMs }) =>
    rounds * (settleMs + durationMs + pollIntervalMs + ROUND_OVERHEAD_MS),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
