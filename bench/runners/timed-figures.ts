// What lanes of timed rounds have in common: latencies over the rounds, how busy the bench was, and warnings. Pure.
import { mapLatencies } from '../../client/closed-forms.ts';
import { defined } from '../../server/protocol/defined.ts';
import { loaderWarnings, medianLoader } from '../load/loader-watch.ts';
import type { Lane, LoaderFigures } from '../run/run-file.ts';
import { driftWarning } from '../stats/drift.ts';
import type { LatencySummary } from '../stats/latency.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { failureWarnings } from './context.ts';

export interface TimedRound {
  /** Null where nothing was timed. */
  readonly latency: LatencySummary | null;
  readonly loader: LoaderFigures;
  /** What went wrong, a line each. */
  readonly failures: readonly string[];
}

export function timedFigures(
  rounds: readonly TimedRound[],
): Pick<Lane, 'latencyUs' | 'loader' | 'spoiled' | 'warnings'> {
  const latencyUs = latenciesOver(rounds.map(({ latency }) => latency));
  const loader = medianLoader(rounds.map((round) => round.loader));
  const spoiling = loaderWarnings(loader);
  const drift = driftWarning('The mean latency', latencyUs?.mean.rounds ?? []);
  return {
    ...defined({ latencyUs }),
    loader,
    ...(spoiling.length === 0 ? {} : { spoiled: true }),
    warnings: [
      ...failureWarnings([...new Set(rounds.flatMap(({ failures }) => failures))]),
      ...spoiling,
      ...(drift === null ? [] : [drift]),
    ],
  };
}

/** @returns undefined where nothing was timed in any round. */
export function latenciesOver(summaries: readonly (LatencySummary | null)[]): Lane['latencyUs'] {
  const found = summaries.flatMap((summary) => summary ?? []);
  if (found.length === 0) return undefined;
  return mapLatencies((name) => overRounds(found.map((summary) => summary[name])));
}
