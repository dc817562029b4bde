// Plays a broadcast: rounds of all transports and controls in turn, each with a fresh server. Several numbers of clients
// follow one another on the same server.
import type { Pace } from '../../server/protocol/pace.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { schedule } from '../load/pacer.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { inScope } from '../load/scope.ts';
import { controlSubject, type Subject, transportSubject } from '../load/subject.ts';
import type { Crowd } from '../load/worker/fleet.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { broadcastResult } from './broadcast-lanes.ts';
import type { RunContext, Runner } from './context.ts';
import { openRoom, type PlayedRound, watched } from './measure.ts';
import { playRounds } from './rounds.ts';

/** Without messages before each window, so that none from before is still under way. */
const GUARD_MS = 100;
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

/** @returns what each step of the round gave. */
export function playRound(
  subject: Subject,
  workload: BroadcastWorkload,
  round: number,
  { fleet, signal }: RunContext,
): Promise<PlayedRound[]> {
  return inScope(signal, async (scope) => {
    const { transport } = subject;
    const server = await scope.open(subject.start());
    const { origin } = server;
    const roundTripMs = 'stats' in server ? await measureRoundTripMs(server) : null;
    const room = await openRoom(scope, { ...workload, fleet, origin });
    // The same schedule and phases for every subject of a round.
    const random = seededRandom(workload.seed * 1000 + round);
    const crowds: Crowd[] = [];
    const steps: PlayedRound[] = [];
    let open = 0;
    for (const clients of workload.clients) {
      const played = stepSchedule(workload, subject, steps.length === 0, random);
      const phasesMs = stratifiedPhases(clients, workload.pollIntervalMs, random).slice(open);
      open = clients;
      crowds.push(
        await room.openCrowd({ transport, origin, clientIdPrefix: `${transport}-${crowds.length}`, phasesMs }),
      );
      const { result, loader } = await watched(fleet, (lag) =>
        room.playWindow(server, [crowds], { schedule: played, lag }),
      );
      steps.push(...result.map((window) => ({ ...window, roundTripMs, loader })));
    }
    return steps;
  });
}

/** Until no poll brings any more of what was before. */
function settleMs({ settleMs: ms, pollIntervalMs }: BroadcastWorkload, pace: Pace, isFirst: boolean): number {
  return Math.max(isFirst ? ms : STREAM_SETTLE_MS, pace === 'stream' ? 0 : pollIntervalMs);
}

/** Warm-up on a fresh server only; then messages at the nominal rate, not measured; then the window. */
function stepSchedule(workload: BroadcastWorkload, { pace }: Subject, isFirst: boolean, random: () => number) {
  const { arrivals, messagesPerSecond, messagesAtOnce, warmUpMs, warmUpMessagesPerSecond, durationMs } = workload;
  const stretches = [
    ...(isFirst && warmUpMs > 0 ? [{ ms: warmUpMs, messagesPerSecond: warmUpMessagesPerSecond }] : []),
    { ms: settleMs(workload, pace, isFirst), messagesPerSecond },
    { ms: durationMs, messagesPerSecond, atOnce: messagesAtOnce },
  ];
  return schedule(arrivals, stretches, random, GUARD_MS);
}

export const broadcastRunner: Runner<BroadcastWorkload> = {
  estimateMs: (workload, context) => {
    const { rounds, clients, warmUpMs, durationMs } = workload;
    return subjectsOf(workload, context)
      .map(({ pace }) => {
        const settling = clients.reduce((sum, _, step) => sum + settleMs(workload, pace, step === 0), 0);
        const steps = clients.length * (durationMs + GUARD_MS + STEP_OVERHEAD_MS);
        return rounds * (ROUND_OVERHEAD_MS + warmUpMs + settling + steps);
      })
      .reduce((sum, ms) => sum + ms, 0);
  },
  async run(workload, context) {
    const subjects = subjectsOf(workload, context);
    const { rounds } = workload;
    const { progress } = context;
    const played = await playRounds(subjects, { rounds, name: ({ name }) => name, progress }, (subject, round) =>
      playRound(subject, workload, round, context),
    );
    return broadcastResult(subjects, workload, new Map([...played].map(([{ name }, steps]) => [name, steps])));
  },
};
