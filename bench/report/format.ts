// Numbers for people. Inside, everything is in one base unit; units appear here, at the edge.

import { compact } from '../../client/docs-page/number-text.ts';
import type { Figure } from '../run/run-file.ts';
import type { FigureUnit } from './figures.ts';

export { compact };

/** @returns a count in full: 17,500. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** @returns microseconds as milliseconds, without the unit. */
export function ms(us: number): string {
  return compact(us / 1000);
}

/** @returns a duration in ms with the unit that suits it: `300 ms`, `7 s`, `1.5 s`. */
export function duration(value: number): string {
  return value < 1000 ? `${compact(value)} ms` : `${Number((value / 1000).toFixed(2))} s`;
}

/** @returns a time as minutes and seconds: `0:07`, `12:30`. */
export function clockTime(value: number): string {
  const seconds = Math.max(0, Math.round(value / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @returns half the width of the figure's interval as a share of its value, in percent: `±2 %`; empty without one. */
export function uncertainty({ value, low, high }: Figure): string {
  if (low === undefined || high === undefined || value === 0) return '';
  const percent = ((high - low) / 2 / value) * 100;
  return `±${percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** @returns how many times: `1.06 times`, `340 times`. */
export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(ratio < 2 ? 2 : 1) : compact(ratio)} times`;
}

/** @returns `1 round`, `5 rounds`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** @returns bytes with a unit that suits them, by thousands. */
export function bytes(value: number): string {
  if (value < 1000) return `${compact(value)} B`;
  return value < 1_000_000 ? `${compact(value / 1000)} kB` : `${compact(value / 1_000_000)} MB`;
}

/** @returns the value with the unit that suits it: `12.3 µs`, `1.50 ms`, `42.0 kB`, `0.200`. */
export function withUnit(value: number, unit: FigureUnit): string {
  if (unit === 'us') return value < 1000 ? `${compact(value)} µs` : `${ms(value)} ms`;
  if (unit === 'ms') return `${compact(value)} ms`;
  return unit === 'B' ? bytes(value) : compact(value);
}

/** @returns the number of a ratio: two digits after the point up to 10, then three significant ones. */
export function ratioNumber(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : compact(ratio);
}

/** @returns a ratio with its interval, where it has one: `2.31 times [2.20, 2.42]`. */
export function timesWithin({ value, low, high }: Figure): string {
  const interval = low === undefined || high === undefined ? '' : ` [${ratioNumber(low)}, ${ratioNumber(high)}]`;
  return `${ratioNumber(value)} times${interval}`;
}

/** @returns `a, b and c`. */
export function sentenceList(names: readonly string[]): string {
  return names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
