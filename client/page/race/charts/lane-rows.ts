// What the charts draw: a row for each lane, and the page's own inks.
import { transportColours } from '../../../colours.ts';
import { transports } from '../../../transports/index.ts';
import { laneLabel } from '../words/lane-names.ts';

export interface LaneRow {
  readonly label: string;
  readonly colour: string;
  /** Dots, or one bar. */
  readonly values: readonly number[];
  /** A solid tick. */
  readonly mean: number | null;
  /** A dotted tick. */
  readonly predicted: number | null;
}

export interface ChartInks {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly font: string;
}

export function laneRow(
  name: string,
  values: readonly number[],
  mean: number | null,
  predicted: number | null,
): LaneRow {
  const index = transports.findIndex((transport) => transport.name === name);
  return { label: laneLabel(name), colour: transportColours(name, Math.max(0, index)), values, mean, predicted };
}

/** As they are now: they follow the reader's scheme, and the system's own colours where those are forced. */
export function inksOf(element: Element): ChartInks {
  const style = getComputedStyle(element);
  return { text: style.color, muted: style.color, grid: style.borderTopColor, font: style.fontFamily };
}
