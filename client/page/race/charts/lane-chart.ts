// One chart with a row for each lane: dots or a bar, and the predicted value as a dotted tick. Chart.js draws it; this file
// is loaded when the race is first seen, and nothing else imports Chart.js.
import {
  BarController,
  BarElement,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LogarithmicScale,
  type Plugin,
  PointElement,
  ScatterController,
} from 'chart.js';
import type { ChartInks, LaneRow } from './lane-rows.ts';

Chart.register(BarController, BarElement, LinearScale, LogarithmicScale, PointElement, ScatterController);

const DOT_RADIUS = 3;
/** Dots of one lane lie on so many lines, so that equal ones stay visible; as shares of the row. */
const DOT_LINES = [0, -0.2, 0.12, -0.1, 0.22];
const TICK_SHARE = 0.38;
const PREDICTED_DASH = [2, 3];
/** On both sides of a logarithmic axis, as a factor. */
const MARGIN = 1.5;
/** A logarithmic axis whose ends differ by less than this factor has more ticks. */
const FEW_TICKS = 300;

export interface LaneChart {
  draw(rows: readonly LaneRow[], inks: ChartInks): void;
}

/** @param format of a value on the axis. */
export function createLaneChart(
  canvas: HTMLCanvasElement,
  kind: 'dots' | 'bars',
  axis: string,
  format: (value: number) => string,
): LaneChart {
  let rows: readonly LaneRow[] = [];
  let inks: ChartInks | null = null;

  const ticks: Plugin = {
    id: 'lane-ticks',
    afterDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      const { x, y } = scales;
      if (inks === null || x === undefined || y === undefined) return;
      for (const [index, row] of rows.entries()) {
        const [top, bottom] = [y.getPixelForValue(index - TICK_SHARE), y.getPixelForValue(index + TICK_SHARE)];
        const draw = (value: number | null, dash: number[]) => {
          if (value === null || value < x.min || value > x.max) return;
          const at = x.getPixelForValue(value);
          ctx.save();
          ctx.setLineDash(dash);
          ctx.strokeStyle = inks?.text ?? '';
          ctx.lineWidth = 2;
          ctx.beginPath();
          ctx.moveTo(at, top);
          ctx.lineTo(at, bottom);
          ctx.stroke();
          ctx.restore();
        };
        draw(row.mean, []);
        draw(row.predicted, PREDICTED_DASH);
      }
    },
  };

  const scatter = kind === 'dots';
  const chart = new Chart(canvas, {
    type: scatter ? 'scatter' : 'bar',
    data: { datasets: [] },
    options: {
      animation: false,
      events: [],
      maintainAspectRatio: false,
      indexAxis: scatter ? 'x' : 'y',
      layout: { padding: { right: 12 } },
      scales: {
        x: {
          type: scatter ? 'logarithmic' : 'linear',
          title: { display: true, text: axis },
          ...(scatter ? {} : { min: 0 }),
        },
        y: { type: 'linear', reverse: true, grid: { display: false } },
      },
    },
    plugins: [ticks],
  } as unknown as ChartConfiguration);

  return {
    draw(next, ink) {
      rows = next;
      inks = ink;
      const { x, y } = chart.options.scales as Record<'x' | 'y', Record<string, unknown>>;
      const font = { family: ink.font, size: 12 };
      Object.assign(x as object, {
        ...bounds(rows, scatter),
        ...(scatter
          ? {
              afterBuildTicks: (scale: { min: number; max: number; ticks: { value: number }[] }) => {
                scale.ticks = roundTicks(scale.min, scale.max);
              },
            }
          : {}),
        grid: { color: ink.grid },
        border: { color: ink.muted },
        title: { display: true, text: axis, color: ink.muted, font },
        ticks: { color: ink.muted, font, maxRotation: 0, includeBounds: false, autoSkipPadding: 16, callback: format },
      });
      Object.assign(y as object, {
        min: -0.5,
        max: rows.length - 0.5,
        border: { color: ink.muted },
        afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
          scale.ticks = rows.map((_, value) => ({ value }));
        },
        ticks: { color: ink.text, font, callback: (value: number) => rows[value]?.label ?? '' },
      });
      chart.data.datasets = scatter ? rows.map(dots) : [bars(rows)];
      chart.update('none');
    },
  };
}

function dots({ colour, values }: LaneRow, index: number) {
  return {
    data: values.map((value, place) => ({ x: value, y: index + (DOT_LINES[place % DOT_LINES.length] ?? 0) })),
    backgroundColor: colour,
    borderWidth: 0,
    pointRadius: DOT_RADIUS,
  };
}

function bars(rows: readonly LaneRow[]) {
  return {
    data: rows.map(({ values }, index) => ({ x: values[0] ?? 0, y: index })),
    backgroundColor: rows.map(({ colour }) => colour),
    barThickness: 16,
    minBarLength: 2,
  } as unknown as ReturnType<typeof dots>;
}

/** Powers of ten; where these are few, their doubles and fives too. */
function roundTicks(min: number, max: number): { value: number }[] {
  const digits = max / min < FEW_TICKS ? [1, 2, 5] : [1];
  const exponents = Array.from(
    { length: Math.ceil(Math.log10(max / min)) + 2 },
    (_, index) => Math.floor(Math.log10(min)) + index,
  );
  return exponents
    .flatMap((exponent) => digits.map((digit) => ({ value: digit * 10 ** exponent })))
    .filter(({ value }) => value >= min && value <= max);
}

function bounds(rows: readonly LaneRow[], logarithmic: boolean): { min?: number; max?: number } {
  const all = rows.flatMap(({ values, predicted }) => (predicted === null ? values : [...values, predicted]));
  if (!logarithmic) return { max: Math.max(1, ...all) * 1.08 };
  const positive = all.filter((value) => value > 0);
  if (positive.length === 0) return { min: 10, max: 1000 };
  return { min: Math.min(...positive) / MARGIN, max: Math.max(...positive) * MARGIN };
}
