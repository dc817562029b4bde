// One figure from several rounds: the geometric mean, and from five rounds on a 95 % interval by Student's t on the
// logarithms. (A bootstrap over so few rounds would cover the truth far less often than it says.)

/** A figure over rounds. `low` and `high` bound its 95 % interval; absent with fewer than five rounds. */
export interface Figure {
  value: number;
  low?: number | undefined;
  high?: number | undefined;
}

/** Rounds from which on an interval is given. */
export const ROUNDS_FOR_INTERVAL = 5;

/** The 97.5 % quantile of Student's t by degrees of freedom, from 4 on. */
const STUDENT_T = [
  2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009,
  2.093, 2.086,
];

function studentT(degrees: number): number {
  // Beyond the table its last value, which is too wide rather than too narrow.
  return STUDENT_T[Math.min(degrees - 4, STUDENT_T.length - 1)] as number;
}

/** Six significant digits: more than any figure here is good for, and a file that people can read. */
export function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

/** @param values one figure of each round; at least one. Where one is 0, the arithmetic mean without an interval. */
export function overRounds(values: readonly number[]): Figure {
  const n = values.length;
  if (values.some((value) => value <= 0)) return { value: tidy(values.reduce((sum, value) => sum + value, 0) / n) };
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / n;
  const value = tidy(Math.exp(mean));
  if (n < ROUNDS_FOR_INTERVAL) return { value };
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1);
  const half = studentT(n - 1) * Math.sqrt(variance / n);
  return { value, low: tidy(Math.exp(mean - half)), high: tidy(Math.exp(mean + half)) };
}
