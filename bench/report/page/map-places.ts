// The places on a map: a dot with its name beside it.
import type { Chart } from 'chart.js';
import type { MapView } from '../views.ts';
import type { ChartOptions } from './chart-theme.ts';
import { pixelsOf } from './pixels.ts';

const SIZE = 13;
const RADIUS = 6;
const GAP = 3;

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** @returns whether another box lies on this one. */
export function overlap(one: Box): (other: Box) => boolean {
  return (other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

interface Placed {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Of its name. */
  readonly box: Box;
}

function placed(chart: Chart, { places }: MapView, { fontFamily }: ChartOptions): Placed[] {
  const { ctx, chartArea } = chart;
  const pixels = pixelsOf(chart);
  ctx.font = `600 ${SIZE}px ${fontFamily}`;
  return places.map((place) => {
    // Beyond the map's edge it stands at the edge.
    const x = Math.min(Math.max(pixels.x(place.x), chartArea.left), chartArea.right);
    const y = Math.min(Math.max(pixels.y(place.y), chartArea.top), chartArea.bottom);
    const width = ctx.measureText(place.label).width + 2 * GAP;
    const isLeft = x + RADIUS + GAP + width > chartArea.right;
    const left = isLeft ? x - RADIUS - GAP - width : x + RADIUS + GAP;
    const box = { left, right: left + width, top: y - SIZE / 2 - GAP, bottom: y + SIZE / 2 + GAP };
    return { label: place.label, x, y, box };
  });
}

/** @returns what the places cover, their dots with them. */
export function placeBoxes(chart: Chart, view: MapView, options: ChartOptions): Box[] {
  return placed(chart, view, options).map(({ x, box }) => ({
    ...box,
    left: Math.min(box.left, x - RADIUS),
    right: Math.max(box.right, x + RADIUS),
  }));
}

export function drawPlaces(chart: Chart, view: MapView, options: ChartOptions): void {
  const { ctx } = chart;
  const { theme } = options;
  ctx.save();
  for (const { label, x, y, box } of placed(chart, view, options)) {
    ctx.beginPath();
    ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
    ctx.fillStyle = theme.text;
    ctx.fill();
    ctx.strokeStyle = theme.ground;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.fillStyle = theme.ground;
    ctx.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    ctx.fillStyle = theme.text;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillText(label, box.left + GAP, y);
  }
  ctx.restore();
}
