// Plays several cases at once, each on a server of its own with clients of all transports: what is compared runs at the
// same time, on the same schedule. The load is light; so servers and clients do not hold each other up.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { longerBy } from '../load/impaired.ts';
import { schedule } from '../load/pacer.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { allAtOnce, inScope } from '../load/scope.ts';
import { openNetwork, startLab } from '../load/server-under-test.ts';
import type { Crowd } from '../load/worker/fleet.ts';
import type { ParallelCase, ParallelWorkload } from '../scenarios/scenario.ts';
import { stratifiedPhases } from '../stats/random.ts';
import type { RunContext, Runner } from './context.ts';
import { openRoom, watched } from './measure.ts';
import { type ParallelRound, parallelResult } from './parallel-lanes.ts';

const GUARD_MS = 300;
/** What a round takes beside its schedule: starting, opening, the last deliveries, stopping. */
const ROUND_OVERHEAD_MS = 3500;

interface CasePlay {
  readonly workload: ParallelWorkload;
  readonly one: ParallelCase;
  readonly index: number;
  readonly round: number;
  readonly context: RunContext;
  readonly signal: AbortSignal;
  lag(ms: number): void;
}

/** @returns one round of each transport. */
function playCase(play: CasePlay): Promise<Omit<ParallelRound, 'loader'>[]> {
  const { workload, one, index, round, context } = play;
  const { arrivals, clients, settleMs, durationMs, pollIntervalMs } = workload;
  const { addedRoundTripMs, messagesPerSecond, pairsApartMs } = one;
  return inScope(play.signal, async (scope) => {
    const { lab, network } = await openNetwork(scope, await scope.open(startLab()), round * 100 + index);
    await network.set(longerBy(addedRoundTripMs));
    const room = await openRoom(scope, { ...workload, fleet: context.fleet, origin: lab.directOrigin });
    const roundTripMs = await measureRoundTripMs(lab);
    const random = seededRandom(workload.seed * 1000 + round);
    const phasesMs = stratifiedPhases(clients, pollIntervalMs, random);
    const groups: Crowd[][] = [];
    for (const { name } of transportsOf(context, workload)) {
      const clientIdPrefix = `${name}-${index}`;
      groups.push([await room.openCrowd({ transport: name, origin: lab.origin, clientIdPrefix, phasesMs })]);
    }
    const pairs = pairsApartMs === undefined ? {} : { atOnce: 2, apartMs: pairsApartMs };
    const stretches = [settleMs, durationMs].map((ms) => ({ ms, messagesPerSecond, ...pairs }));
    const windows = await room.playWindow(lab, groups, {
      schedule: schedule(arrivals, stretches, random, GUARD_MS),
      lag: play.lag,
      addedRoundTripMs,
    });
    return windows.map((window, place) => ({
      ...window,
      transport: groups[place]?.[0]?.transport ?? '',
      case: one,
      roundTripMs,
    }));
  });
}

function transportsOf({ transports }: Pick<RunContext, 'transports'>, workload: ParallelWorkload) {
  return transports.filter(({ name }) => workload.transports === null || workload.transports.includes(name));
}

export const parallelRunner: Runner<ParallelWorkload> = {
  estimateMs: ({ rounds, settleMs, durationMs, pollIntervalMs }) =>
    rounds * (settleMs + durationMs + pollIntervalMs + ROUND_OVERHEAD_MS),
  async run(workload, context) {
    const rounds: ParallelRound[] = [];
    for (let round = 0; round < workload.rounds; round += 1) {
      context.progress(`round ${round + 1} of ${workload.rounds}, all at once`);
      const { result, loader } = await watched(context.fleet, (lag) =>
        allAtOnce(context.signal, workload.cases, (one, signal, index) =>
          playCase({ workload, one, index, round, context, signal, lag }),
        ),
      );
      rounds.push(...result.flat().map((played) => ({ ...played, loader })));
    }
    return parallelResult(transportsOf(context, workload), workload, rounds);
  },
};
