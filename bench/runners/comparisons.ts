// Which lanes of a scenario are compared with each other, in its one primary figure. Pure.
import { defined } from '../../server/protocol/defined.ts';
import { type FigureName, figureSpec } from '../run/figures.ts';
import { figureOf } from '../run/lane-figures.ts';
import { type Comparison, type Lane, laneName } from '../run/run-file.ts';
import { compareRounds } from '../stats/comparison.ts';

/**
 * @returns a comparison of each transport with each other one of the same case; none of lanes that the bench spoiled, or
 *   whose figure can't be compared.
 */
export function compareTransports(lanes: readonly Lane[], name: FigureName = 'mean'): { comparisons?: Comparison[] } {
  const { incomparable = () => false } = figureSpec(name);
  const sound = lanes.filter((lane) => lane.transport !== undefined && lane.spoiled !== true && !incomparable(lane));
  const comparisons = sound.flatMap((lane, index) =>
    sound
      .slice(index + 1)
      .filter((to) => to.case === lane.case)
      .flatMap((to) => compareLanes(lane, to, name) ?? []),
  );
  return comparisons.length === 0 ? {} : { comparisons };
}

/** @returns null where there are too few rounds, or where one has no such figure. */
export function compareLanes(lane: Lane, to: Lane, name: FigureName): Comparison | null {
  const compared = compareRounds(figureOf(lane, name)?.rounds ?? [], figureOf(to, name)?.rounds ?? []);
  if (compared === null) return null;
  return {
    figure: figureSpec(name).path,
    ...defined({ case: lane.case }),
    of: laneName(lane),
    to: laneName(to),
    ...compared,
  };
}
