// What a run says, in sentences: who wins what, by how much, and what it costs. Pure functions from lanes to text.
import type { Figure } from '../stats/over-rounds.ts';
import { compact, count, ms, times } from './format.ts';
import { type Lane, laneName, type Run, SATURATED_CPU_SHARE, type ScenarioResult } from './run-file.ts';

/** Below this difference nobody wins. */
const MARGIN = 0.02;
/** The share by which figures differ from run to run by chance: what counts where there are no intervals. */
export const NOISE = { latency: 1, cpu: 0.5, counts: MARGIN } as const;

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
}

/** Who has the lowest figure, those who can't be told apart from it, and who has more, in rising order. */
export interface Outcome {
  readonly best: Entry;
  /** With the best among them. */
  readonly winners: readonly Entry[];
  readonly others: readonly Entry[];
}

/** @returns the outcome, or null where nobody takes part. */
export function outcomeOf(entries: readonly Entry[], noise: number): Outcome | null {
  const sorted = entries.toSorted((a, b) => a.figure.value - b.figure.value);
  const [best] = sorted;
  if (best === undefined) return null;
  const winners = sorted.filter(({ figure }) => indistinguishable(best.figure, figure, noise));
  return { best, winners, others: sorted.filter((entry) => !winners.includes(entry)) };
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

/** @returns the entries' names as a sentence has them. */
export function namesOf(entries: readonly Entry[]): string {
  return sentenceList(entries.map(({ name }) => name));
}

/** @returns `a, b and c`. */
function sentenceList(names: readonly string[]): string {
  return names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/**
 * @param show writes a value with its unit.
 * @returns who has the lowest figure, and how many times as much the others have.
 */
export function lowest({ best, winners, others }: Outcome, show: (value: number) => string): string {
  const together = winners.length > 1 && best.figure.value > 0 ? ' (no clear difference)' : '';
  const rest = others.map(({ name, figure }) =>
    best.figure.value === 0
      ? `${name} ${show(figure.value)}`
      : `${name} ${times(figure.value / best.figure.value)} as much`,
  );
  return `${[`${namesOf(winners)} with ${show(best.figure.value)}${together}`, ...rest].join('; ')}.`;
}

interface Contest {
  readonly about: string;
  readonly noise: number;
  /** Whether a bench that was the limit changes it: then such a lane takes no part. */
  readonly spoilable: boolean;
  figure(lane: Lane): Figure | undefined;
  show(value: number): string;
}

/** @returns the lanes that have such a figure, but for those that were spoiled, where that matters. */
export function entriesOf(
  lanes: readonly Lane[],
  spoilable: boolean,
  figure: (lane: Lane) => Figure | undefined,
): Entry[] {
  return lanes.flatMap((lane) => {
    const found = figure(lane);
    return found === undefined || (spoilable && lane.spoiled === true) ? [] : [{ name: laneName(lane), figure: found }];
  });
}

/** What lanes can win, each by the lowest figure. */
const CONTESTS: readonly Contest[] = [
  {
    about: 'Lowest latency',
    noise: NOISE.latency,
    spoilable: true,
    figure: (lane) => lane.latencyUs?.mean,
    show: (value) => `${ms(value)} ms on average`,
  },
  {
    about: 'Fewest requests',
    noise: NOISE.counts,
    spoilable: false,
    figure: (lane) => lane.requestsPerDelivery,
    show: (value) => `${compact(value)} per delivery`,
  },
  {
    about: 'Fewest bytes',
    noise: NOISE.counts,
    spoilable: false,
    figure: (lane) => lane.bytesPerDelivery,
    show: (value) => `${compact(value)} per delivery`,
  },
  {
    about: 'Least server CPU',
    noise: NOISE.cpu,
    spoilable: true,
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: (value) => `${compact(value)} µs per delivery`,
  },
  {
    about: 'Fewest requests',
    noise: NOISE.counts,
    spoilable: false,
    figure: (lane) => lane.requestsPerClientHour,
    show: (value) => `${count(value)} an hour`,
  },
  {
    about: 'Fewest bytes',
    noise: NOISE.counts,
    spoilable: false,
    figure: (lane) => lane.bytesPerClientHour,
    show: (value) => `${bytes(value)} an hour`,
  },
];

/** @returns one sentence per figure that the scenario measured. Figures that the bench spoiled take no part. */
export function findings({ lanes }: ScenarioResult): Finding[] {
  const contests = CONTESTS.flatMap(({ about, noise, spoilable, figure, show }) => {
    const outcome = outcomeOf(entriesOf(lanes, spoilable, figure), noise);
    return outcome === null ? [] : [{ about, text: lowest(outcome, show) }];
  });
  return [...contests, ...ceilingFindings(lanes), ...crossover(lanes)];
}

/** @returns bytes with a unit that suits them, by thousands. */
export function bytes(value: number): string {
  if (value < 1000) return `${compact(value)} B`;
  return value < 1_000_000 ? `${compact(value / 1000)} kB` : `${compact(value / 1_000_000)} MB`;
}

function ceilingFindings(lanes: readonly Lane[]): Finding[] {
  return lanes.flatMap((lane) => {
    const { requestsPerSecond, serverCpuUsPerRequest: cpu, serverCpuShare } = lane;
    if (lane.control !== undefined || requestsPerSecond === undefined || cpu === undefined) return [];
    const control = lanes.find((other) => other.control !== undefined && other.case === lane.case);
    const atLeast = (serverCpuShare?.value ?? 1) < SATURATED_CPU_SHARE ? 'at least ' : '';
    const bare = control?.serverCpuUsPerRequest?.value;
    const beside =
      bare === undefined ? '' : `, ${times(cpu.value / bare)} what a bare node:http server takes for the same request`;
    const rate = `${atLeast}${compact(requestsPerSecond.value)} a second`;
    return [{ about: `Ceiling, ${lane.case}`, text: `${rate}; ${compact(cpu.value)} µs of server CPU each${beside}.` }];
  });
}

/** Why long polling can make more requests than short polling: the one thing in the table that surprises. */
function crossover(lanes: readonly Lane[]): Finding[] {
  const find = (name: string) => lanes.find((lane) => lane.transport === name)?.requestsPerDelivery?.value;
  const [short, long] = [find('short-polling'), find('long-polling')];
  if (short === undefined || long === undefined || long <= short) return [];
  return [
    {
      about: 'Mind',
      text:
        'a long poll ends with every message, while one short poll takes along all that came in its interval; ' +
        'with less than about one message per interval it is the other way round.',
    },
  ];
}

/** @returns the warnings of the scenario's lanes, each once, with the lanes that it is about. */
export function scenarioWarnings({ lanes }: ScenarioResult): string[] {
  const about = new Map<string, string[]>();
  for (const lane of lanes) {
    const name = lane.case === undefined ? laneName(lane) : `${laneName(lane)} (${lane.case})`;
    for (const warning of lane.warnings) about.set(warning, [...(about.get(warning) ?? []), name]);
  }
  return [...about].map(([warning, names]) => `${sentenceList(names)}: ${warning}`);
}

/** @returns the run in one sentence, for a heading: what an answer is worth here. */
export function headline(run: Run): string {
  const lanes = run.scenarios.find(({ name }) => name === 'steady')?.lanes ?? [];
  const outcome = outcomeOf(
    entriesOf(lanes, true, (lane) => lane.latencyUs?.mean),
    NOISE.latency,
  );
  const worst = outcome?.others.at(-1);
  if (outcome === null || worst === undefined) return 'A run of the bench';
  const verb = outcome.winners.length === 1 ? 'delivers' : 'deliver';
  const fastest = `${namesOf(outcome.winners)} ${verb} in ${ms(outcome.best.figure.value)} ms on average`;
  return `${fastest}, ${worst.name} in ${ms(worst.figure.value)} ms`;
}
