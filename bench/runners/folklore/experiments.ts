// What the claims of `folklore` are judged by: a few experiments, each of which several claims share.
import { transports } from '../../../client/transports/index.ts';
import { transportSubject } from '../../load/subject.ts';
import type { Lane } from '../../run/run-file.ts';
import type { FolkloreWorkload } from '../../scenarios/scenario.ts';
import { broadcastRunner } from '../broadcast.ts';
import type { RunContext } from '../context.ts';
import { estimateMemoryMs, memoryOf } from '../memory.ts';
import { parallelRunner } from '../parallel.ts';
import { silenceRunner } from '../silence.ts';
import { type BrowserCounts, countInBrowser, estimateBrowserMs } from './browser-counts.ts';
import { type EmptyShare, estimateEmptyPollsMs, measureEmptyPolls } from './empty-polls.ts';
import { countIdleCuts, estimateIdleCutsMs, type IdleCuts } from './idle-cuts.ts';
import { estimateOutagesMs, measureOutages, type OutageLosses } from './outages.ts';

export type { BrowserCounts, EmptyShare, IdleCuts, OutageLosses };

/** What each experiment gives. */
export interface ExperimentResults {
  readonly distances: readonly Lane[];
  readonly samples: readonly Lane[];
  readonly silence: readonly Lane[];
  readonly polls: readonly Lane[];
  readonly memory: ReadonlyMap<string, Pick<Lane, 'memoryBytesPerConnection'>>;
  readonly crowd: readonly Lane[];
  readonly outages: readonly OutageLosses[];
  readonly emptyPolls: readonly EmptyShare[];
  readonly idleProxy: readonly IdleCuts[];
  /** Why there is none, where no browser was found. */
  readonly browser: BrowserCounts | { readonly missing: string };
}

export type ExperimentName = keyof ExperimentResults;

interface Experiment<Result> {
  /** Nothing in it is timed, so that it may be played beside others of the kind. */
  readonly onlyCounts?: true;
  /** About how long it takes, in ms. */
  estimateMs(workload: FolkloreWorkload): number;
  play(workload: FolkloreWorkload, context: RunContext): Promise<Result>;
}

/** Whatever transports a run is about, a claim is about its own. */
const only = (...names: readonly string[]) => ({
  transports: names.length === 0 ? transports : transports.filter(({ name }) => names.includes(name)),
  target: null,
});
const STREAMS = only('sse', 'websocket');
const lanesOf = ({ lanes }: { readonly lanes: readonly Lane[] }) => lanes;

/** In the order in which they are played. */
export const EXPERIMENTS: { readonly [Name in ExperimentName]: Experiment<ExperimentResults[Name]> } = {
  distances: {
    estimateMs: ({ distances }) => parallelRunner.estimateMs(distances, only()),
    play: async ({ distances }, context) => lanesOf(await parallelRunner.run(distances, { ...context, ...only() })),
  },
  samples: {
    estimateMs: ({ samples }) => parallelRunner.estimateMs(samples, only()),
    play: async ({ samples }, context) => lanesOf(await parallelRunner.run(samples, { ...context, ...only() })),
  },
  crowd: {
    estimateMs: ({ crowd }) => broadcastRunner.estimateMs(crowd, STREAMS),
    play: async ({ crowd }, context) => lanesOf(await broadcastRunner.run(crowd, { ...context, ...STREAMS })),
  },
  memory: {
    estimateMs: ({ memory }) => estimateMemoryMs(memory, STREAMS.transports.length),
    play: ({ memory }, context) =>
      memoryOf(
        STREAMS.transports.map((transport) => transportSubject(transport, null)),
        memory,
        context,
      ),
  },
  silence: {
    onlyCounts: true,
    estimateMs: ({ silence }) => silenceRunner.estimateMs(silence, only()),
    play: async ({ silence }, context) => lanesOf(await silenceRunner.run(silence, { ...context, ...only() })),
  },
  polls: {
    onlyCounts: true,
    estimateMs: ({ polls }) => silenceRunner.estimateMs(polls, only('short-polling')),
    play: async ({ polls }, context) =>
      lanesOf(await silenceRunner.run(polls, { ...context, ...only('short-polling') })),
  },
  outages: {
    onlyCounts: true,
    estimateMs: ({ outages }) => estimateOutagesMs(outages),
    play: ({ outages }, context) => measureOutages(outages, { ...context, ...only() }),
  },
  emptyPolls: {
    onlyCounts: true,
    estimateMs: ({ emptyPolls }) => estimateEmptyPollsMs(emptyPolls),
    play: ({ emptyPolls }, context) => measureEmptyPolls(emptyPolls, { ...context, ...only('short-polling') }),
  },
  idleProxy: {
    onlyCounts: true,
    estimateMs: ({ idleProxy }) => estimateIdleCutsMs(idleProxy),
    play: ({ idleProxy }, context) => countIdleCuts(idleProxy, { ...context, ...only('sse') }),
  },
  browser: {
    estimateMs: estimateBrowserMs,
    play: ({ browser }, context) => countInBrowser(browser, context),
  },
};
