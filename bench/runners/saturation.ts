// Plays the saturation: rounds of all transports and controls in turn, each with a fresh server, which gets ever more
// deliveries a second to make until they are late.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { thriftyClock } from '../load/clock.ts';
import { watchLoader, worstLoop } from '../load/loader-watch.ts';
import { schedule } from '../load/pacer.ts';
import { inScope } from '../load/scope.ts';
import { controlSubject, type Subject, transportSubject } from '../load/subject.ts';
import { startFleet } from '../load/worker/fleet.ts';
import { SATURATED_CPU_SHARE } from '../run/run-file.ts';
import type { SaturationWorkload } from '../scenarios/scenario.ts';
import { climb, kneeOf } from '../stats/knee.ts';
import { stratifiedPhases } from '../stats/random.ts';
import type { RunContext, Runner } from './context.ts';
import { openRoom, type PlayedWindow } from './measure.ts';
import { playRounds } from './rounds.ts';
import { type PlayedStretch, type SaturationRound, saturationLanes } from './saturation-lanes.ts';

/** Without messages before each window. */
const GUARD_MS = 50;
/** So many messages at least say how late they come. */
const FEWEST_MESSAGES = 6;
const LONGEST_STRETCH_MS = 1500;
/** About what a climb takes beside its stretches, how many those are, and what each takes beside its messages. */
const ROUND_OVERHEAD_MS = 2000;
const STRETCHES = 9;
const STRETCH_OVERHEAD_MS = 300;

function subjectsOf(
  { controls }: SaturationWorkload,
  { transports }: Pick<RunContext, 'transports' | 'target'>,
): Subject[] {
  return [
    ...transports.map((transport) => transportSubject(transport, null)),
    ...controls.flatMap((name) => controlSubject(name, transports) ?? []),
  ];
}

/** What was measured of a stretch, and what it left behind. */
interface Played extends PlayedStretch {
  readonly window: PlayedWindow;
}

function playRound(
  { transport, name, pace, start }: Subject,
  workload: SaturationWorkload,
  round: number,
  { fleet, signal }: RunContext,
): Promise<SaturationRound> {
  return inScope(signal, async (scope) => {
    const { clients, sampledClients, pollIntervalMs } = workload;
    const server = await scope.open(start());
    const { origin } = server;
    // By themselves, so that those who count do not delay what is timed.
    const samplers = await scope.open(startFleet(1));
    scope.failWith(samplers.ended);
    const room = await openRoom(scope, { ...workload, fleet, origin });
    const random = seededRandom(workload.seed * 1000 + round);
    const half = Math.ceil((clients - sampledClients) / 2);
    const crowdOf = (part: string, count: number, rest: object = { counts: true }) =>
      room.openCrowd({
        ...{ transport, origin, clientIdPrefix: `${name}-${part}`, ...rest },
        phasesMs: stratifiedPhases(count, pollIntervalMs, random),
      });
    // A server may serve in the order in which they came: those who are sampled come in the middle.
    const crowds = [
      await crowdOf('first', half),
      await crowdOf('sampled', sampledClients, { fleet: samplers }),
      await crowdOf('last', clients - sampledClients - half),
    ];

    async function playStretch(
      arrivals: 'poisson' | 'periodic',
      messagesPerSecond: number,
      windowMs: number,
      before: readonly { readonly ms: number; readonly messagesPerSecond: number }[] = [],
    ): Promise<Played> {
      // Polls that bring along what came before they began are no others than those after them.
      const lead = pace === 'clock' ? [{ ms: pollIntervalMs, messagesPerSecond }] : [];
      const stretches = [...before, ...lead, { ms: windowMs, messagesPerSecond }];
      const planned = schedule(arrivals, stretches, random, GUARD_MS);
      const own = watchLoader();
      const unwatch = await Promise.all([fleet.watch(), samplers.watch()]);
      const [window] = await room.playWindow(server, [crowds], {
        ...{ schedule: planned, lag: own.lag, pacedBy: thriftyClock },
      });
      const loops = await Promise.all(unwatch.map((end) => end()));
      if (window === undefined) throw new Error('a window without its crowd');
      const { before: from, atEnd } = window;
      return {
        window,
        load: messagesPerSecond * clients,
        latencyMs: (window.latency?.mean ?? Number.POSITIVE_INFINITY) / 1000,
        serverCpuShare: (atEnd.cpuUs - from.cpuUs) / 1000 / (atEnd.cpuAt - from.cpuAt),
        loaderUtilisation: worstLoop([own.stop(), ...loops]).utilisation,
      };
    }

    const { quietMessages, quietMessagesPerSecond, warmUpMs, warmUpMessagesPerSecond } = workload;
    const quiet = await playStretch(
      'periodic',
      quietMessagesPerSecond,
      (quietMessages * 1000) / quietMessagesPerSecond,
      [{ ms: warmUpMs, messagesPerSecond: warmUpMessagesPerSecond }],
    );
    const played: Played[] = [quiet];
    const stretches = await climb(workload.climb, quiet.latencyMs, async (load) => {
      // Who is still behind would be measured with the next.
      if ((played.at(-1)?.window.ledger.missing ?? 0) > 0) return null;
      const rate = load / clients;
      const ms = Math.min(LONGEST_STRETCH_MS, Math.max(workload.stretchMs, (FEWEST_MESSAGES * 1000) / rate));
      const one = await playStretch('poisson', rate, ms);
      played.push(one);
      return { load, latencyMs: one.latencyMs, serverFull: one.serverCpuShare >= SATURATED_CPU_SHARE };
    });
    return {
      knee: kneeOf(quiet.latencyMs, stretches),
      stretches: played,
      ledgers: played.map(({ window }) => window.ledger),
      messages: played.reduce((sum, { window }) => sum + window.messages, 0),
      failures: played.flatMap(({ window }) => window.failures),
    };
  });
}

export const saturationRunner: Runner<SaturationWorkload> = {
  estimateMs: (workload, context) =>
    subjectsOf(workload, context)
      .map(({ pace }) => {
        const perStretch =
          workload.stretchMs + STRETCH_OVERHEAD_MS + (pace === 'clock' ? 2 * workload.pollIntervalMs : 0);
        const quietMs = (workload.quietMessages * 1000) / workload.quietMessagesPerSecond;
        return workload.rounds * (ROUND_OVERHEAD_MS + workload.warmUpMs + quietMs + STRETCHES * perStretch);
      })
      .reduce((sum, ms) => sum + ms, 0),
  async run(workload, context) {
    const { rounds } = workload;
    const { progress } = context;
    const subjects = subjectsOf(workload, context);
    const played = await playRounds(subjects, { rounds, name: ({ name }) => name, progress }, (subject, round) =>
      playRound(subject, workload, round, context),
    );
    return saturationLanes(
      [...played].map(([subject, results]) => ({ subject, rounds: results })),
      workload,
    );
  },
};
