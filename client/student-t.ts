// Student's t: how far the mean of a few values may lie from the truth, when their spread too is known from them alone.
import { leastWhere } from './least-where.ts';

/** Panels of Simpson's rule over the whole range; enough for seven digits at any degree below the most. */
const PANELS = 256;
/** From here on the distribution is the normal one but for a thousandth. */
const MOST_DEGREES = 1000;
const known = new Map<string, number>();

/**
 * @param p from 0.5 up to, but without, 1.
 * @param degrees of freedom, from 1 on; need not be whole.
 * @returns the quantile: a value of this distribution is below it with probability p.
 */
export function studentT(p: number, degrees: number): number {
  if (!(p >= 0.5 && p < 1 && degrees >= 1)) throw new RangeError(`no quantile ${p} at ${degrees} degrees of freedom`);
  const key = `${p} ${degrees}`;
  let quantile = known.get(key);
  if (quantile === undefined) {
    quantile = findQuantile(p, Math.min(degrees, MOST_DEGREES));
    // The degrees of a comparison of two runs are hardly ever the same twice.
    if (Number.isInteger(degrees)) known.set(key, quantile);
  }
  return quantile;
}

/**
 * With t = √ν · tan θ the density in t, (1 + t²/ν)^(−(ν+1)/2), becomes cos^(ν−1) θ: bounded, over a bounded range, so
 * that its area can be added up panel by panel until the share is reached.
 */
function findQuantile(p: number, degrees: number): number {
  const density = (angle: number) => Math.max(0, Math.cos(angle)) ** (degrees - 1);
  const area = (from: number, to: number) =>
    ((to - from) / 6) * (density(from) + 4 * density((from + to) / 2) + density(to));
  const width = Math.PI / 2 / PANELS;
  const areas = Array.from({ length: PANELS }, (_, panel) => area(panel * width, (panel + 1) * width));
  // Half of the probability lies below 0; of the other half, this much of the area.
  let wanted = 2 * (p - 0.5) * areas.reduce((sum, one) => sum + one, 0);
  let panel = 0;
  while (panel < PANELS - 1 && wanted > (areas[panel] as number)) {
    wanted -= areas[panel] as number;
    panel += 1;
  }
  const from = panel * width;
  const angle = leastWhere((to) => area(from, to) >= wanted, from, from + width);
  return Math.sqrt(degrees) * Math.tan(angle);
}
