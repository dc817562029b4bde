// Is one thing slower than another, or is that chance? One figure of each is compared, the primary one: who compares
// many figures and reports the one that stands out, finds a difference between any two things.

import { studentT } from '../../client/student-t.ts';
import { type Figure, MARGIN } from '../run/run-file.ts';
import { type Logs, logsOf } from './logs.ts';
import { ROUNDS_FOR_INTERVAL, tidy } from './over-rounds.ts';

export interface RatioFigure {
  /** How many times the other's figure, with its 99.5 % interval. */
  readonly ratio: Figure;
  /** Whether the whole interval lies beyond the margin. */
  readonly different: boolean;
}

/**
 * A run makes dozens of comparisons. At 95 % one in twenty would find a difference where there is none; at 99.5 % one in
 * two hundred, and the margin leaves less than that.
 */
const UPPER_END = 0.9975;

/** How two runs are compared. */
export interface RunsCompared {
  /** How often a difference may be found where there is none; default 0.005. */
  readonly level?: number;
  /**
   * By so much, as a logarithm, the machine itself may have changed from one run to the other: what did not change
   * otherwise, the controls, differs by as much. Default 0.
   */
  readonly drift?: number;
}

/**
 * Compares what was measured in the same rounds: what disturbs a round disturbs both, so that it cancels in each round's
 * ratio; the interval is Student's, of the logarithms of these ratios.
 * @param a each round's figure, in order. @param b the other's, of the same rounds.
 * @returns null where there are fewer than five rounds, not the same for both, or where a value is 0.
 */
export function compareRounds(a: readonly number[], b: readonly number[]): RatioFigure | null {
  if (a.length !== b.length || a.length < ROUNDS_FOR_INTERVAL) return null;
  if (logsOf(a) === null || logsOf(b) === null) return null;
  const ratios = a.map((value, round) => value / (b[round] as number));
  const logs = logsOf(ratios);
  if (logs === null) return null;
  const { count, mean, variance } = logs;
  return verdict(mean, studentT(UPPER_END, count - 1) * Math.sqrt(variance / count), { rounds: ratios.map(tidy) });
}

/**
 * Compares what was measured in two runs, whose rounds have nothing in common: Welch's t, which does not ask both to
 * spread alike. What differs between the runs themselves (the machine's mood, its temperature, another kernel) is no
 * chance that rounds could tell of: it widens the interval on both sides.
 * @returns null where either has fewer than five rounds, or a round of 0.
 */
export function compareFigures(
  a: Figure,
  b: Figure,
  { level = 0.005, drift = 0 }: RunsCompared = {},
): RatioFigure | null {
  const [first, second] = [logsOf(a.rounds ?? []), logsOf(b.rounds ?? [])];
  if (first === null || second === null) return null;
  if (Math.min(first.count, second.count) < ROUNDS_FOR_INTERVAL) return null;
  const [ofFirst, ofSecond] = [first.variance / first.count, second.variance / second.count];
  const variance = ofFirst + ofSecond;
  const half = variance === 0 ? 0 : studentT(1 - level / 2, degreesOfFreedom(first, second)) * Math.sqrt(variance);
  return verdict(first.mean - second.mean, half + drift, {});
}

/** By Welch and Satterthwaite: between those of the smaller sample alone and those of both together. */
function degreesOfFreedom(a: Logs, b: Logs): number {
  const [ofA, ofB] = [a.variance / a.count, b.variance / b.count];
  return (ofA + ofB) ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1));
}

function verdict(meanLog: number, half: number, rounds: Pick<Figure, 'rounds'>): RatioFigure {
  const low = Math.exp(meanLog - half);
  const high = Math.exp(meanLog + half);
  const ratio = { value: tidy(Math.exp(meanLog)), low: tidy(low), high: tidy(high), ...rounds };
  return { ratio, different: low > 1 + MARGIN || high < 1 / (1 + MARGIN) };
}
