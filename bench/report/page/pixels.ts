// Where values lie on a chart's canvas, in pixels.
import type { Chart } from 'chart.js';

export interface Pixels {
  x(value: number): number;
  y(value: number): number;
}

export function pixelsOf({ scales }: Chart): Pixels {
  return {
    x: (value) => scales['x']?.getPixelForValue(value) ?? 0,
    y: (value) => scales['y']?.getPixelForValue(value) ?? 0,
  };
}
