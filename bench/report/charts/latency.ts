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

/** Whose cases differ so much from each other, and so little in themselves, that each needs an axis of its own. */
const APART = 'first-message';

/** @returns none for a scenario whose latencies are drawn in another way, or that has none. */
export function latencyCharts(run: Run, scenario: ScenarioResult): RowsView[] {
  const id = CHARTS.get(scenario.name);
  const lanes = scenario.lanes.filter((lane) => lane.latencyUs !== undefined);
  if (id === undefined || lanes.length === 0) return [];
  const cases = [...byCase(lanes)];
  if (scenario.name !== APART || cases.length === 1) return [latencyChart(run, scenario, id, cases)];
  // The last case is the farthest, which is what the network does to it.
  return cases.toReversed().map((one, index) => ({
    ...latencyChart(run, scenario, index === 0 ? id : `${id}-${one[0].replace(/\W+/g, '-')}`, [one]),
    axis: `${latencyMeaning(scenario.name).what}, ms`,
    scale: 'linear' as const,
  }));
}

/** @param cases those of the scenario that are drawn together. */
function latencyChart(
  run: Run,
  scenario: ScenarioResult,
  id: string,
  cases: readonly (readonly [name: string, lanes: readonly Lane[]])[],
): RowsView {
  const several = cases.length > 1;
  const rows = cases.flatMap(([, ofCase]): ChartRow[] => {
    const drawn = ofCase.map((lane) =>
      rowOf(
        lane,
        scenario.lanes,
        POINTS.flatMap((name) => pointOf(lane, name) ?? []),
      ),
    );
    return several && ofCase[0] !== undefined ? [headingRow(caseLabel(ofCase[0])), ...drawn] : drawn;
  });
  const what = `${latencyMeaning(scenario.name).what}, ms`;
  return {
    id,
    kind: 'points',
    title: titleOf(
      scenario,
      cases.map(([, lanes]) => lanes),
    ),
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
  const [first] = only;
  if (cases.length === 1 && first?.case === undefined) return contestTitle(contestOf(scenario, 'mean', only), per);
  const findings = cases.map((lanes) => {
    const label = lanes[0] === undefined ? '' : caseLabel(lanes[0]);
    return `${label}: ${ranking(contestOf(scenario, 'mean', lanes))}`;
  });
  return `${findings.join('; ')} ${per}`;
}
