// From a chart's data to its Chart.js configuration: the same for the pictures in docs/charts/ and for the page.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  type LegendItem,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type Scale,
  type ScaleOptionsByType,
  SubTitle,
  Title,
  Tooltip,
} from 'chart.js';
import { type ChartTheme, groundPlugin, marksPlugin, PREDICTION_DASH } from './chart-marks.ts';
import { compact } from './number-text.ts';
import type { ChartPoint, ChartRow, ChartView } from './run-view.ts';

export const LIGHT: ChartTheme = { ground: '#ffffff', text: '#1b1f24', muted: '#57606a', grid: '#e3e6ea' };
export const DARK: ChartTheme = { ground: '#14171c', text: '#e6e9ee', muted: '#9aa4b0', grid: '#2c323a' };

export interface ChartOptions {
  readonly theme: ChartTheme;
  readonly fontFamily: string;
  /** Whether finding, conditions and source are part of the picture. */
  readonly withText: boolean;
  /** Pixels: titles are broken to fit. */
  readonly width: number;
  /** Whether it follows the size of its container, and answers to the pointer. */
  readonly interactive: boolean;
}

/** The shapes of a row's points, in the order of the points. */
const SHAPES = ['circle', 'triangle', 'rect', 'rectRot'] as const;
const SHAPE_RADIUS = 6.5;
const TITLE_SIZE = 17;
const TEXT_SIZE = 13;
const MARGINS = 40;
/** Average width of a character as a share of the font's size, on the wide side. */
const CHARACTER_WIDTH = 0.535;
/** Room for a value beside the longest bar or the outer points, as a share of the axis. */
const HEADROOM = 1.18;

let registered = false;

/** Registers the parts of Chart.js that these charts need. */
export function prepareChartJs(): void {
  if (registered) return;
  registered = true;
  Chart.register(
    BarController,
    BarElement,
    CategoryScale,
    Legend,
    LinearScale,
    LineController,
    LineElement,
    LogarithmicScale,
    PointElement,
    SubTitle,
    Title,
    Tooltip,
  );
}

/** @returns the height in pixels that suits the number of rows. */
export function chartHeight(view: ChartView, withText: boolean): number {
  return 110 + view.rows.length * 42 + (withText ? 110 : 0);
}

export function chartConfig(view: ChartView, options: ChartOptions): ChartConfiguration<'bar' | 'line'> {
  const { theme, fontFamily, withText, width, interactive } = options;
  const font = (size: number, weight: 400 | 600 = 400) => ({ family: fontFamily, size, weight });
  const lines = (text: string, size: number) => broken(text, Math.floor((width - MARGINS) / (size * CHARACTER_WIDTH)));
  const labels = view.rows.map(rowLabel);
  const largest = Math.max(...view.rows.flatMap((row) => row.points.map(outermost)));
  const x = {
    type: view.scale,
    ...(view.scale === 'linear' ? { min: 0, suggestedMax: largest * HEADROOM } : logarithmicBounds(view)),
    title: { display: true, text: lines(view.axis, TEXT_SIZE), color: theme.muted, font: font(TEXT_SIZE) },
    grid: { color: theme.grid },
    border: { color: theme.muted },
    ticks: { color: theme.muted, font: font(TEXT_SIZE), callback: tickText, maxRotation: 0, autoSkipPadding: 12 },
    ...(view.scale === 'logarithmic' ? { afterBuildTicks: keepRoundTicks } : {}),
  } as unknown as ScaleOptionsByType<'linear'>;
  const y = {
    type: 'category',
    labels,
    offset: true,
    grid: { display: false },
    border: { color: theme.muted },
    ticks: { color: theme.text, font: font(TEXT_SIZE + 1), autoSkip: false },
  } as unknown as ScaleOptionsByType<'category'>;
  const legend = legendItems(view, theme);
  return {
    type: view.kind === 'bars' ? 'bar' : 'line',
    data: {
      labels,
      datasets: view.kind === 'bars' ? [barDataset(view.rows)] : view.rows.map(pointDataset),
    },
    options: {
      animation: false,
      responsive: interactive,
      maintainAspectRatio: false,
      indexAxis: 'y',
      layout: { padding: withText ? { left: 16, right: 20, top: 12, bottom: 10 } : { right: 8 } },
      scales: { x, y },
      plugins: {
        title: {
          display: withText,
          text: lines(view.title, TITLE_SIZE),
          align: 'start',
          color: theme.text,
          font: font(TITLE_SIZE, 600),
          padding: { bottom: 6 },
        },
        subtitle: {
          display: withText,
          text: [...lines(view.conditions, TEXT_SIZE), ...lines(view.source, TEXT_SIZE)],
          align: 'start',
          color: theme.muted,
          font: font(TEXT_SIZE),
          padding: { bottom: 8 },
        },
        legend: {
          display: legend.length > 0,
          position: 'bottom',
          align: 'start',
          // Nothing to be switched on and off: the legend explains the shapes.
          onClick: () => undefined,
          labels: {
            usePointStyle: true,
            boxHeight: 8,
            color: theme.muted,
            font: font(TEXT_SIZE),
            generateLabels: () => legend,
          },
        },
        tooltip: {
          enabled: interactive,
          displayColors: false,
          callbacks: {
            title: ([item]) => (item === undefined ? '' : rowAt(view, item.datasetIndex, item.dataIndex)?.name),
            label: ({ datasetIndex, dataIndex }) => pointText(view, datasetIndex, dataIndex),
          },
        },
      },
    },
    plugins: [groundPlugin(theme), marksPlugin({ view, theme, fontFamily })],
  };
}

/** What stands before a colon gets a line of its own, so that it fits narrow screens. */
function rowLabel({ name, spoiled }: ChartRow): string | string[] {
  const label = spoiled === true ? `${name} *` : name;
  return label.includes(': ') ? label.split(': ') : label;
}

function outermost(point: ChartPoint): number {
  return Math.max(point.value, point.high ?? 0, point.predicted ?? 0);
}

/** Half a decade of room on both sides, for the values beside the outer points. */
function logarithmicBounds(view: ChartView): { min: number; max: number } {
  const values = view.rows.flatMap((row) => row.points.map(({ value }) => value)).filter((value) => value > 0);
  const room = 10 ** 0.45;
  return { min: Math.min(...values) / room, max: Math.max(...values) * room };
}

/** On a logarithmic axis: powers of ten, and where that leaves too few, 2 and 5 times them too. */
function keepRoundTicks(scale: Scale): void {
  const mantissas = scale.max / scale.min < 30 ? [1, 2, 5] : [1];
  const exponents = [];
  for (let exponent = Math.floor(Math.log10(scale.min)); 10 ** exponent <= scale.max; exponent += 1) {
    exponents.push(exponent);
  }
  scale.ticks = exponents
    .flatMap((exponent) => mantissas.map((mantissa) => ({ value: mantissa * 10 ** exponent })))
    .filter(({ value }) => value >= scale.min && value <= scale.max);
}

function tickText(value: number | string): string {
  return Number(value).toLocaleString('en-GB', { maximumSignificantDigits: 3 });
}

function barDataset(rows: readonly ChartRow[]): ChartConfiguration<'bar'>['data']['datasets'][number] {
  return {
    data: rows.map((row) => row.points[0]?.value ?? 0),
    backgroundColor: rows.map((row) => row.colour),
    barPercentage: 0.72,
    categoryPercentage: 0.9,
    minBarLength: 2,
  };
}

function pointDataset(row: ChartRow): ChartConfiguration<'line'>['data']['datasets'][number] {
  return {
    label: row.name,
    // A category axis takes the row's name, which the types do not know.
    data: row.points.map((point) => ({ x: point.value, y: rowLabel(row) }) as unknown as number),
    borderColor: row.colour,
    backgroundColor: row.colour,
    pointStyle: row.points.map((_, index) => SHAPES[index % SHAPES.length] ?? 'circle'),
    pointRadius: SHAPE_RADIUS,
    pointBorderWidth: 0,
    pointHoverRadius: SHAPE_RADIUS + 2,
    borderWidth: 3,
  };
}

function legendItems(view: ChartView, theme: ChartTheme): LegendItem[] {
  const item = (text: string, rest: Partial<LegendItem>): LegendItem => ({
    text,
    fontColor: theme.muted,
    strokeStyle: theme.muted,
    fillStyle: theme.muted,
    lineWidth: 0,
    ...rest,
  });
  const points = view.rows.flatMap((row) => row.points);
  const shapes =
    view.kind === 'points'
      ? (view.rows[0]?.points ?? []).map(({ label }, index) =>
          item(label, { pointStyle: SHAPES[index % SHAPES.length] ?? 'circle' }),
        )
      : [];
  const predicted = points.some((point) => point.predicted !== undefined)
    ? [
        item('predicted', {
          pointStyle: 'line',
          strokeStyle: theme.text,
          lineWidth: 1.5,
          lineDash: PREDICTION_DASH,
          rotation: 90,
        }),
      ]
    : [];
  const intervals = points.some((point) => point.low !== undefined && view.kind === 'bars')
    ? [item('95 % interval over rounds', { pointStyle: 'line', strokeStyle: theme.text, lineWidth: 1.5 })]
    : [];
  return [...shapes, ...predicted, ...intervals];
}

function rowAt(view: ChartView, datasetIndex: number, dataIndex: number): ChartRow | undefined {
  return view.rows[view.kind === 'bars' ? dataIndex : datasetIndex];
}

function pointText(view: ChartView, datasetIndex: number, dataIndex: number): string[] {
  const point = rowAt(view, datasetIndex, dataIndex)?.points[view.kind === 'bars' ? 0 : dataIndex];
  if (point === undefined) return [];
  return [
    `${point.label}: ${compact(point.value)}`,
    ...(point.low === undefined || point.high === undefined
      ? []
      : [`95 % interval: ${compact(point.low)} to ${compact(point.high)}`]),
    ...(point.predicted === undefined ? [] : [`predicted: ${compact(point.predicted)}`]),
  ];
}

/** @returns the text in lines of at most that many characters. */
function broken(text: string, characters: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > characters) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
