// What Chart.js does not draw by itself in charts of rows: the values beside the marks, 95 % intervals, predictions,
// headings and shades.
import type { Chart, Plugin } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import { compact } from '../../run/format.ts';
import type { ChartPoint, RowsView } from '../views.ts';
import { type ChartOptions, type ChartTheme, PREDICTION_DASH } from './chart-theme.ts';
import { POINT_SHAPES } from './looks.ts';

export interface MarkOptions {
  readonly view: RowsView;
  readonly theme: ChartTheme;
  readonly fontFamily: string;
}

const LABEL_SIZE = 13;
const LABEL_GAP = 8;
const WHISKER = 5;
/** Half the height of a prediction's mark, in pixels. */
const PREDICTION_HEIGHT = 16;
/** Of the shape on top of it. */
const SHAPE_RADIUS = 4;

export function rowMarksPlugin(options: MarkOptions): Plugin {
  return {
    id: 'row-marks',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `${LABEL_SIZE}px ${options.fontFamily}`;
      ctx.textBaseline = 'middle';
      drawHeadings(chart, options);
      if (options.view.kind === 'points') drawPointMarks(chart, options);
      else drawBarMarks(chart, options);
      ctx.restore();
    },
  };
}

/** Fills a part of the axis, behind everything. */
export function shadePlugin(shade: NonNullable<RowsView['shade']>, { theme, fontFamily }: ChartOptions): Plugin {
  return {
    id: 'shade',
    beforeDatasetsDraw: ({ ctx, scales, chartArea }) => {
      const x = scales['x'];
      if (x === undefined) return;
      const [from, to] = [x.getPixelForValue(shade.from), x.getPixelForValue(shade.to)];
      ctx.save();
      ctx.fillStyle = theme.grid;
      ctx.globalAlpha = 0.6;
      ctx.fillRect(from, chartArea.top, to - from, chartArea.bottom - chartArea.top);
      ctx.globalAlpha = 1;
      ctx.fillStyle = theme.muted;
      ctx.font = `${LABEL_SIZE}px ${fontFamily}`;
      ctx.textAlign = 'right';
      ctx.textBaseline = 'top';
      ctx.fillText(shade.label, to - 4, chartArea.top + 3);
      ctx.restore();
    },
  };
}

function rowY(chart: Chart, index: number): number {
  return chart.scales['y']?.getPixelForValue(index) ?? 0;
}

function drawHeadings(chart: Chart, { view, theme, fontFamily }: MarkOptions): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.fillStyle = theme.text;
  ctx.textAlign = 'left';
  ctx.font = `600 ${LABEL_SIZE}px ${fontFamily}`;
  for (const [index, row] of view.rows.entries()) {
    if (row.points.length === 0)
      ctx.fillText(row.name, chartArea.left + LABEL_GAP, rowY(chart, index) + LABEL_SIZE / 2);
  }
  ctx.restore();
}

/** Of a bar its only point; of spans the last one, with its value, and the intervals of all. */
function drawBarMarks(chart: Chart, { view, theme }: MarkOptions): void {
  const { ctx, scales } = chart;
  const x = scales['x'];
  if (x === undefined) return;
  for (const [index, { points }] of view.rows.entries()) {
    const last = points.at(-1);
    if (last === undefined) continue;
    const y = rowY(chart, index);
    let labelFrom = x.getPixelForValue(last.value);
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.5;
    for (const point of points)
      labelFrom = Math.max(labelFrom, drawInterval(ctx, point, x.getPixelForValue.bind(x), y));
    if (last.predicted !== undefined) {
      const predictedAt = x.getPixelForValue(last.predicted);
      drawPrediction(ctx, predictedAt, y);
      labelFrom = Math.max(labelFrom, predictedAt);
    }
    ctx.fillStyle = theme.text;
    ctx.textAlign = 'left';
    ctx.fillText(compact(last.value), labelFrom + LABEL_GAP, y);
  }
}

/** @returns its right end, in pixels; 0 where there is none. */
function drawInterval(
  ctx: CanvasRenderingContext2D,
  { low, high }: ChartPoint,
  pixel: (value: number) => number,
  y: number,
): number {
  if (low === undefined || high === undefined) return 0;
  const [from, to] = [pixel(low), pixel(high)];
  strokeLines(ctx, [
    [from, y, to, y],
    [from, y - WHISKER, from, y + WHISKER],
    [to, y - WHISKER, to, y + WHISKER],
  ]);
  return to;
}

/** The first and the last point of a row have their values beside them. */
function drawPointMarks(chart: Chart, { view, theme }: MarkOptions): void {
  const { ctx, scales } = chart;
  const x = scales['x'];
  if (x === undefined) return;
  for (const [index, row] of view.rows.entries()) {
    const y = rowY(chart, index);
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1.5;
    for (const [place, { predicted }] of row.points.entries()) {
      if (predicted === undefined) continue;
      const at = x.getPixelForValue(predicted);
      drawPrediction(ctx, at, y);
      // Which of the row's points it is of.
      if (row.points.length > 1) drawShape(ctx, place, at, y - PREDICTION_HEIGHT, theme);
    }
    const [first, last] = [row.points[0], row.points.at(-1)];
    if (first === undefined || last === undefined) continue;
    const firstText = compact(first.value);
    // On a linear axis there may be no room for it.
    const firstStart = x.getPixelForValue(first.value) - LABEL_GAP - 6 - ctx.measureText(firstText).width;
    if (first !== last && firstStart > x.left) drawLabel(ctx, firstText, firstStart, y, theme);
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

/** Hollow, for what is not measured. */
function drawShape(ctx: CanvasRenderingContext2D, place: number, x: number, y: number, theme: ChartTheme): void {
  ctx.save();
  ctx.fillStyle = theme.ground;
  const pointStyle = POINT_SHAPES[place % POINT_SHAPES.length] ?? 'circle';
  drawPoint(ctx, { pointStyle, radius: SHAPE_RADIUS, borderWidth: 1.5 }, x, y);
  ctx.restore();
}

export function strokeLines(
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
