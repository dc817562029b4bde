// Where values lie on a chart's canvas, in pixels.
import type { Chart } from 'chart.js';

export interface Pixels {
  x(value: number): number;
  y(value: number): number;
}

/** @param yAxis of which panel, where there are two. */
export function pixelsOf({ scales }: Chart, yAxis = 'y'): Pixels {
  return {
    x: (value) => scales['x']?.getPixelForValue(value) ?? 0,
    y: (value) => scales[yAxis]?.getPixelForValue(value) ?? 0,
  };
}
