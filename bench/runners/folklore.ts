// Plays folklore: the experiments that the chosen claims need, each once, and what they say of each claim.
import { allAtOnce } from '../load/scope.ts';
import type { FolkloreWorkload } from '../scenarios/scenario.ts';
import type { RunContext, Runner } from './context.ts';
import { CLAIM_PLAYS, claimResult } from './folklore/claim-figures.ts';
import { EXPERIMENTS, type ExperimentName, type ExperimentResults } from './folklore/experiments.ts';

interface Needed {
  /** One after the other: something in them is timed. */
  readonly timed: readonly ExperimentName[];
  /** All at once. */
  readonly counted: readonly ExperimentName[];
}

/** In the experiments' own order. */
function neededFor({ claims }: FolkloreWorkload): Needed {
  const needed = new Set(claims.flatMap((claim) => CLAIM_PLAYS[claim].needs));
  const names = (Object.keys(EXPERIMENTS) as ExperimentName[]).filter((name) => needed.has(name));
  const counted = names.filter((name) => EXPERIMENTS[name].onlyCounts === true);
  return { timed: names.filter((name) => !counted.includes(name)), counted };
}

export const folkloreRunner: Runner<FolkloreWorkload> = {
  estimateMs: (workload) => {
    const { timed, counted } = neededFor(workload);
    const estimate = (name: ExperimentName) => EXPERIMENTS[name].estimateMs(workload);
    return timed.reduce((sum, name) => sum + estimate(name), Math.max(0, ...counted.map(estimate)));
  },
  async run(workload, context) {
    const { timed, counted } = neededFor(workload);
    const results: Partial<ExperimentResults> = {};
    for (const name of timed) Object.assign(results, await play(name, workload, context));
    if (counted.length > 0) context.progress('what is only counted, all at once');
    const quietly = { ...context, progress: () => undefined };
    const others = await allAtOnce(context.signal, counted, (name, signal) =>
      play(name, workload, { ...quietly, signal }),
    );
    return { lanes: [], claims: workload.claims.map((claim) => claimResult(claim, Object.assign(results, ...others))) };
  },
};

async function play(
  name: ExperimentName,
  workload: FolkloreWorkload,
  context: RunContext,
): Promise<Partial<ExperimentResults>> {
  return { [name]: await EXPERIMENTS[name].play(workload, context) };
}
