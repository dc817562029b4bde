// The areas of a map, each with its name where there is room.
import type { Chart } from 'chart.js';
import type { AreaView, MapView } from '../views.ts';
import type { ChartOptions } from './chart-theme.ts';
import { type Box, overlap, placeBoxes } from './map-places.ts';
import { mixed } from './mixed-colour.ts';
import { type Pixels, pixelsOf } from './pixels.ts';

/** How much of its colour an area has: its text must be readable on it. */
export const AREA_STRENGTH = 0.34;

const NAME_SIZES = { wide: 15, narrow: 13 } as const;
/** Below it a picture is narrow, in pixels. */
const NARROW = 500;
const STRIPE_DISTANCE = 14;
const ROOM = 10;

export function drawAreas(chart: Chart, view: MapView, options: ChartOptions): void {
  const { ctx } = chart;
  const { xs, areas } = view;
  const pixels = pixelsOf(chart);
  ctx.save();
  for (const area of areas) {
    outline(ctx, area, xs, pixels);
    ctx.fillStyle = mixed(area.colour, options.theme.ground, AREA_STRENGTH);
    ctx.fill();
    if (area.stripes !== undefined) drawStripes(chart, area, xs, pixels);
    ctx.strokeStyle = options.theme.ground;
    ctx.lineWidth = 1.5;
    outline(ctx, area, xs, pixels);
    ctx.stroke();
  }
  const taken = placeBoxes(chart, view, options);
  for (const area of areas) drawName(ctx, area, { xs, pixels, taken }, options);
  ctx.restore();
}

function outline(
  ctx: CanvasRenderingContext2D,
  { lower, upper }: AreaView,
  xs: readonly number[],
  pixels: Pixels,
): void {
  ctx.beginPath();
  for (const [index, x] of xs.entries()) ctx.lineTo(pixels.x(x), pixels.y(upper[index] ?? 0));
  for (const [index, x] of [...xs.entries()].toReversed()) ctx.lineTo(pixels.x(x), pixels.y(lower[index] ?? 0));
  ctx.closePath();
}

function drawStripes(chart: Chart, area: AreaView, xs: readonly number[], pixels: Pixels): void {
  const { ctx, chartArea } = chart;
  ctx.save();
  outline(ctx, area, xs, pixels);
  ctx.clip();
  ctx.strokeStyle = area.stripes ?? area.colour;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 2;
  ctx.beginPath();
  const height = chartArea.bottom - chartArea.top;
  for (let at = chartArea.left - height; at < chartArea.right; at += STRIPE_DISTANCE) {
    ctx.moveTo(at, chartArea.bottom);
    ctx.lineTo(at + height, chartArea.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** @returns the widest box inside the area that is high enough; null where there is none. */
function widestBox({ lower, upper }: AreaView, xs: readonly number[], pixels: Pixels, height: number): Box | null {
  let best: Box | null = null;
  for (let from = 0; from < xs.length; from += 1) {
    let [top, bottom] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let to = from; to < xs.length; to += 1) {
      top = Math.max(top, pixels.y(upper[to] ?? 0));
      bottom = Math.min(bottom, pixels.y(lower[to] ?? 0));
      if (bottom - top < height) break;
      const [left, right] = [pixels.x(xs[from] ?? 0), pixels.x(xs[to] ?? 0)];
      const roomier = best === null ? 0 : right - left - (best.right - best.left);
      if (best === null || roomier > 1 || (roomier > -1 && bottom - top > best.bottom - best.top)) {
        best = { left, right, top, bottom };
      }
    }
  }
  return best;
}

function inLines(text: string, count: number): string[] {
  const words = text.split(' ');
  const each = Math.ceil(words.length / count);
  return Array.from({ length: count }, (_, line) => words.slice(line * each, (line + 1) * each).join(' '));
}

interface Room {
  readonly xs: readonly number[];
  readonly pixels: Pixels;
  /** What a name must not lie on. */
  readonly taken: readonly Box[];
}

/** In as few lines as fit; not at all where there is no room: the legend has it. */
function drawName(
  ctx: CanvasRenderingContext2D,
  area: AreaView,
  { xs, pixels, taken }: Room,
  { theme, fontFamily, width: pictureWidth }: ChartOptions,
): void {
  const size = NAME_SIZES[pictureWidth < NARROW ? 'narrow' : 'wide'];
  const lineHeight = size + 4;
  ctx.font = `600 ${size}px ${fontFamily}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const lines of [1, 2, 3].map((count) => inLines(area.label, count))) {
    const height = lines.length * lineHeight;
    const room = widestBox(area, xs, pixels, height + ROOM);
    const width = Math.max(...lines.map((line) => ctx.measureText(line).width)) + ROOM;
    const box = room === null ? undefined : placesIn(room, width, height).find((one) => !taken.some(overlap(one)));
    if (box === undefined) continue;
    if (area.stripes !== undefined) {
      ctx.fillStyle = mixed(area.colour, theme.ground, AREA_STRENGTH);
      ctx.fillRect(box.left, box.top, width, height);
    }
    ctx.fillStyle = theme.text;
    for (const [index, line] of lines.entries()) {
      ctx.fillText(line, (box.left + box.right) / 2, box.top + (index + 0.5) * lineHeight);
    }
    return;
  }
}

/** From the middle outwards, as shares of the room that is left over. */
const SHIFTS = [0.5, 0.7, 0.3, 0.85, 0.15, 1, 0];

/** @returns where a text of that size can lie in the room, the best place first. */
function placesIn(room: Box, width: number, height: number): Box[] {
  const [freeX, freeY] = [room.right - room.left - width, room.bottom - room.top - height];
  if (freeX < 0 || freeY < 0) return [];
  return SHIFTS.flatMap((shiftX) =>
    [0.5, 0.2, 0.8].map((shiftY) => {
      const [left, top] = [room.left + freeX * shiftX, room.top + freeY * shiftY];
      return { left, right: left + width, top, bottom: top + height };
    }),
  );
}
