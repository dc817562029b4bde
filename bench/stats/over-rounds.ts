// One figure from several rounds: the geometric mean, and from five rounds on a 95 % interval by Student's t on the
// logarithms. (A bootstrap over so few rounds would cover the truth far less often than it says.)

import { studentT } from '../../client/student-t.ts';
import type { Figure } from '../run/run-file.ts';
import { logsOf } from './logs.ts';

/** Rounds from which on an interval is given. */
export const ROUNDS_FOR_INTERVAL = 5;

/** With 95 % in the middle, so much lies below the upper end. */
const UPPER_END = 0.975;

/** Six significant digits: more than any figure here is good for, and a file that people can read. */
export function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

/** @param values one figure of each round; at least one. Where one is 0, the arithmetic mean without an interval. */
export function overRounds(values: readonly number[]): Figure {
  const rounds = values.length > 1 ? { rounds: values.map(tidy) } : {};
  const logs = logsOf(values);
  if (logs === null) return { value: tidy(values.reduce((sum, value) => sum + value, 0) / values.length), ...rounds };
  const { count, mean, variance } = logs;
  const value = tidy(Math.exp(mean));
  if (count < ROUNDS_FOR_INTERVAL) return { value, ...rounds };
  // The mean of so many rounds spreads by the root of their number less than one of them.
  const half = studentT(UPPER_END, count - 1) * Math.sqrt(variance / count);
  return { value, low: tidy(Math.exp(mean - half)), high: tidy(Math.exp(mean + half)), ...rounds };
}
