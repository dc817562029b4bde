// The memory of open connections that do nothing: the server's resident memory at several numbers of them, after
// garbage collection. The slope is what one connection takes; what the server takes by itself is not in it.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { inScope } from '../load/scope.ts';
import { type Subject, transportSubject } from '../load/subject.ts';
import type { Lane } from '../run/run-file.ts';
import type { MemoryPlan, SilenceWorkload } from '../scenarios/scenario.ts';
import { median } from '../stats/median.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { stratifiedPhases } from '../stats/random.ts';
import { type RunContext, sumOf } from './context.ts';
import { playRounds } from './rounds.ts';

interface Point {
  readonly connections: number;
  readonly rssBytes: number;
}

/** Polls are to leave time for nothing to happen between them; what a kept connection takes does not depend on it. */
const POLL_INTERVAL_MS = 20_000;
/** In which what opening has left behind comes to rest. */
const SETTLE_MS = 500;
/** About how long it takes to open a thousand connections. */
const MS_PER_THOUSAND = 900;
const ROUND_OVERHEAD_MS = 1500;

/** @returns by transport, what belongs into its lane; nothing where memory is not to be measured. */
export async function measureMemory(
  workload: SilenceWorkload,
  context: RunContext,
): Promise<Map<string, Pick<Lane, 'memory' | 'memoryBytesPerConnection'>>> {
  if (workload.memoryRounds === 0 || workload.memoryConnections.length < 2) return new Map();
  const subjects = context.transports.map((transport) => transportSubject(transport, null));
  return memoryOf(subjects, workload, context);
}

/** @returns the same of whatever is measured, by its name. */
export async function memoryOf(
  subjects: readonly Subject[],
  plan: MemoryPlan,
  context: RunContext,
): Promise<Map<string, Pick<Lane, 'memory' | 'memoryBytesPerConnection'>>> {
  const options = {
    rounds: plan.memoryRounds,
    name: ({ name }: Subject) => name,
    progress: (step: string) => context.progress(`memory, ${step}`),
  };
  const rounds = await playRounds(subjects, options, (subject) => playRound(subject, plan, context));
  return new Map([...rounds].map(([{ name }, points]) => [name, memoryFigures(points)]));
}

export function memoryFigures(
  rounds: readonly (readonly Point[])[],
): Pick<Lane, 'memory' | 'memoryBytesPerConnection'> {
  const connections = rounds[0]?.map((point) => point.connections) ?? [];
  return {
    memoryBytesPerConnection: overRounds(rounds.map((points) => Math.max(0, slope(points)))),
    memory: connections.map((count, index) => ({
      connections: count,
      rssBytes: Math.round(median(rounds.map((points) => points[index]?.rssBytes ?? 0))),
    })),
  };
}

/** By least squares, in bytes per connection. */
function slope(points: readonly Point[]): number {
  const mean = (figure: (point: Point) => number) => sumOf(points, figure) / points.length;
  const [meanConnections, meanBytes] = [mean((point) => point.connections), mean((point) => point.rssBytes)];
  const together = mean((point) => (point.connections - meanConnections) * (point.rssBytes - meanBytes));
  return together / mean((point) => (point.connections - meanConnections) ** 2);
}

function playRound(subject: Subject, plan: MemoryPlan, context: RunContext): Promise<Point[]> {
  return inScope(context.signal, async (scope) => {
    const { fleet } = context;
    scope.failWith(fleet.ended);
    const lab = await scope.open(subject.start());
    const points: Point[] = [];
    let open = 0;
    for (const connections of plan.memoryConnections) {
      const opening = fleet.openCrowd({
        transport: subject.transport,
        origin: lab.origin,
        clientIdPrefix: `${subject.transport}-${open}`,
        phasesMs: stratifiedPhases(connections - open, POLL_INTERVAL_MS, seededRandom(plan.seed)),
        pollIntervalMs: POLL_INTERVAL_MS,
        waitSeconds: plan.waitSeconds,
        tag: 'memory',
      });
      await scope.open(opening);
      open = connections;
      await clock.sleepUntil(clock.now() + SETTLE_MS, scope.signal);
      points.push({ connections, rssBytes: await lab.rssBytes() });
    }
    return points;
  });
}

/** @param subjects how many of them are measured. */
export function estimateMemoryMs({ memoryRounds, memoryConnections }: MemoryPlan, subjects: number): number {
  const perRound =
    ROUND_OVERHEAD_MS +
    memoryConnections.length * SETTLE_MS +
    ((memoryConnections.at(-1) ?? 0) / 1000) * MS_PER_THOUSAND;
  return memoryRounds * subjects * perRound;
}
