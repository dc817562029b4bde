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
import { type LaneFigure, laneFigures } from '../run/lane-figures.ts';
import { laneKey } from '../run/lane-labels.ts';
import { type Figure, type Lane, MARGIN, type Run, type ScenarioResult } from '../run/run-file.ts';
import { compareFigures } from '../stats/comparison.ts';

/** `changed`: surely. `same`: no detectable difference. `unknown`: too few rounds for either, or a figure of 0. */
export type Verdict = 'changed' | 'same' | 'unknown';

/** One figure of a lane that both runs have. */
export interface FigureChange {
  readonly scenario: string;
  /** As in gates: `sse`, or `sse [100 ms]`. */
  readonly lane: string;
  readonly figure: FigureSpec;
  readonly a: number;
  readonly b: number;
  /** How many times A's figure B's is, with a 99.5 % interval where there are rounds enough; null where A's is 0. */
  readonly ratio: Figure | null;
  readonly verdict: Verdict;
}

export interface RunComparison {
  readonly a: Run;
  readonly b: Run;
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

const ORDER: readonly Verdict[] = ['changed', 'unknown', 'same'];
/** So many are named of what was refused for one reason. */
const NAMED_PLACES = 4;

/** @returns what has changed from A to B. */
export function compareRuns(a: Run, b: Run): RunComparison {
  const machine = machineDifferences(a, b);
  const sameMachine = machine.length === 0;
  const changes: FigureChange[] = [];
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
    compareLanes(before, scenario, sameMachine, changes, refused);
  }
  const missing = a.scenarios.filter(({ name }) => b.scenarios.every((scenario) => scenario.name !== name));
  return {
    ...{ a, b, sameMachine, machine, program: programDifferences(a, b) },
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
  changes: FigureChange[],
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
    else changes.push(...laneChanges(after.name, old, lane, sameMachine));
  }
  for (const lane of before.lanes) {
    if (sameLane(after, lane) === undefined) {
      refused.push({ place: `${before.name} ${laneKey(lane)}`, reason: 'only one of them has it' });
    }
  }
}

function laneChanges(scenario: string, before: Lane, after: Lane, sameMachine: boolean): FigureChange[] {
  const old = new Map(laneFigures(before).map((figure) => [figure.name, figure]));
  return laneFigures(after).flatMap((figure) => {
    const was = old.get(figure.name);
    // Totals depend on how long was measured.
    if (was === undefined || figure.kind === 'total' || (figure.machineBound && !sameMachine)) return [];
    const change = { scenario, lane: laneKey(after), figure: figureSpec(figure.name) };
    return [{ ...change, a: was.figure.value, b: figure.figure.value, ...judge(was, figure) }];
  });
}

function judge(was: LaneFigure, is: LaneFigure): Pick<FigureChange, 'ratio' | 'verdict'> {
  const [a, b] = [was.figure.value, is.figure.value];
  if (a === b) return { ratio: a === 0 ? null : { value: 1 }, verdict: 'same' };
  const compared = compareFigures(is.figure, was.figure);
  if (compared !== null) return { ratio: compared.ratio, verdict: compared.different ? 'changed' : 'same' };
  const ratio = a === 0 ? null : { value: b / a };
  if (is.kind === 'ledger') return { ratio, verdict: 'changed' };
  // Without rounds, what differs by less is alike.
  const alike = ratio !== null && Math.abs(Math.log(ratio.value)) < Math.log(1 + MARGIN);
  return { ratio, verdict: alike ? 'same' : 'unknown' };
}

/** @returns whether B is better; null where neither is. */
export function isBetter({ a, b, figure: { lowerIsBetter } }: FigureChange): boolean | null {
  return lowerIsBetter === null ? null : b < a === lowerIsBetter;
}
