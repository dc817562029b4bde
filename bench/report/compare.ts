// Two runs side by side: what has changed from one to the other, by how much, and what is chance. Pure.
import {
  type Difference,
  machineDifferences,
  programDifferences,
  sameLane,
  settingDifferences,
  unsharedSettings,
  whyLanesDiffer,
  whyScenariosDiffer,
} from '../run/comparable.ts';
import { type FigureSpec, figureSpec } from '../run/figures.ts';
import { sentenceList } from '../run/format.ts';
import { type LaneFigure, shownFigures } from '../run/lane-figures.ts';
import { laneKey } from '../run/lane-labels.ts';
import { type Figure, type Lane, MARGIN, type Run, type ScenarioResult } from '../run/run-file.ts';
import { compareFigures, type RunsCompared } from '../stats/comparison.ts';

/** `changed`: beyond chance. `same`: no detectable difference. `unknown`: too few rounds for either, or a figure of 0. */
export type Verdict = 'changed' | 'same' | 'unknown';

/** One figure of a lane that both runs have. */
export interface FigureChange {
  readonly scenario: string;
  /** As in gates: `sse`, or `sse [100 ms]`. */
  readonly lane: string;
  readonly figure: FigureSpec;
  readonly a: number;
  readonly b: number;
  /** How many times A's figure B's is, with an interval where there are rounds enough; null where A's is 0. */
  readonly ratio: Figure | null;
  readonly verdict: Verdict;
}

export interface RunComparison {
  readonly a: Run;
  readonly b: Run;
  /** How often a difference may be found in one figure where there is none: 5 % over all of them. */
  readonly level: number;
  /** Whether the times of both can be compared. */
  readonly sameMachine: boolean;
  readonly machine: readonly Difference[];
  readonly program: readonly Difference[];
  /** Of the runs' own settings; those of scenarios decide what is compared. */
  readonly settings: readonly Difference[];
  /** What is sure comes first, and of that what has changed most; then what is unknown; then what is the same. */
  readonly changes: readonly FigureChange[];
  /** What was not compared, and why; each reason once. */
  readonly refused: readonly string[];
  /** Where runs of different versions are taken to have done the same. */
  readonly assumed: readonly string[];
}

/** How often a whole comparison may find a difference where there is none: shared out among all its figures. */
const LEVEL = 0.05;
const ORDER: readonly Verdict[] = ['changed', 'unknown', 'same'];
/** So many are named of what was refused for one reason. */
const NAMED_PLACES = 4;

/** @returns what has changed from A to B. */
export function compareRuns(a: Run, b: Run): RunComparison {
  const machine = machineDifferences(a, b);
  const sameMachine = machine.length === 0;
  const pairs: Pair[] = [];
  const refused: Refusal[] = [];
  const assumed: string[] = [];
  for (const scenario of b.scenarios) {
    const before = a.scenarios.find(({ name }) => name === scenario.name);
    if (before === undefined) {
      refused.push({ place: scenario.name, reason: `only ${b.id} has it` });
      continue;
    }
    const difference = whyScenariosDiffer(before, scenario);
    if (difference !== null) {
      refused.push({ place: scenario.name, reason: difference });
      continue;
    }
    assumed.push(...unsharedSettings(before, scenario).map((one) => assumption(scenario.name, one)));
    compareLanes(before, scenario, sameMachine, pairs, refused);
  }
  const missing = a.scenarios.filter(({ name }) => b.scenarios.every((scenario) => scenario.name !== name));
  const level = LEVEL / Math.max(1, pairs.length);
  const drifts = machineDrifts(pairs);
  const changes = pairs.map((pair) => judged(pair, { level, drift: driftOf(pair, drifts) }));
  return {
    ...{ a, b, level, sameMachine, machine, program: programDifferences(a, b) },
    settings: settingDifferences(a.settings, b.settings, new Set(['scenarios', 'target'])),
    changes: changes.toSorted(
      (one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict) || sizeOf(other) - sizeOf(one),
    ),
    refused: refusalTexts([...refused, ...missing.map(({ name }) => ({ place: name, reason: `only ${a.id} has it` }))]),
    assumed,
  };
}

function assumption(scenario: string, { what, a, b }: Difference): string {
  return `${scenario}: only one of the runs has the setting ${what}, ${a === 'none' ? b : a}`;
}

/** What was not compared. */
interface Refusal {
  readonly place: string;
  readonly reason: string;
}

function refusalTexts(refused: readonly Refusal[]): string[] {
  const reasons = [...new Set(refused.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const places = refused.filter((one) => one.reason === reason).map(({ place }) => place);
    const more = places.length - NAMED_PLACES;
    return `${sentenceList(more > 1 ? [...places.slice(0, NAMED_PLACES), `${more} more`] : places)}: ${reason}`;
  });
}

/** Twice as much is as big a change as half as much. */
function sizeOf({ ratio }: FigureChange): number {
  return ratio === null || ratio.value === 0 ? Number.MAX_VALUE : Math.abs(Math.log(ratio.value));
}

function compareLanes(
  before: ScenarioResult,
  after: ScenarioResult,
  sameMachine: boolean,
  pairs: Pair[],
  refused: Refusal[],
): void {
  for (const lane of after.lanes) {
    const old = sameLane(before, lane);
    const place = `${after.name} ${laneKey(lane)}`;
    const difference =
      old === undefined
        ? 'only one of them has it'
        : whyLanesDiffer({ scenario: before, lane: old }, { scenario: after, lane });
    if (old === undefined || difference !== null) refused.push({ place, reason: `${difference}` });
    else pairs.push(...lanePairs(after.name, old, lane, sameMachine));
  }
  for (const lane of before.lanes) {
    if (sameLane(after, lane) === undefined) {
      refused.push({ place: `${before.name} ${laneKey(lane)}`, reason: 'only one of them has it' });
    }
  }
}

/** One figure of a lane, of both runs. */
interface Pair {
  readonly scenario: string;
  readonly lane: Lane;
  readonly was: LaneFigure;
  readonly is: LaneFigure;
}

function lanePairs(scenario: string, before: Lane, after: Lane, sameMachine: boolean): Pair[] {
  const old = new Map(shownFigures(before).map((figure) => [figure.name, figure]));
  return shownFigures(after).flatMap((is) => {
    const was = old.get(is.name);
    // Totals depend on how long was measured.
    if (was === undefined || is.kind === 'total' || (is.machineBound && !sameMachine)) return [];
    return [{ scenario, lane: after, was, is }];
  });
}

/** Figures that one disturbance of the machine changes alike. */
function familyOf({ path }: Pick<FigureSpec, 'path'>): string {
  const [family = ''] = path.split('.');
  return family === 'lastReceiverUs' ? 'latencyUs' : family;
}

/**
 * @returns by how much the controls have changed, as logarithms, by family: nobody changed their programs, so that was
 * the machine. Of a family that no control was measured for, there is none.
 */
function machineDrifts(pairs: readonly Pair[]): Map<string, number> {
  const drifts = new Map<string, number>();
  for (const { lane, was, is } of pairs) {
    // The last of few messages are chance, and no mood of the machine.
    if (lane.control === undefined || !is.machineBound || is.minor === true) continue;
    const compared = compareFigures(is.figure, was.figure);
    if (compared === null) continue;
    const family = familyOf(is);
    drifts.set(family, Math.max(drifts.get(family) ?? 0, Math.abs(Math.log(compared.ratio.value))));
  }
  return drifts;
}

function driftOf({ is }: Pair, drifts: ReadonlyMap<string, number>): number {
  return is.machineBound ? (drifts.get(familyOf(is)) ?? Math.log(1 + is.noise)) : 0;
}

function judged({ scenario, lane, was, is }: Pair, how: RunsCompared): FigureChange {
  const change = { scenario, lane: laneKey(lane), figure: figureSpec(is.name) };
  return { ...change, a: was.figure.value, b: is.figure.value, ...judge(was, is, how) };
}

function judge(was: LaneFigure, is: LaneFigure, how: RunsCompared): Pick<FigureChange, 'ratio' | 'verdict'> {
  const [a, b] = [was.figure.value, is.figure.value];
  if (a === b) return { ratio: a === 0 ? null : { value: 1 }, verdict: 'same' };
  const compared = compareFigures(is.figure, was.figure, how);
  if (compared !== null) return { ratio: compared.ratio, verdict: compared.different ? 'changed' : 'same' };
  const ratio = a === 0 ? null : { value: b / a };
  if (is.kind === 'ledger') return { ratio, verdict: 'changed' };
  // Without rounds, what differs by less is alike.
  const alike = ratio !== null && Math.abs(Math.log(ratio.value)) < Math.log(1 + MARGIN);
  return { ratio, verdict: alike ? 'same' : 'unknown' };
}

/** @returns whether B is surely better; null where neither is, or where that is not known. */
export function isBetter({ a, b, verdict, figure: { lowerIsBetter } }: FigureChange): boolean | null {
  return lowerIsBetter === null || verdict !== 'changed' ? null : b < a === lowerIsBetter;
}
