// What a run only bounds, beyond what it measured: said, never filled in.
import { between } from '../../stats/cost-curves.ts';

/** Measured points of something that varies with how much there is to do; in rising order of `x`, at least one. */
export type Curve = readonly { readonly x: number; readonly value: number }[];

/** A value between bounds, which are the value itself where it was measured. */
export interface Bounded {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Beyond what was measured something may grow so many times as fast as in proportion, before a verdict rests on it. */
const CAUTION = 2;

/** @returns the curve's value there: on a straight line between logarithms; null beyond its ends. */
export function at(curve: Curve, x: number): number | null {
  const after = curve.findIndex((point) => point.x >= x);
  const right = curve[after];
  const left = curve[after - 1];
  if (right === undefined) return null;
  if (right.x === x) return right.value;
  if (left === undefined || left.value <= 0 || right.value <= 0) return null;
  return between(left, right, x);
}

/**
 * Of what never falls as there is more to do.
 * @returns the curve's value; before its beginning, at most that of the beginning; beyond its end, at least that of the
 *   end, and at most twice what would be in proportion.
 */
export function growing(curve: Curve, x: number): Bounded {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined) throw new Error('A curve has at least one point.');
  const known = at(curve, x);
  if (known !== null) return { value: known, low: known, high: known };
  if (x < first.x) return { value: first.value, low: (first.value * x) / first.x, high: first.value };
  const inProportion = (last.value * x) / last.x;
  return { value: inProportion, low: last.value, high: inProportion * CAUTION };
}
