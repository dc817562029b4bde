// What Chart.js does not draw by itself over lines: 95 % intervals, a name at each line's end, and a vertical mark.

import type { Chart, Plugin } from 'chart.js';
import { nameOf } from '../../run/names.ts';
import type { LineSeries, LinesView } from '../views.ts';
import { type ChartOptions, PREDICTION_DASH } from './chart-theme.ts';
import { pixelsOf } from './pixels.ts';
import { strokeLines } from './row-marks.ts';

const LABEL_SIZE = 13;
const LABEL_GAP = 12;
/** Names that would lie on each other are moved apart to this distance, in pixels. */
const LABEL_DISTANCE = 17;
const WHISKER = 4;
/** Generous, for a font that is not measured here. */
const LABEL_CHARACTER = 7;

/** @returns the room that the names need at the right, in pixels. */
export function endLabelWidth({ series }: LinesView): number {
  return Math.max(...series.map(({ lane }) => nameOf(lane).length)) * LABEL_CHARACTER + LABEL_GAP;
}

export function lineMarksPlugin(view: LinesView, options: ChartOptions & { readonly labelled: boolean }): Plugin {
  return {
    id: 'line-marks',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `${LABEL_SIZE}px ${options.fontFamily}`;
      drawIntervals(chart, view);
      drawMark(chart, view, options);
      if (options.labelled) drawNames(chart, view, options);
      ctx.restore();
    },
  };
}

function drawIntervals(chart: Chart, { series }: LinesView): void {
  const { ctx } = chart;
  ctx.lineWidth = 1.5;
  for (const { colour, points, panel } of series) {
    ctx.strokeStyle = colour;
    const pixels = pixelsOf(chart, panel);
    for (const { x, low, high } of points) {
      if (low === undefined || high === undefined) continue;
      const [at, from, to] = [pixels.x(x), pixels.y(low), pixels.y(high)];
      strokeLines(ctx, [
        [at, from, at, to],
        [at - WHISKER, from, at + WHISKER, from],
        [at - WHISKER, to, at + WHISKER, to],
      ]);
    }
  }
}

function drawMark(chart: Chart, { mark }: LinesView, { theme }: ChartOptions): void {
  if (mark === undefined) return;
  const { ctx, chartArea } = chart;
  const at = pixelsOf(chart).x(mark.x);
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.5;
  ctx.setLineDash(PREDICTION_DASH);
  strokeLines(ctx, [[at, chartArea.top, at, chartArea.bottom]]);
  ctx.setLineDash([]);
  ctx.fillStyle = theme.text;
  // On the side with more room.
  const left = at - chartArea.left > chartArea.right - at;
  ctx.textAlign = left ? 'right' : 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillText(mark.label, left ? at - 6 : at + 6, chartArea.bottom - 6);
}

/** In the order of the lines' ends, each moved down as far as the one above it asks. */
function drawNames(chart: Chart, { series }: LinesView, { theme }: ChartOptions): void {
  const { ctx, chartArea } = chart;
  const pixels = pixelsOf(chart);
  const ends = [...new Set(series.map(({ lane }) => lane))]
    .flatMap((lane) => {
      const end = lastPoint(
        series.filter((one) => one.lane === lane && one.panel === undefined && one.role !== 'knee'),
      );
      const colour = series.find((one) => one.lane === lane)?.colour ?? theme.muted;
      return end === undefined ? [] : [{ lane, colour, y: pixels.y(end.y) }];
    })
    .toSorted((a, b) => a.y - b.y);
  const lowest = chartArea.bottom - LABEL_DISTANCE * (ends.length - 1);
  let free = chartArea.top;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const [index, { lane, colour, y }] of ends.entries()) {
    const at = Math.min(Math.max(y, free), lowest + LABEL_DISTANCE * index);
    free = at + LABEL_DISTANCE;
    ctx.fillStyle = colour;
    ctx.fillRect(chartArea.right + LABEL_GAP - 6, at - 4, 3, 8);
    ctx.fillStyle = theme.text;
    ctx.fillText(nameOf(lane), chartArea.right + LABEL_GAP, at);
  }
}

/** Where the name's lines end. */
function lastPoint(series: readonly LineSeries[]): LineSeries['points'][number] | undefined {
  return series.flatMap(({ points }) => points.at(-1) ?? []).toSorted((a, b) => b.x - a.x)[0];
}
