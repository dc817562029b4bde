// Who has the best figure, who can't be told apart from it, and how many times as much the others have.
import { type FigureName, type FigureSpec, figureSpec } from '../run/figures.ts';
import { duration, sentenceList, times, timesWithin } from '../run/format.ts';
import { shownFigure } from '../run/lane-figures.ts';
import { latencyMeaning } from '../run/latency-meanings.ts';
import { nameOf } from '../run/names.ts';
import { type Figure, type Lane, laneName, MARGIN, type ScenarioResult } from '../run/run-file.ts';
import { MODELS } from '../stats/transport-models.ts';

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
  /** What follows from a setting and is no finding: `half its interval of 1 s`. */
  readonly setting?: string;
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
    const found = shownFigure(lane, name);
    const out = lane.control !== undefined || lane.spoiled === true || figure.incomparable?.(lane) === true;
    const setting = settingText(scenario, lane, figure);
    return found === undefined || out
      ? []
      : [{ name: laneName(lane), figure: found, ...(setting === null ? {} : { setting }) }];
  });
  return { figure, entries, compare: comparerOf(scenario, figure.path, lanes[0]?.case) };
}

/** Who asks by the clock waits half an interval on average: that is the clock's, whatever the transport. */
function settingText({ name, settings }: ScenarioResult, lane: Lane, { path }: FigureSpec): string | null {
  const { pollIntervalMs } = settings;
  if (
    !latencyMeaning(name).waits ||
    typeof pollIntervalMs !== 'number' ||
    MODELS.get(lane.transport ?? '')?.pace !== 'clock'
  )
    return null;
  if (path === 'lastReceiverUs.mean')
    return `up to the whole of its interval of ${duration(pollIntervalMs)}, a setting`;
  return path === 'latencyUs.mean' ? `of which ${duration(pollIntervalMs / 2)} are half its interval, a setting` : null;
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
  return sentenceList(entries.map(({ name }) => nameOf(name)));
}

/** @returns each with its value; where all are written alike, the value once: `WebSocket 3.14 ms and SSE 3.29 ms`. */
export function eachWith(entries: readonly Entry[], say: (value: number) => string): string {
  const values = new Set(entries.map(({ figure }) => say(figure.value)));
  if (values.size === 1) return `${namesOf(entries)} ${[...values].join('')}`;
  return sentenceList(entries.map(({ name, figure }) => `${nameOf(name)} ${say(figure.value)}`));
}

/**
 * @returns what is to be said of two that are not surely different by more than the margin: `no detectable difference`,
 * or, where there is one, by how much at most: `less than 2 %`.
 */
export function likeness({ low, high }: Figure): string {
  if (low === undefined || high === undefined || (low <= 1 && high >= 1)) return 'no detectable difference';
  const most = Math.max(1 / low, high) - 1;
  return `less than ${Math.max(MARGIN * 100, Math.ceil(most * 100))} %`;
}

/** @returns the same of a whole tie: of all in it, the one that differs most. */
function tieText({ winners, sure }: Outcome): string {
  if (!sure) return 'no clear difference';
  const all = winners.flatMap(({ ofBest }) => (ofBest === undefined ? [] : [ofBest]));
  const some = all.filter((ratio) => likeness(ratio) !== 'no detectable difference');
  const most = some.toSorted((a, b) => (b.high ?? 0) - (a.high ?? 0))[0];
  if (most === undefined) return 'no detectable difference';
  return some.length === all.length ? likeness(most) : `no detectable difference, or ${likeness(most)}`;
}

/**
 * @param say writes a value with its unit. @param per what follows the values of those who have the lowest.
 * @returns who has the lowest figure, and how many times as much the others have.
 */
export function lowest(outcome: Outcome, say: (value: number) => string, per = ''): string {
  const { best, winners, others } = outcome;
  const together = winners.length > 1 && best.figure.value > 0 ? ` (${tieText(outcome)})` : '';
  const rest = others.map(({ name, figure, ofBest, setting }) => {
    if (setting !== undefined) return `${nameOf(name)} ${say(figure.value)}, ${setting}`;
    if (best.figure.value === 0) return `${nameOf(name)} ${say(figure.value)}`;
    return ofBest === undefined
      ? `${nameOf(name)} ${times(figure.value / best.figure.value)} as much`
      : `${nameOf(name)} ${timesWithin(ofBest)}`;
  });
  return `${[`${eachWith(winners, say)}${per === '' ? '' : ` ${per}`}${together}`, ...rest].join('; ')}.`;
}
