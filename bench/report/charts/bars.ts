// One figure of a scenario as bars, one for each lane.
import { type FigureName, figureSpec } from '../../run/figures.ts';
import { sentenceList } from '../../run/format.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { contestOf } from '../contest.ts';
import type { RowsView } from '../views.ts';
import { contestTitle, frameOf, pointOf, rowOf, rowsText } from './parts.ts';

interface Bars {
  readonly id: string;
  readonly scenario: string;
  readonly figure: FigureName;
  /** A point on a logarithmic axis instead of a bar; default false. */
  readonly logarithmic?: boolean;
}

const BARS: readonly Bars[] = [
  { id: 'requests-per-delivery', scenario: 'steady', figure: 'requestsPerDelivery' },
  { id: 'bytes-per-delivery', scenario: 'steady', figure: 'bytesPerDelivery' },
  { id: 'cpu-per-delivery', scenario: 'steady', figure: 'serverCpuUsPerDelivery' },
  { id: 'idle-requests', scenario: 'idle', figure: 'requestsPerClientHour' },
  { id: 'idle-bytes', scenario: 'idle', figure: 'bytesPerClientHour' },
  { id: 'idle-cpu', scenario: 'idle', figure: 'serverCpuMsPerClientHour' },
  { id: 'memory-per-connection', scenario: 'idle', figure: 'memoryBytesPerConnection' },
  { id: 'slow-reader', scenario: 'slow-reader', figure: 'unwrittenBytes', logarithmic: true },
  { id: 'capacity', scenario: 'capacity', figure: 'connections' },
];

/** @returns the charts of this kind that the scenario has figures for. */
export function barCharts(run: Run, scenario: ScenarioResult): RowsView[] {
  return BARS.filter((chart) => chart.scenario === scenario.name).flatMap((chart) => barChart(run, scenario, chart));
}

function barChart(run: Run, scenario: ScenarioResult, { id, figure, logarithmic = false }: Bars): RowsView[] {
  const { lanes } = scenario;
  const rows = lanes.flatMap((lane) => {
    const point = pointOf(lane, figure);
    return point === null ? [] : [rowOf(lane, lanes, [point])];
  });
  if (rows.length === 0) return [];
  const { title = '', per = '' } = figureSpec(figure).axis ?? {};
  const axis = `${title}${logarithmic ? ', logarithmic' : ''}`;
  const frame = frameOf(run, scenario);
  return [
    {
      id,
      kind: logarithmic ? 'points' : 'bars',
      title: contestTitle(contestOf(scenario, figure), per),
      axis,
      scale: logarithmic ? 'logarithmic' : 'linear',
      ...frame,
      conditions: [frame.conditions, ...limits(lanes)].join('; '),
      alt: rowsText(`${axis}, by transport`, rows),
      rows,
    },
  ];
}

/** @returns what ended the search for a capacity, each reason once, with the transports. */
function limits(lanes: readonly Lane[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { stoppedBy, transport } of lanes) {
    if (stoppedBy !== undefined) reasons.set(stoppedBy, [...(reasons.get(stoppedBy) ?? []), transport ?? '']);
  }
  return [...reasons].map(([reason, names]) => `${sentenceList(names)} stopped by ${reason}`);
}
