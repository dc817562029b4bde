// Who has the best figure, who can't be told apart from it, and how many times as much the others have.
import { type FigureName, type FigureSpec, figureSpec } from '../run/figures.ts';
import { sentenceList, times, timesWithin } from '../run/format.ts';
import { figureOf } from '../run/lane-figures.ts';
import { type Figure, type Lane, laneName, MARGIN, type ScenarioResult } from '../run/run-file.ts';

/** A sentence about one figure of a scenario. */
export interface Finding {
  /** What it is about: `Lowest latency`. */
  readonly about: string;
  readonly text: string;
}

/** A lane's figure in a contest. */
export interface Entry {
  readonly name: string;
  readonly figure: Figure;
  /** How many times the best figure, paired by round; absent where the two were not compared so. */
  readonly ofBest?: Figure;
}

/** Who has the best figure, those who can't be told apart from it, and who has a worse one, from the better to the worse. */
export interface Outcome {
  readonly best: Entry;
  /** With the best among them. */
  readonly winners: readonly Entry[];
  readonly others: readonly Entry[];
  /** Whether every one was compared with the best by round, so that chance is accounted for. */
  readonly sure: boolean;
}

/** What is known from comparing two by round. */
export interface Compared {
  readonly ratio: Figure;
  readonly different: boolean;
}

/** @returns how many times the other's figure the one's is; null where the two were not compared. */
export type Comparer = (one: string, other: string) => Compared | null;

/** Some lanes of one case that are ranked by one figure. */
export interface Contest {
  readonly figure: Pick<FigureSpec, 'noise' | 'lowerIsBetter' | 'say'>;
  readonly entries: readonly Entry[];
  readonly compare: Comparer;
}

/**
 * @param lanes of one case. Controls take no part, nor do lanes that the bench spoiled, nor those whose figure can't be
 *   compared.
 */
export function contestOf(
  scenario: ScenarioResult,
  name: FigureName,
  lanes: readonly Lane[] = scenario.lanes,
): Contest {
  const figure = figureSpec(name);
  const entries = lanes.flatMap((lane) => {
    const found = figureOf(lane, name);
    const out = lane.control !== undefined || lane.spoiled === true || figure.incomparable?.(lane) === true;
    return found === undefined || out ? [] : [{ name: laneName(lane), figure: found }];
  });
  return { figure, entries, compare: comparerOf(scenario, figure.path, lanes[0]?.case) };
}

/** @returns the outcome, or null where nobody takes part. */
export function outcomeOf({ figure: { noise, lowerIsBetter }, entries, compare }: Contest): Outcome | null {
  const sign = lowerIsBetter === false ? -1 : 1;
  const [best, ...rest] = entries.toSorted((a, b) => sign * (a.figure.value - b.figure.value));
  if (best === undefined) return null;
  const judged = rest.map((entry) => {
    const compared = compare(entry.name, best.name);
    const tied = compared === null ? indistinguishable(best.figure, entry.figure, noise) : !compared.different;
    return { tied, compared, entry: compared === null ? entry : { ...entry, ofBest: compared.ratio } };
  });
  return {
    best,
    winners: [best, ...judged.filter(({ tied }) => tied).map(({ entry }) => entry)],
    others: judged.filter(({ tied }) => !tied).map(({ entry }) => entry),
    sure: judged.every(({ compared }) => compared !== null),
  };
}

/**
 * @param noise the share by which the figure may differ by chance alone; for where there are no intervals.
 * @returns whether the two can't be told apart: their intervals overlap, or they differ too little.
 */
export function indistinguishable(a: Figure, b: Figure, noise: number): boolean {
  const [less, more] = a.value <= b.value ? [a, b] : [b, a];
  if (less.value === more.value) return true;
  const margin = less.high === undefined || more.low === undefined ? noise : MARGIN;
  if (more.value <= less.value * (1 + margin)) return true;
  return less.high !== undefined && more.low !== undefined && more.low <= less.high;
}

/**
 * @param path of the figure, as the run file's comparisons have it: `latencyUs.mean`.
 * @returns looks up the scenario's comparisons of that figure, in either direction.
 */
export function comparerOf({ comparisons = [] }: ScenarioResult, path: string, ofCase?: string): Comparer {
  const ours = comparisons.filter((one) => one.figure === path && one.case === ofCase);
  return (name, other) => {
    const straight = ours.find(({ of, to }) => of === name && to === other);
    if (straight !== undefined) return straight;
    const turned = ours.find(({ of, to }) => of === other && to === name);
    return turned === undefined ? null : { ratio: inverse(turned.ratio), different: turned.different };
  };
}

function inverse({ value, low, high }: Figure): Figure {
  return {
    value: 1 / value,
    ...(low === undefined || high === undefined ? {} : { low: 1 / high, high: 1 / low }),
  };
}

/** @returns the entries' names as a sentence has them. */
export function namesOf(entries: readonly Entry[]): string {
  return sentenceList(entries.map(({ name }) => name));
}

/**
 * @param show writes a value with its unit.
 * @returns who has the lowest figure, and how many times as much the others have.
 */
export function lowest({ best, winners, others, sure }: Outcome, show: (value: number) => string): string {
  const tie = sure ? ' (no detectable difference)' : ' (no clear difference)';
  const together = winners.length > 1 && best.figure.value > 0 ? tie : '';
  const rest = others.map(({ name, figure, ofBest }) => {
    if (best.figure.value === 0) return `${name} ${show(figure.value)}`;
    return ofBest === undefined
      ? `${name} ${times(figure.value / best.figure.value)} as much`
      : `${name} ${timesWithin(ofBest)}`;
  });
  return `${[`${namesOf(winners)} with ${show(best.figure.value)}${together}`, ...rest].join('; ')}.`;
}
