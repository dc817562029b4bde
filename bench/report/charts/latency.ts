// Latencies as percentiles, a row of points for each lane; where there are cases, under a heading for each.
import type { ChartRow, RowsView } from '../../../client/docs-page/run-view.ts';
import { byCase, caseLabel, latencyLabel } from '../../run/lane-labels.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { comparerOf, entriesOf, NOISE, outcomeOf } from '../contest.ts';
import { ms } from '../format.ts';
import { contestTitle, figurePoint, frameOf, namedByHeading, ranking, rowOf, rowsText } from './parts.ts';

const POINTS = ['p50', 'p90', 'p99', 'max'] as const;

/** What the latency of a scenario is the latency of. */
interface Meaning {
  readonly id: string;
  readonly axis: string;
  /** Follows the finding in the title. */
  readonly per: string;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['steady', { id: 'latency', axis: 'Delivery latency', per: 'from sending to receipt on average' }],
  [
    'burst',
    {
      id: 'burst',
      axis: 'Delivery latency of messages sent at one instant',
      per: 'on average when many messages are sent at one instant',
    },
  ],
  [
    'sending',
    { id: 'sending', axis: 'From sending to the word that it is stored', per: 'from sending to receipt on average' },
  ],
  [
    'first-message',
    {
      id: 'first-message',
      axis: 'From opening to the first message',
      per: 'from nothing to the first message on average',
    },
  ],
]);

/** @returns null for a scenario whose latencies are drawn in another way, or that has none. */
export function latencyChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const meaning = MEANINGS.get(scenario.name);
  const lanes = scenario.lanes.filter((lane) => lane.latencyUs !== undefined);
  if (meaning === undefined || lanes.length === 0) return null;
  const cases = byCase(lanes);
  const rows = [...cases.values()].flatMap((of): ChartRow[] => {
    const drawn = of.flatMap((lane) => latencyRow(lane, lanes));
    return cases.size === 1 || of[0] === undefined ? drawn : [headingRow(caseLabel(of[0])), ...drawn];
  });
  return {
    id: meaning.id,
    kind: 'points',
    title: titleOf(scenario, cases, meaning),
    axis: `${meaning.axis} in ms, logarithmic`,
    scale: 'logarithmic',
    ...frameOf(run, scenario),
    alt: rowsText(`${meaning.axis} in ms by transport`, namedByHeading(rows)),
    rows,
  };
}

function latencyRow(lane: Lane, lanes: readonly Lane[]): ChartRow[] {
  const { latencyUs, predicted } = lane;
  if (latencyUs === undefined) return [];
  const points = POINTS.map((name) =>
    figurePoint(latencyLabel(name), latencyUs[name], predicted?.latencyUs?.[name], 1e-3),
  );
  return [rowOf(lane, lanes, true, points)];
}

function headingRow(name: string): ChartRow {
  return { name, of: '', colour: '', points: [] };
}

function titleOf(scenario: ScenarioResult, cases: ReadonlyMap<string, Lane[]>, { per }: Meaning): string {
  const show = (value: number) => `${ms(value)} ms`;
  const findings = [...cases.values()].map((of) => {
    const means = entriesOf(of, true, (lane) => lane.latencyUs?.mean);
    const compare = comparerOf(scenario, 'latencyUs.mean', of[0]?.case);
    if (cases.size === 1) return contestTitle(outcomeOf(means, NOISE.latency, compare), show, per);
    return `${of[0] === undefined ? '' : caseLabel(of[0])}: ${ranking(means, NOISE.latency, show, compare)}`;
  });
  return cases.size === 1 ? findings.join('') : `${findings.join('; ')} ${per}`;
}
