// Numbers for people. Inside, everything is in one base unit; units appear here, at the edge.
import type { Figure } from './run-file.ts';

/** Of a figure's value: microseconds, milliseconds, bytes, or none. */
export type FigureUnit = 'us' | 'ms' | 'B' | '1';

/** Whatever is smaller is not worth its digits. */
const SMALLEST = 0.001;

/** @returns the number with about three significant digits, and thousands set apart: 0.213, 5.07, 42.1, 503, 12,300. */
export function compact(value: number): string {
  if (value === 0) return '0';
  if (value > 0 && value < SMALLEST) return `<${SMALLEST}`;
  const digits = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const rounded = value >= 1000 ? Number(value.toPrecision(value >= 100_000 ? 3 : 4)) : value;
  return rounded.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Of one: what is rounded to it counts as one. */
const NEARLY = 0.995;

/** @returns messages per second in the unit that suits them: `5 messages a minute`. */
export function rateText(perSecond: number): string {
  const [unit, perUnit] =
    perSecond >= NEARLY
      ? ['second', perSecond]
      : perSecond >= NEARLY / 60
        ? ['minute', perSecond * 60]
        : ['hour', perSecond * 3600];
  const count = Number(perUnit.toPrecision(2));
  return `${count.toLocaleString('en-GB')} message${count === 1 ? '' : 's'} ${unit === 'hour' ? 'an' : 'a'} ${unit}`;
}

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

/** @param share 0.12 is 12 %. @param digits behind the point. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
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
  if (value < 1_000_000) return `${compact(value / 1000)} kB`;
  return value < 1e9 ? `${compact(value / 1e6)} MB` : `${compact(value / 1e9)} GB`;
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
