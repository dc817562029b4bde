// What Chart.js does not draw by itself: the ground, the values beside the marks, 95 % intervals and predictions.
import type { Chart, Plugin } from 'chart.js';
import { compact } from './number-text.ts';
import type { ChartView } from './run-view.ts';

export interface ChartTheme {
  readonly ground: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
}

export interface MarkOptions {
  readonly view: ChartView;
  readonly theme: ChartTheme;
  readonly fontFamily: string;
}

const LABEL_SIZE = 13;
const LABEL_GAP = 8;
const WHISKER = 5;
export const PREDICTION_DASH = [3, 2];
/** Half the height of a prediction's mark, in pixels. */
const PREDICTION_HEIGHT = 19;

/** Fills the ground, so that the picture can be read wherever it is put. */
export function groundPlugin(theme: ChartTheme): Plugin {
  return {
    id: 'ground',
    beforeDraw: ({ ctx, width, height }) => {
      ctx.save();
      ctx.fillStyle = theme.ground;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}

export function marksPlugin(options: MarkOptions): Plugin {
  return {
    id: 'marks',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `${LABEL_SIZE}px ${options.fontFamily}`;
      ctx.textBaseline = 'middle';
      if (options.view.kind === 'bars') drawBarMarks(chart, options);
      else drawPointMarks(chart, options);
      ctx.restore();
    },
  };
}

function drawBarMarks(chart: Chart, { view, theme }: MarkOptions): void {
  const { ctx, scales } = chart;
  const x = scales['x'];
  if (x === undefined || !chart.isDatasetVisible(0)) return;
  for (const [index, bar] of chart.getDatasetMeta(0).data.entries()) {
    const point = view.rows[index]?.points[0];
    if (point === undefined) continue;
    const { y } = bar;
    let labelFrom = x.getPixelForValue(point.value);
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.5;
    if (point.low !== undefined && point.high !== undefined) {
      const [low, high] = [x.getPixelForValue(point.low), x.getPixelForValue(point.high)];
      strokeLines(ctx, [
        [low, y, high, y],
        [low, y - WHISKER, low, y + WHISKER],
        [high, y - WHISKER, high, y + WHISKER],
      ]);
      labelFrom = Math.max(labelFrom, high);
    }
    if (point.predicted !== undefined) {
      const at = x.getPixelForValue(point.predicted);
      drawPrediction(ctx, at, y);
      labelFrom = Math.max(labelFrom, at);
    }
    ctx.fillStyle = theme.text;
    ctx.textAlign = 'left';
    ctx.fillText(compact(point.value), labelFrom + LABEL_GAP, y);
  }
}

/** The first and the last point of a row have their values beside them. */
function drawPointMarks(chart: Chart, { view, theme }: MarkOptions): void {
  const { ctx, scales } = chart;
  const x = scales['x'];
  if (x === undefined) return;
  for (const [index, row] of view.rows.entries()) {
    const meta = chart.getDatasetMeta(index);
    if (!chart.isDatasetVisible(index)) continue;
    const y = meta.data[0]?.y ?? 0;
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.5;
    for (const { predicted } of row.points) {
      if (predicted !== undefined) drawPrediction(ctx, x.getPixelForValue(predicted), y);
    }
    const [first, last] = [row.points[0], row.points.at(-1)];
    if (first === undefined || last === undefined) continue;
    const firstText = compact(first.value);
    const firstEnd = x.getPixelForValue(first.value) - LABEL_GAP - 6;
    // On a linear axis there may be no room for it.
    const firstStart = firstEnd - ctx.measureText(firstText).width;
    if (firstStart > x.left) drawLabel(ctx, firstText, firstStart, y, theme);
    drawLabel(ctx, compact(last.value), x.getPixelForValue(last.value) + LABEL_GAP + 6, y, theme);
  }
}

/** On the ground's colour, so that a prediction's mark does not run through it. */
function drawLabel(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, theme: ChartTheme): void {
  ctx.fillStyle = theme.ground;
  ctx.fillRect(x - 1, y - LABEL_SIZE / 2, ctx.measureText(text).width + 2, LABEL_SIZE);
  ctx.fillStyle = theme.text;
  ctx.textAlign = 'left';
  ctx.fillText(text, x, y);
}

function drawPrediction(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.save();
  ctx.setLineDash(PREDICTION_DASH);
  strokeLines(ctx, [[x, y - PREDICTION_HEIGHT, x, y + PREDICTION_HEIGHT]]);
  ctx.restore();
}

function strokeLines(
  ctx: CanvasRenderingContext2D,
  lines: readonly (readonly [fromX: number, fromY: number, toX: number, toY: number])[],
): void {
  ctx.beginPath();
  for (const [fromX, fromY, toX, toY] of lines) {
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
  }
  ctx.stroke();
}
