// Whether a run holds what gates demand of it. Pure.
//
// A gate fails only where the figure itself is beyond the limit: an interval that reaches over the limit is shown, and is
// no failure, because with enough noise every interval does. What can't be decided is told apart from what holds, but is
// no pass either: a gate that nothing was measured for would otherwise guard nothing.
import { transports } from '../../client/transports/index.ts';
import { machineDifferences, sameLane, whyLanesDiffer, whyScenariosDiffer } from '../run/comparable.ts';
import { type LaneFigure, laneFigure, valueText } from '../run/lane-figures.ts';
import { laneKey } from '../run/lane-labels.ts';
import { type Figure, type Lane, laneName, type Run, type ScenarioResult } from '../run/run-file.ts';
import { SCENARIO_NAMES } from '../scenarios/index.ts';
import { ANY, type Gate, type Limit, type Operator, readGate } from './gate-syntax.ts';
import { labelled } from './table.ts';

/** Those that bench/controls holds. */
export const CONTROL_NAMES = ['bare-ws', 'bare-sse', 'bare-http', 'bare-express', 'tcp-echo'] as const;

/** @returns the gate. @throws {GateError} where the text is none; the message says where, and what would be right. */
export function parseGate(text: string): Gate {
  return readGate(text, {
    transports: transports.map(({ name }) => name),
    controls: CONTROL_NAMES,
    scenarios: SCENARIO_NAMES,
  });
}

/** `failed`: the gate's condition holds. `undecided`: counts as failed for the exit code. */
export type GateOutcome = 'passed' | 'failed' | 'undecided';

export interface GateResult {
  /** The gate as it was written. */
  readonly gate: string;
  /** What it was tried on: `sse [100 ms]`; null where it was tried on nothing. */
  readonly lane: string | null;
  readonly measured: Figure | null;
  /** In the unit of what was measured. */
  readonly limit: number | null;
  readonly outcome: GateOutcome;
  /** One sentence with the figures, and with what stood in the way. */
  readonly reason: string;
}

const BEYOND: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
};

/** Where a figure is found. */
interface Place {
  readonly run: Run;
  readonly scenario: ScenarioResult;
  readonly lane: Lane;
}

/** @returns for each gate one result per lane that it is about, or one where there is none. */
export function evaluateGates(gates: readonly Gate[], run: Run, baseline: Run | null): GateResult[] {
  return gates.flatMap((gate) => {
    const undecided = (reason: string): GateResult[] => [
      { gate: gate.text, lane: null, measured: null, limit: null, outcome: 'undecided', reason },
    ];
    const scenario = run.scenarios.find(({ name }) => name === gate.scenario);
    if (scenario === undefined) return undecided(`${gate.scenario} was not run.`);
    const lanes = scenario.lanes.filter((lane) => isAbout(gate, lane));
    if (lanes.length > 0) return lanes.map((lane) => evaluate(gate, { run, scenario, lane }, baseline));
    return undecided(`${gate.scenario} has only ${scenario.lanes.map(laneKey).join(', ') || 'no lanes'}.`);
  });
}

/** @returns whether none failed and all could be decided. */
export function allPassed(results: readonly GateResult[]): boolean {
  return results.every(({ outcome }) => outcome === 'passed');
}

/** @returns a line for each result, in at most 100 columns, and where one was undecided, what that means. */
export function gateText(results: readonly GateResult[]): string {
  const lines = results.flatMap(({ gate, lane, outcome, reason }) =>
    labelled(`${WORDS[outcome]}: `, `${gate}${lane === null ? '' : `, ${lane}`}: ${reason}`),
  );
  const undecided = results.some(({ outcome }) => outcome === 'undecided');
  return [...lines, ...(undecided ? ['A gate that can’t be decided counts as failed.'] : [])].join('\n');
}

const WORDS: Readonly<Record<GateOutcome, string>> = { passed: 'Passed', failed: 'FAILED', undecided: 'UNDECIDED' };

function isAbout(gate: Gate, lane: Lane): boolean {
  const named =
    gate.lane === ANY ? lane.transport !== undefined && lane.transport !== 'http' : laneName(lane) === gate.lane;
  return named && (gate.case === null || plain(lane.case ?? '') === plain(gate.case));
}

/** `1000 clients` is `1,000 clients`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s,]/g, '');
}

function evaluate(gate: Gate, place: Place, baseline: Run | null): GateResult {
  const found = laneFigure(place.lane, gate.figure);
  const base = { gate: gate.text, lane: laneKey(place.lane), measured: found?.figure ?? null };
  const undecided = (reason: string): GateResult => ({ ...base, limit: null, outcome: 'undecided', reason });
  if (found === undefined) return undecided(`${gate.figure} was not measured.`);
  const limit = limitOf(gate.limit, place, found, baseline);
  if ('unknown' in limit) return undecided(limit.unknown);
  const beyond = BEYOND[gate.operator](found.figure.value, limit.value);
  // A lost message is lost whoever was busy; that nothing was lost is as sure.
  if (place.lane.spoiled === true && found.kind !== 'ledger') return undecided('the bench itself was the limit.');
  return {
    ...base,
    limit: limit.value,
    outcome: beyond ? 'failed' : 'passed',
    reason: comparisonText(found, gate.operator, limit.value, beyond),
  };
}

function comparisonText(found: LaneFigure, operator: Operator, limit: number, beyond: boolean): string {
  const { figure } = found;
  const show = (value: number) => valueText(value, found);
  const { value, low, high } = figure;
  const interval = low === undefined || high === undefined ? '' : ` [${show(low)}, ${show(high)}]`;
  const reaches = low !== undefined && high !== undefined && low <= limit && limit <= high;
  const doubt = reaches ? '; its interval reaches over the limit: more --rounds would tell' : '';
  return `${show(value)}${interval} is ${beyond ? '' : 'not '}${operator} ${show(limit)}${doubt}.`;
}

type FoundLimit = { readonly value: number } | { readonly unknown: string };

function limitOf(limit: Limit, place: Place, found: LaneFigure, baseline: Run | null): FoundLimit {
  switch (limit.kind) {
    case 'value':
      return limit;
    case 'predicted':
      return multiple(limit.factor, found.predicted, `nothing was predicted for ${found.name}.`);
    case 'closed-form':
      return multiple(limit.factor, found.closedForm, `there is no closed form for ${found.name}.`);
    case 'lane':
      return laneLimit(limit, place, found);
    case 'baseline':
      return baselineLimit(limit.factor, place, found, baseline);
  }
}

function multiple(factor: number, value: number | undefined, unknown: string): FoundLimit {
  return value === undefined ? { unknown } : { value: factor * value };
}

function laneLimit(
  { lane: name, factor }: { lane: string; factor: number },
  place: Place,
  found: LaneFigure,
): FoundLimit {
  const { scenario, lane } = place;
  const other = scenario.lanes.find((one) => laneName(one) === name && one.case === lane.case);
  if (other === undefined) return { unknown: `${scenario.name} has no ${name} in this case.` };
  if (other.spoiled === true) return { unknown: `the bench itself was the limit of ${name}.` };
  return multiple(factor, laneFigure(other, found.name)?.figure.value, `${found.name} was not measured of ${name}.`);
}

function baselineLimit(
  factor: number,
  { run, scenario, lane }: Place,
  found: LaneFigure,
  baseline: Run | null,
): FoundLimit {
  if (baseline === null) return { unknown: 'there is no baseline: name a run with --baseline.' };
  const before = baseline.scenarios.find(({ name }) => name === scenario.name);
  const old = before && sameLane(before, lane);
  if (before === undefined || old === undefined) return { unknown: `the baseline ${baseline.id} has no such lane.` };
  const difference =
    whyScenariosDiffer(before, scenario) ?? whyLanesDiffer({ scenario: before, lane: old }, { scenario, lane });
  if (difference !== null && found.kind !== 'ledger') {
    return { unknown: `not comparable with the baseline ${baseline.id}: ${difference}.` };
  }
  const machine = found.machineBound ? machineDifferences(baseline, run) : [];
  if (machine.length > 0) {
    const what = machine.map((one) => `${one.what} ${one.a} and ${one.b}`).join(', ');
    return {
      unknown: `the baseline comes from another machine (${what}): gate on ofControl, or make one on this machine.`,
    };
  }
  return multiple(factor, laneFigure(old, found.name)?.figure.value, `the baseline has no ${found.name}.`);
}
