// Which lanes of a scenario are compared with each other, in its one primary figure. Pure.
import { defined } from '../../server/protocol/defined.ts';
import type { Comparison, Figure, Lane } from '../run/run-file.ts';
import { laneName } from '../run/run-file.ts';
import { compareRounds } from '../stats/comparison.ts';

/** @returns a comparison of each transport with each other one of the same case; none of lanes that the bench spoiled. */
export function compareTransports(
  lanes: readonly Lane[],
  name = 'latencyUs.mean',
  figure: (lane: Lane) => Figure | undefined = (lane) => lane.latencyUs?.mean,
): { comparisons?: Comparison[] } {
  const sound = lanes.filter((lane) => lane.transport !== undefined && lane.spoiled !== true);
  const comparisons = sound.flatMap((lane, index) =>
    sound
      .slice(index + 1)
      .filter((to) => to.case === lane.case)
      .flatMap((to) => compareLanes(lane, to, name, figure) ?? []),
  );
  return comparisons.length === 0 ? {} : { comparisons };
}

/** @returns null where there are too few rounds, or where one has no such figure. */
export function compareLanes(
  lane: Lane,
  to: Lane,
  name: string,
  figure: (lane: Lane) => Figure | undefined,
): Comparison | null {
  const compared = compareRounds(figure(lane)?.rounds ?? [], figure(to)?.rounds ?? []);
  if (compared === null) return null;
  return {
    figure: name,
    ...defined({ case: lane.case }),
    of: laneName(lane),
    to: laneName(to),
    ...compared,
  };
}
