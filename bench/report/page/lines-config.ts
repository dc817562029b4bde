// Charts with lines over a number: measured with marks, predicted dashed, controls dotted.

import type { ChartConfiguration, LegendItem, PointStyle } from 'chart.js';
import { compact } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import type { AxisView, LineSeries, LinesView } from '../views.ts';
import { axisOptions, logarithmicBounds, VERTICAL_ROOM } from './chart-axis.ts';
import {
  type AnyChartConfig,
  type ChartOptions,
  CONTROL_DASH,
  LINE_DASH,
  legendItem,
  legendOf,
  PREDICTION_DASH,
  paddingOf,
  textPlugins,
} from './chart-theme.ts';
import { endLabelWidth, lineMarksPlugin } from './line-marks.ts';
import { shapesOf } from './looks.ts';

const MARK_RADIUS = 5.5;
const KNEE_RADIUS = 10;
/** Around the outer points; in decades. */
const LOGARITHMIC_ROOM = 0.12;
const LINEAR_ROOM = 1.02;
/** Of two panels, in shares of the height, and the room of their titles, in pixels. */
const IN_STACK = { stack: 'panels', offset: true };
const UPPER_WEIGHT = 2;
const UPPER_ROOM = 200;
const LOWER_ROOM = 110;
/** Narrower pictures name the lines in the legend instead of beside their ends, in pixels. */
export const WIDTH_FOR_END_LABELS = 560;

export function linesConfig(view: LinesView, options: ChartOptions): AnyChartConfig {
  const shapes = shapesOf(view.series.map(({ lane }) => lane));
  const labelled = options.width >= WIDTH_FOR_END_LABELS;
  const padding = paddingOf(options);
  const points = view.series.flatMap((series) => series.points);
  return {
    type: 'line',
    data: { datasets: view.series.map((series) => lineDataset(series, shapes, options)) },
    options: {
      animation: false,
      responsive: options.interactive,
      maintainAspectRatio: false,
      parsing: false,
      layout: { padding: labelled ? { ...padding, right: padding.right + endLabelWidth(view) } : padding },
      scales: {
        x: axisOptions(
          bounded(
            view.x,
            points.map(({ x }) => x),
          ),
          options,
        ),
        // The first of a stack lies lowest.
        ...(view.lower === undefined ? {} : lowerScale(view, view.lower, options)),
        y: {
          ...axisOptions(
            bounded(view.y, heightsOf(view.series.filter(({ panel }) => panel === undefined))),
            options,
            view.lower === undefined ? VERTICAL_ROOM : UPPER_ROOM,
          ),
          ...(view.lower === undefined ? {} : { ...IN_STACK, stackWeight: UPPER_WEIGHT }),
        },
      },
      plugins: {
        ...textPlugins(view, options),
        legend: legendOf(legendItems(view, shapes, labelled, options), options),
        tooltip: {
          enabled: options.interactive,
          displayColors: false,
          // A prediction's line has a point wherever it was drawn.
          filter: ({ datasetIndex }) => view.series[datasetIndex]?.role !== 'predicted',
          callbacks: {
            title: ([item]) => (item === undefined ? '' : nameOf(view.series[item.datasetIndex]?.lane ?? '')),
            label: ({ datasetIndex, dataIndex }) => pointText(view, datasetIndex, dataIndex),
          },
        },
      },
    },
    plugins: [lineMarksPlugin(view, { ...options, labelled })],
  };
}

function heightsOf(series: readonly LineSeries[]): number[] {
  return series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]));
}

/** The axis of the lower panel; the upper one's makes room for it, for both are in one stack. */
function lowerScale({ series }: LinesView, lower: AxisView, options: ChartOptions) {
  const axis = bounded(lower, heightsOf(series.filter(({ panel }) => panel === 'lower')));
  return { lower: { ...axisOptions(axis, options, LOWER_ROOM), axis: 'y' as const, ...IN_STACK, stackWeight: 1 } };
}

/** A linear axis ends a little after its last point. */
function bounded(axis: AxisView, values: readonly number[]): AxisView {
  if (axis.scale === 'linear') return { max: Math.max(...values) * LINEAR_ROOM, ...axis };
  return { ...logarithmicBounds(values, LOGARITHMIC_ROOM), ...axis };
}

type Dataset = ChartConfiguration<'bar' | 'line'>['data']['datasets'][number];

function lineDataset(
  { lane, colour, role, points, panel }: LineSeries,
  shapes: ReadonlyMap<string, PointStyle>,
  { theme }: ChartOptions,
): Dataset {
  const marked = role !== 'predicted';
  const isKnee = role === 'knee';
  const isHollow = points.map(({ spoiled }) => spoiled === true);
  return {
    type: 'line',
    label: nameOf(lane),
    data: points.map(({ x, y }) => ({ x, y })),
    yAxisID: panel ?? 'y',
    showLine: role !== 'marks' && !isKnee,
    // What was measured lies over what was predicted.
    order: marked ? 0 : 1,
    clip: false,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: role === 'measured' ? 2.5 : 2,
    borderDash: role === 'predicted' ? LINE_DASH : role === 'control' ? CONTROL_DASH : [],
    pointStyle: isKnee ? 'circle' : (shapes.get(lane) ?? 'circle'),
    pointRadius: isKnee ? KNEE_RADIUS : marked ? MARK_RADIUS : 0,
    pointHoverRadius: marked ? MARK_RADIUS + 2 : 0,
    pointHitRadius: marked ? 8 : 0,
    pointBackgroundColor: isKnee ? 'transparent' : isHollow.map((hollow) => (hollow ? theme.ground : colour)),
    pointBorderWidth: isHollow.map((hollow) => (hollow || isKnee ? 2.5 : role === 'control' ? 1.5 : 0)),
  };
}

function legendItems(
  { series }: LinesView,
  shapes: ReadonlyMap<string, PointStyle>,
  labelled: boolean,
  { theme }: ChartOptions,
): LegendItem[] {
  const names = [...new Map(series.map(({ lane, colour }) => [lane, colour]))].map(([lane, colour]) =>
    legendItem(theme, nameOf(lane), {
      pointStyle: shapes.get(lane) ?? 'circle',
      fillStyle: colour,
      strokeStyle: colour,
      lineWidth: 1,
    }),
  );
  const line = (text: string, rest: Partial<LegendItem>) =>
    legendItem(theme, text, { pointStyle: 'line', strokeStyle: theme.text, lineWidth: 1.5, ...rest });
  const has = (role: LineSeries['role']) => series.some((one) => one.role === role);
  const intervals = series.some(({ points }) => points.some(({ low }) => low !== undefined));
  return [
    ...(labelled ? [] : names),
    ...(has('predicted') ? [line('predicted', { lineDash: PREDICTION_DASH })] : []),
    ...(has('control') ? [line('control', { lineDash: [1, 2], strokeStyle: theme.muted })] : []),
    ...(has('knee')
      ? [
          legendItem(theme, 'the knee', {
            pointStyle: 'circle',
            fillStyle: 'transparent',
            strokeStyle: theme.text,
            lineWidth: 2,
          }),
        ]
      : []),
    ...(intervals ? [line('95 % interval over rounds', {})] : []),
  ];
}

function pointText({ series }: LinesView, datasetIndex: number, dataIndex: number): string[] {
  const one = series[datasetIndex];
  const point = one?.points[dataIndex];
  if (one === undefined || point === undefined) return [];
  const predicted = series
    .find(({ lane, role }) => lane === one.lane && role === 'predicted')
    ?.points.find(({ x }) => x === point.x);
  return [
    `${compact(point.y)} at ${compact(point.x)}`,
    ...(point.low === undefined || point.high === undefined
      ? []
      : [`95 % interval: ${compact(point.low)} to ${compact(point.high)}`]),
    ...(predicted === undefined ? [] : [`predicted: ${compact(predicted.y)}`]),
    ...(point.note === undefined ? [] : [point.note]),
  ];
}
