// The memory of open connections that do nothing: the server's resident memory at several numbers of them, after
// garbage collection, and the kernel's. The slope is what one connection takes; what there is without any is not in it.
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { readKernelBytes } from '../load/kernel-memory.ts';
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
  /** Of the whole machine; null where the system does not tell it. */
  readonly kernelBytes: number | null;
}

/** What belongs into a lane; the warnings beside those that it has. */
export type MemoryFigures = Pick<Lane, 'memory' | 'memoryBytesPerConnection' | 'kernelBytesPerSocket' | 'warnings'>;

/** Both ends of a connection are on this machine. */
const SOCKETS_PER_CONNECTION = 2;
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
): Promise<Map<string, MemoryFigures>> {
  if (workload.memoryRounds === 0 || workload.memoryConnections.length < 2) return new Map();
  const subjects = context.transports.map((transport) => transportSubject(transport, null));
  return memoryOf(subjects, workload, context);
}

/** @returns the same of whatever is measured, by its name. */
export async function memoryOf(
  subjects: readonly Subject[],
  plan: MemoryPlan,
  context: RunContext,
): Promise<Map<string, MemoryFigures>> {
  const options = {
    rounds: plan.memoryRounds,
    name: ({ name }: Subject) => name,
    progress: (step: string) => context.progress(`memory, ${step}`),
  };
  const rounds = await playRounds(subjects, options, (subject) => playRound(subject, plan, context));
  return new Map([...rounds].map(([{ name }, points]) => [name, memoryFigures(points)]));
}

export function memoryFigures(rounds: readonly (readonly Point[])[]): MemoryFigures {
  const connections = rounds[0]?.map((point) => point.connections) ?? [];
  const own = risingSlopes(rounds, ({ rssBytes }) => rssBytes);
  // What others do with the machine can make the kernel's shrink: then nothing is known.
  const kernel = risingSlopes(rounds, ({ kernelBytes }) => kernelBytes);
  return {
    ...(own === null ? {} : { memoryBytesPerConnection: overRounds(own) }),
    ...(kernel === null
      ? {}
      : { kernelBytesPerSocket: overRounds(kernel.map((slope) => slope / SOCKETS_PER_CONNECTION)) }),
    memory: connections.map((count, index) => ({
      connections: count,
      rssBytes: Math.round(median(rounds.map((points) => points[index]?.rssBytes ?? 0))),
    })),
    warnings:
      own === null
        ? ['The memory of the server did not grow with its connections in every round: what one takes is not known.']
        : [],
  };
}

/** @returns of each round; null where the figure is not known at every point, or does not rise in each. */
function risingSlopes(
  rounds: readonly (readonly Point[])[],
  figure: (point: Point) => number | null,
): readonly number[] | null {
  const known = rounds.map((points) =>
    points.flatMap((point): [number, number][] => {
      const bytes = figure(point);
      return bytes === null ? [] : [[point.connections, bytes]];
    }),
  );
  if (known.some((points, round) => points.length !== rounds[round]?.length)) return null;
  const slopes = known.map(slope);
  return slopes.every((one) => one > 0) ? slopes : null;
}

/** By least squares, in bytes per connection. */
function slope(points: readonly (readonly [connections: number, bytes: number])[]): number {
  const mean = (figure: (point: readonly [number, number]) => number) => sumOf(points, figure) / points.length;
  const [meanConnections, meanBytes] = [mean(([connections]) => connections), mean(([, bytes]) => bytes)];
  const together = mean(([connections, bytes]) => (connections - meanConnections) * (bytes - meanBytes));
  return together / mean(([connections]) => (connections - meanConnections) ** 2);
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
      points.push({ connections, rssBytes: await lab.rssBytes(), kernelBytes: readKernelBytes() });
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
