// Latencies as percentiles, a row of points for each lane; where there are cases, under a heading for each.
import type { FigureName } from '../../run/figures.ts';
import { byCase, caseLabel } from '../../run/lane-labels.ts';
import { latencyMeaning } from '../../run/latency-meanings.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { contestOf } from '../contest.ts';
import { sendingFindings } from '../setting-findings.ts';
import { type ChartRow, namedByHeading, type RowsView } from '../views.ts';
import { contestTitle, frameOf, headingRow, pointOf, ranking, rowOf, rowsText } from './parts.ts';

const POINTS: readonly FigureName[] = ['p50', 'p90', 'p99', 'max'];

/** Those whose latencies are drawn so, with the chart's id. */
const CHARTS: ReadonlyMap<string, string> = new Map([
  ['steady', 'latency'],
  ['burst', 'burst'],
  ['sending', 'sending'],
  ['first-message', 'first-message'],
]);

/** @returns null for a scenario whose latencies are drawn in another way, or that has none. */
export function latencyChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const id = CHARTS.get(scenario.name);
  const lanes = scenario.lanes.filter((lane) => lane.latencyUs !== undefined);
  if (id === undefined || lanes.length === 0) return null;
  const cases = byCase(lanes);
  const rows = [...cases.values()].flatMap((ofCase): ChartRow[] => {
    const drawn = ofCase.map((lane) =>
      rowOf(
        lane,
        lanes,
        POINTS.flatMap((name) => pointOf(lane, name) ?? []),
      ),
    );
    return cases.size === 1 || ofCase[0] === undefined ? drawn : [headingRow(caseLabel(ofCase[0])), ...drawn];
  });
  const what = `${latencyMeaning(scenario.name).what}, ms`;
  return {
    id,
    kind: 'points',
    title: titleOf(scenario, [...cases.values()]),
    axis: `${what}, logarithmic`,
    scale: 'logarithmic',
    ...frameOf(run, scenario),
    alt: rowsText(`${what}, by transport`, namedByHeading(rows)),
    rows,
  };
}

function titleOf(scenario: ScenarioResult, cases: readonly (readonly Lane[])[]): string {
  const { per } = latencyMeaning(scenario.name);
  const sending = sendingFindings(scenario).map(({ about, text }) => `${about}: ${text.replace(/\.$/, '')}`);
  if (sending.length > 0) return sending.join('; ');
  const [only = []] = cases;
  if (cases.length === 1) return contestTitle(contestOf(scenario, 'mean', only), per);
  const findings = cases.map((lanes) => {
    const label = lanes[0] === undefined ? '' : caseLabel(lanes[0]);
    return `${label}: ${ranking(contestOf(scenario, 'mean', lanes))}`;
  });
  return `${findings.join('; ')} ${per}`;
}
