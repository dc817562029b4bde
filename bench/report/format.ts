// Numbers for people. Inside, everything is in one base unit; units appear here, at the edge.
import { compact } from '../../client/docs-page/number-text.ts';
import type { Figure } from '../stats/over-rounds.ts';

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
