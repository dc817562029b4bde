// Axes of numbers: linear and logarithmic, with ticks at round values.
import type { Scale, ScaleOptionsByType } from 'chart.js';
import type { AxisView } from '../views.ts';
import { type ChartOptions, fontOf, linesOf, TEXT_SIZE, textRoom } from './chart-theme.ts';

/** Below so many decades a logarithmic axis has ticks at 2 and 5 times a power of ten too. */
const FEW_DECADES = 30;

/** For the title of a vertical axis, in pixels. */
export const VERTICAL_ROOM = 230;

/** For the labels at the left of a horizontal axis, in pixels. */
const LABELS_ROOM = 90;

/**
 * A logarithmic axis needs both bounds.
 * @param room for its title, in pixels: along a vertical axis there is less of it.
 */
export function axisOptions(
  view: AxisView,
  options: ChartOptions,
  room = textRoom(options) - LABELS_ROOM,
): ScaleOptionsByType<'linear'> {
  const { theme } = options;
  const logarithmic = view.scale === 'logarithmic';
  return {
    type: view.scale,
    ...(view.min === undefined ? {} : { min: view.min }),
    ...(view.max === undefined ? {} : { max: view.max }),
    title: {
      display: true,
      text: linesOf(view.title, room),
      color: theme.muted,
      font: fontOf(options, TEXT_SIZE),
    },
    grid: { color: theme.grid },
    border: { color: theme.muted },
    ticks: {
      color: theme.muted,
      font: fontOf(options, TEXT_SIZE),
      callback: labeller(view),
      maxRotation: 0,
      autoSkip: !logarithmic || view.ticks !== undefined,
      autoSkipPadding: 12,
      includeBounds: false,
    },
    ...(view.ticks === undefined
      ? logarithmic
        ? { afterBuildTicks: keepRoundTicks }
        : {}
      : { afterBuildTicks: (scale: Scale) => putTicks(scale, view.ticks ?? []) }),
  } as unknown as ScaleOptionsByType<'linear'>;
}

function labeller({ ticks }: AxisView): (value: number | string) => string {
  if (ticks === undefined) return tickText;
  return (value) => ticks.find(([at]) => at === Number(value))?.[1] ?? '';
}

export function tickText(value: number | string): string {
  return Number(value).toLocaleString('en-GB', { maximumSignificantDigits: 3 });
}

function putTicks(scale: Scale, ticks: NonNullable<AxisView['ticks']>): void {
  // The scale's own bounds may differ from the ticks' by a rounding.
  scale.ticks = ticks
    .map(([value]) => ({ value }))
    .filter(({ value }) => value >= scale.min * 0.999 && value <= scale.max * 1.001);
}

/** Powers of ten, and where that leaves too few, 2 and 5 times them too. */
function keepRoundTicks(scale: Scale): void {
  const mantissas = scale.max / scale.min < FEW_DECADES ? [1, 2, 5] : [1];
  const exponents = [];
  for (let exponent = Math.floor(Math.log10(scale.min)); 10 ** exponent <= scale.max; exponent += 1) {
    exponents.push(exponent);
  }
  scale.ticks = exponents
    .flatMap((exponent) => mantissas.map((mantissa) => ({ value: Number(`${mantissa}e${exponent}`) })))
    .filter(({ value }) => value >= scale.min && value <= scale.max);
}

/** @returns bounds with so much room on both sides, as a share of a decade. */
export function logarithmicBounds(values: readonly number[], room: number): { min: number; max: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { min: 0.1, max: 10 };
  return { min: Math.min(...positive) / 10 ** room, max: Math.max(...positive) * 10 ** room };
}
