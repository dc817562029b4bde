// One figure of a scenario as bars, one for each lane.
import { type FigureName, figureSpec } from '../../run/figures.ts';
import type { Run, ScenarioResult } from '../../run/run-file.ts';
import { contestOf } from '../contest.ts';
import type { RowsView } from '../views.ts';
import { contestTitle, frameOf, pointOf, rowOf, rowsText } from './parts.ts';

interface Bars {
  readonly id: string;
  readonly scenario: string;
  readonly figure: FigureName;
}

const BARS: readonly Bars[] = [
  { id: 'requests-per-delivery', scenario: 'steady', figure: 'requestsPerDelivery' },
  { id: 'bytes-per-delivery', scenario: 'steady', figure: 'bytesPerDelivery' },
  { id: 'idle-requests', scenario: 'idle', figure: 'requestsPerClientHour' },
  { id: 'idle-bytes', scenario: 'idle', figure: 'bytesPerClientHour' },
  { id: 'memory-per-connection', scenario: 'idle', figure: 'memoryBytesPerConnection' },
];

/** @returns the charts of this kind that the scenario has figures for. */
export function barCharts(run: Run, scenario: ScenarioResult): RowsView[] {
  return BARS.filter((chart) => chart.scenario === scenario.name).flatMap((chart) => barChart(run, scenario, chart));
}

function barChart(run: Run, scenario: ScenarioResult, { id, figure }: Bars): RowsView[] {
  const { lanes } = scenario;
  const rows = lanes.flatMap((lane) => {
    const point = pointOf(lane, figure);
    return point === null ? [] : [rowOf(lane, lanes, [point])];
  });
  if (rows.length === 0) return [];
  const { title = '', per = '' } = figureSpec(figure).axis ?? {};
  return [
    {
      id,
      kind: 'bars',
      title: contestTitle(contestOf(scenario, figure), per),
      axis: title,
      scale: 'linear',
      ...frameOf(run, scenario),
      alt: rowsText(`${title}, by transport`, rows),
      rows,
    },
  ];
}
