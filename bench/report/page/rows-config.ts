// Charts with a row for each lane: bars, points and spans.
import type { ChartConfiguration, LegendItem, ScaleOptionsByType } from 'chart.js';
import { compact } from '../../run/format.ts';
import type { ChartPoint, ChartRow, RowsView } from '../views.ts';
import { axisOptions, logarithmicBounds } from './chart-axis.ts';
import {
  type AnyChartConfig,
  type ChartOptions,
  type ChartTheme,
  fontOf,
  legendItem,
  legendOf,
  PREDICTION_DASH,
  paddingOf,
  TEXT_SIZE,
  textPlugins,
} from './chart-theme.ts';
import { POINT_SHAPES } from './looks.ts';
import { mixed } from './mixed-colour.ts';
import { rowMarksPlugin, shadePlugin } from './row-marks.ts';

const SHAPE_RADIUS = 6.5;
/** Room for a value beside the longest bar or the outer points, as a share of the axis. */
const HEADROOM = 1.18;
/** On both sides of a logarithmic axis, for the values beside the outer points; in decades. */
const LOGARITHMIC_ROOM = 0.45;
/** A narrower picture needs a larger share of it for the same text, in pixels. */
const WIDTH_FOR_ROOM = 700;
/** How much of the row's colour each span has, in order. */
export const SPAN_STRENGTHS = [1, 0.55, 0.22] as const;
const BAR_SHARES = { barPercentage: 0.72, categoryPercentage: 0.9 };

export function rowsConfig(view: RowsView, options: ChartOptions): AnyChartConfig {
  const { theme } = options;
  const labels = view.rows.map(rowLabel);
  const y = {
    type: 'category',
    labels,
    offset: true,
    grid: { display: false },
    border: { color: theme.muted },
    ticks: { color: theme.text, font: fontOf(options, TEXT_SIZE + 1), autoSkip: false },
  } as unknown as ScaleOptionsByType<'category'>;
  return {
    type: view.kind === 'points' ? 'line' : 'bar',
    data: { labels, datasets: datasets(view, theme) },
    options: {
      animation: false,
      responsive: options.interactive,
      maintainAspectRatio: false,
      indexAxis: 'y',
      layout: { padding: paddingOf(options) },
      scales: { x: valueAxis(view, options), y },
      plugins: {
        ...textPlugins(view, options),
        legend: legendOf(legendItems(view, theme), options),
        tooltip: {
          enabled: options.interactive,
          displayColors: false,
          filter: ({ datasetIndex, dataIndex }) => (rowAt(view, datasetIndex, dataIndex)?.points.length ?? 0) > 0,
          callbacks: {
            title: ([item]) => (item === undefined ? '' : rowAt(view, item.datasetIndex, item.dataIndex)?.name),
            label: ({ datasetIndex, dataIndex }) => pointText(view, datasetIndex, dataIndex),
          },
        },
      },
    },
    plugins: [
      ...(view.shade === undefined ? [] : [shadePlugin(view.shade, options)]),
      rowMarksPlugin({ view, theme, fontFamily: options.fontFamily }),
    ],
  };
}

function valueAxis(view: RowsView, options: ChartOptions): ScaleOptionsByType<'linear'> {
  const points = view.rows.flatMap((row) => row.points);
  if (view.scale === 'logarithmic') {
    const bounds = logarithmicBounds(
      points.map(({ value }) => value),
      LOGARITHMIC_ROOM * Math.max(1, WIDTH_FOR_ROOM / options.width),
    );
    return axisOptions({ title: view.axis, scale: view.scale, ...bounds }, options);
  }
  const largest = Math.max(0, ...points.map(outermost));
  return {
    ...axisOptions({ title: view.axis, scale: view.scale, min: 0 }, options),
    suggestedMax: largest * HEADROOM,
  } as ScaleOptionsByType<'linear'>;
}

/** What stands before a colon gets a line of its own, so that it fits narrow screens. A heading is drawn elsewhere. */
function rowLabel({ name, spoiled, points }: ChartRow): string | string[] {
  if (points.length === 0) return '';
  const label = spoiled === true ? `${name} *` : name;
  return label.includes(': ') ? label.split(': ') : label;
}

function outermost(point: ChartPoint): number {
  return Math.max(point.value, point.high ?? 0, point.predicted ?? 0);
}

type Dataset = ChartConfiguration<'bar' | 'line'>['data']['datasets'][number];

function datasets(view: RowsView, theme: ChartTheme): Dataset[] {
  if (view.kind === 'points') return view.rows.map(pointDataset);
  if (view.kind === 'spans') return (view.spans ?? []).map((_, index) => spanDataset(view.rows, index, theme));
  return [
    {
      data: view.rows.map((row) => row.points[0]?.value ?? 0),
      backgroundColor: view.rows.map((row) => row.colour),
      minBarLength: 2,
      ...BAR_SHARES,
    },
  ];
}

/** From the point before to this one. */
function spanDataset(rows: readonly ChartRow[], index: number, theme: ChartTheme): Dataset {
  return {
    data: rows.map(({ points }) => {
      const [from, to] = [points[index - 1]?.value ?? 0, points[index]?.value ?? 0];
      return to > from ? [from, to] : null;
    }),
    backgroundColor: rows.map(({ colour }) => spanColour(colour, index, theme)),
    borderColor: rows.map(({ colour }) => (colour === '' ? theme.muted : colour)),
    borderWidth: 1,
    grouped: false,
    ...BAR_SHARES,
  } as unknown as Dataset;
}

function spanColour(colour: string, index: number, theme: ChartTheme): string {
  return mixed(colour === '' ? theme.muted : colour, theme.ground, SPAN_STRENGTHS[index] ?? 1);
}

function pointDataset(row: ChartRow, index: number): Dataset {
  return {
    label: row.name,
    // By the row's place: several rows may have the same name.
    parsing: false,
    data: row.points.map((point) => ({ x: point.value, y: index })),
    borderColor: row.colour,
    backgroundColor: row.colour,
    pointStyle: row.points.map((_, place) => POINT_SHAPES[place % POINT_SHAPES.length] ?? 'circle'),
    pointRadius: SHAPE_RADIUS,
    pointBorderWidth: 0,
    pointHoverRadius: SHAPE_RADIUS + 2,
    borderWidth: 3,
  };
}

function legendItems(view: RowsView, theme: ChartTheme): LegendItem[] {
  const points = view.rows.flatMap((row) => row.points);
  const [first] = view.rows.filter((row) => row.points.length > 0);
  const shapes =
    view.kind === 'points' && (first?.points.length ?? 0) > 1
      ? (first?.points ?? []).map(({ label }, index) =>
          legendItem(theme, label, { pointStyle: POINT_SHAPES[index % POINT_SHAPES.length] ?? 'circle' }),
        )
      : [];
  const spans = (view.spans ?? []).map((label, index) =>
    legendItem(theme, label, {
      pointStyle: 'rect',
      fillStyle: spanColour('', index, theme),
      strokeStyle: theme.muted,
      lineWidth: 1,
    }),
  );
  const predicted = points.some((point) => point.predicted !== undefined)
    ? [
        legendItem(
          theme,
          `${view.predictedLabel ?? 'predicted'}${shapes.length > 0 ? ', for what stands on top' : ''}`,
          {
            pointStyle: 'line',
            strokeStyle: theme.text,
            lineWidth: 1.5,
            lineDash: PREDICTION_DASH,
            rotation: 90,
          },
        ),
      ]
    : [];
  const intervals =
    points.some((point) => point.low !== undefined) && view.kind !== 'points'
      ? [
          legendItem(theme, '95 % interval over rounds', {
            pointStyle: 'line',
            strokeStyle: theme.text,
            lineWidth: 1.5,
          }),
        ]
      : [];
  return [...shapes, ...spans, ...predicted, ...intervals];
}

function rowAt(view: RowsView, datasetIndex: number, dataIndex: number): ChartRow | undefined {
  return view.rows[view.kind === 'points' ? datasetIndex : dataIndex];
}

function pointText(view: RowsView, datasetIndex: number, dataIndex: number): string[] {
  const place = view.kind === 'points' ? dataIndex : view.kind === 'spans' ? datasetIndex : 0;
  const point = rowAt(view, datasetIndex, dataIndex)?.points[place];
  if (point === undefined) return [];
  return [
    `${point.label}: ${compact(point.value)}`,
    ...(point.low === undefined || point.high === undefined
      ? []
      : [`95 % interval: ${compact(point.low)} to ${compact(point.high)}`]),
    ...(point.predicted === undefined ? [] : [`${view.predictedLabel ?? 'predicted'}: ${compact(point.predicted)}`]),
  ];
}
