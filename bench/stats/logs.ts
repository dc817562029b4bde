// The logarithms of a figure's rounds. What disturbs a measurement multiplies it: a busy machine is "a tenth slower", not
// "a millisecond slower". On logarithms such disturbances are even to both sides, and ratios become differences.

/** How the logarithms of some values lie. */
export interface Logs {
  readonly count: number;
  readonly mean: number;
  /** Of the values, not of their mean; 0 where there is only one. */
  readonly variance: number;
}

/** @returns null where there is no value, or one that has no logarithm. */
export function logsOf(values: readonly number[]): Logs | null {
  const count = values.length;
  if (count === 0 || values.some((value) => !(value > 0))) return null;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  return { count, mean, variance: count === 1 ? 0 : squares / (count - 1) };
}
