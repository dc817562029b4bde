// Plays a broadcast: rounds of all transports and controls in turn, there and back (A B C D, D C B A), each with a
// fresh server. Several numbers of clients follow one another on the same server.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { schedule as sendTimes } from '../load/pacer.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { controlSubject, type MeasuredServer, type Subject, transportSubject } from '../load/subject.ts';
import { type Crowd, loaderOf } from '../load/worker/fleet.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { type BroadcastRound, broadcastResult } from './broadcast-lanes.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';
import { asksByTheClock, type GroupResult, playWindow, type WindowSchedule } from './window.ts';

/** From the clients' being open to the first message. */
const LEAD_MS = 50;
/** How long the last messages may take on top of a poll interval, before they count as missing. */
const GRACE_MS = 5000;
/** Without messages before each window, so that none from before is still under way. */
const GUARD_MS = 100;
/** For duplicates, and for what deliveries cause; then counters are read. */
const QUIET_MS = 50;
/** Of a stream, between the steps of a round. */
const STREAM_SETTLE_MS = 200;
/** What a step takes beside its schedule: opening, the last deliveries. */
const STEP_OVERHEAD_MS = 400;
/** What a round takes beside its steps: starting and stopping the server. */
const ROUND_OVERHEAD_MS = 800;

export function subjectsOf(workload: BroadcastWorkload, context: Pick<RunContext, 'transports' | 'target'>): Subject[] {
  const measured = context.transports.map((transport) => transportSubject(transport, context.target));
  // A control stands beside a lab on the same machine; a lab elsewhere has none.
  const controls = context.target === null ? workload.controls : [];
  return [...measured, ...controls.flatMap((name) => controlSubject(name, context.transports) ?? [])];
}

async function run(name: string, workload: BroadcastWorkload, context: RunContext): Promise<ScenarioResult> {
  const subjects = subjectsOf(workload, context);
  const results = new Map<string, BroadcastRound[][]>(subjects.map((subject) => [subject.name, []]));
  for (let round = 0; round < workload.rounds; round += 1) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const subject of order) {
      context.progress(`round ${round + 1} of ${workload.rounds}, ${subject.name}`);
      results.get(subject.name)?.push(await playRound(subject, workload, round, context));
    }
  }
  return { name, settings: workloadSettings(workload), ...broadcastResult(subjects, workload, results) };
}

/** @returns what each step of the round gave. */
export async function playRound(
  subject: Subject,
  workload: BroadcastWorkload,
  round: number,
  context: RunContext,
): Promise<BroadcastRound[]> {
  const server = await subject.start();
  const crowds: Crowd[] = [];
  let publisher: Publisher | undefined;
  try {
    const roundTripMs = server.lab === null ? null : await measureRoundTripMs(server.lab);
    const tag = freshTag();
    publisher = await createPublisher(server.origin, { textBytes: workload.textBytes, tag });
    // The same schedule and phases for every subject of a round.
    const random = seededRandom(workload.seed * 1000 + round);
    const steps: BroadcastRound[] = [];
    const openedAt = clock.now();
    for (const clients of workload.clients) {
      context.signal.throwIfAborted();
      steps.push(
        await playStep({
          subject,
          workload,
          context,
          server,
          publisher,
          tag,
          crowds,
          openedAt,
          clients,
          random,
          roundTripMs,
        }),
      );
    }
    return steps;
  } finally {
    publisher?.close();
    await Promise.all(crowds.map((crowd) => crowd.close()));
    await server.stop();
  }
}

interface Step {
  readonly subject: Subject;
  readonly workload: BroadcastWorkload;
  readonly context: RunContext;
  readonly server: MeasuredServer;
  readonly publisher: Publisher;
  readonly tag: string;
  /** Those of the steps before; this one's are added. */
  readonly crowds: Crowd[];
  /** When the round's first clients were opened, on the clock. */
  readonly openedAt: number;
  readonly clients: number;
  readonly random: () => number;
  readonly roundTripMs: number | null;
}

async function playStep(step: Step): Promise<BroadcastRound> {
  const { subject, workload, context, server, publisher, crowds, clients, random } = step;
  const { pollIntervalMs, waitSeconds } = workload;
  const schedule = stepSchedule(step);
  const phasesMs = stratifiedPhases(clients, pollIntervalMs, random);
  const there = crowds.reduce((sum, crowd) => sum + crowd.clients, 0);
  const phasesFrom = clock.now();
  const opened = context.fleet.openCrowd({
    transport: subject.transport,
    origin: server.origin,
    clientIdPrefix: `${subject.name}-${crowds.length}`,
    phasesMs: phasesMs.slice(there),
    phasesFrom,
    pollIntervalMs,
    waitSeconds,
    tag: step.tag,
  });
  crowds.push(await Promise.race([opened, server.ended, context.fleet.ended]));
  const startAt = clock.now() + LEAD_MS;
  const firstIndex = publisher.stored.size + publisher.failures.length;
  const own = watchLoader();
  const unwatch = await context.fleet.watch();
  const failuresBefore = publisher.failures.length;
  const [result] = await Promise.race([
    playWindow({
      server,
      publisher,
      groups: [{ crowds, byTheClock: asksByTheClock(subject.transport) }],
      schedule,
      firstIndex,
      startAt,
      deliveryTimeoutMs: pollIntervalMs + GRACE_MS,
      quietMs: QUIET_MS,
      lag: own.lag,
      signal: context.signal,
    }),
    context.fleet.ended,
  ]);
  const loader = loaderOf(own.stop(), await unwatch());
  const { failures, ...rest } = result as GroupResult;
  return {
    ...rest,
    clients,
    roundTripMs: step.roundTripMs,
    loader,
    failures: [...publisher.failures.slice(failuresBefore), ...failures],
    schedule,
    phasesMs: phasesMs.map((phase) => phasesFrom + phase - startAt),
    stored: schedule.offsetsMs.map((_, index) => publisher.stored.get(firstIndex + index) ?? null),
    startAt,
    openedMs: step.openedAt - startAt,
    host: new URL(server.origin).host,
    clientIds: crowds.flatMap((crowd) => crowd.clientIds),
  };
}

/** Warm-up on a fresh server only; then messages at the nominal rate, not measured; then the window. */
function stepSchedule({ workload, subject, crowds, random }: Step): WindowSchedule {
  const { arrivals, messagesAtOnce, messagesPerSecond, durationMs, pollIntervalMs } = workload;
  const stretch = (fromMs: number, ms: number, rate: number, atOnce: number) =>
    sendTimes(arrivals, rate, ms, random, atOnce).map((offset) => fromMs + offset);
  const warmUpMs = crowds.length === 0 ? workload.warmUpMs : 0;
  // Until no poll brings any more of the warm-up's messages.
  const settleMs = Math.max(
    crowds.length === 0 ? workload.settleMs : STREAM_SETTLE_MS,
    subject.streams ? 0 : pollIntervalMs,
  );
  const fromMs = warmUpMs + settleMs + GUARD_MS;
  return {
    fromMs,
    toMs: fromMs + durationMs,
    offsetsMs: [
      ...(warmUpMs === 0 ? [] : stretch(0, warmUpMs, workload.warmUpMessagesPerSecond, 1)),
      ...stretch(warmUpMs, settleMs, messagesPerSecond, 1),
      ...stretch(fromMs, durationMs, messagesPerSecond, messagesAtOnce),
    ],
  };
}

export const broadcastRunner: Runner<BroadcastWorkload> = {
  estimateMs: (workload, context) => {
    const { rounds, clients, warmUpMs, settleMs, durationMs, pollIntervalMs } = workload;
    return subjectsOf(workload, context)
      .map(({ streams }) => {
        const first = warmUpMs + Math.max(settleMs, streams ? 0 : pollIntervalMs);
        const later = Math.max(STREAM_SETTLE_MS, streams ? 0 : pollIntervalMs) * (clients.length - 1);
        const steps = clients.length * (durationMs + GUARD_MS + STEP_OVERHEAD_MS);
        return rounds * (ROUND_OVERHEAD_MS + first + later + steps);
      })
      .reduce((sum, ms) => sum + ms, 0);
  },
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
