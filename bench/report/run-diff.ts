// Two runs beside each other, as the docs page shows them: plain data.
import type { Difference } from '../run/comparable.ts';
import { timesWithin } from '../run/format.ts';
import { valueText } from '../run/lane-figures.ts';
import type { Run } from '../run/run-file.ts';
import { compareRuns, type FigureChange, isBetter, type RunComparison } from './compare.ts';
import type { FigureDiff, FigureState, RunDiff } from './views.ts';

/** @returns every two of the runs, from the older to the newer. */
export function runDiffs(runs: readonly Run[]): RunDiff[] {
  const byAge = runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  return byAge.flatMap((from, index) => byAge.slice(index + 1).map((to) => runDiff(from, to)));
}

function runDiff(from: Run, to: Run): RunDiff {
  const comparison = compareRuns(from, to);
  const shown = comparison.changes.filter(({ figure }) => figure.minor !== true);
  const names = to.scenarios.map(({ name }) => name);
  return {
    from: from.id,
    to: to.id,
    notes: notesOf(comparison),
    refused: comparison.refused,
    scenarios: names.flatMap((name) => {
      const figures = shown.filter(({ scenario }) => scenario === name).map(figureDiff);
      return figures.length === 0 ? [] : [{ name, figures }];
    }),
  };
}

function notesOf({ sameMachine, machine, program, settings }: RunComparison): string[] {
  const differ = (what: string, differences: readonly Difference[]) =>
    differences.length === 0
      ? []
      : [`Different ${what}: ${differences.map(({ what: name, a, b }) => `${name} ${a}, then ${b}`).join('; ')}.`];
  return [
    ...(sameMachine
      ? []
      : ['Times of different machines, systems or versions of Node say nothing beside each other: they are left out.']),
    ...differ('machine', machine),
    ...differ('program', program),
    ...differ('settings', settings),
  ];
}

function figureDiff(change: FigureChange): FigureDiff {
  const { lane, figure, a, b, ratio } = change;
  return [
    lane,
    figure.label,
    valueText(a, figure),
    valueText(b, figure),
    ratio === null ? '–' : timesWithin(ratio),
    stateOf(change),
  ];
}

function stateOf(change: FigureChange): FigureState {
  if (change.verdict !== 'changed') return change.verdict;
  const better = isBetter(change);
  return better === null ? 'changed' : better ? 'better' : 'worse';
}
