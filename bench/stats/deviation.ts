// Where a measured value parts from its prediction, there is a warning: one of the two is wrong.

/** How far a measured value may be from its prediction: a share of it, and so much in any case. */
export interface Tolerance {
  readonly share: number;
  readonly atLeast: number;
}

/** @returns a warning with reasons to look for, or null where the measured value agrees with the prediction. */
export function deviationWarning(
  what: string,
  measured: number,
  predicted: number,
  tolerance: Tolerance,
): string | null {
  const off = Math.abs(measured - predicted);
  if (off <= Math.max(tolerance.share * predicted, tolerance.atLeast)) return null;
  const ratio = predicted === 0 ? 'not the predicted 0' : `${(measured / predicted).toFixed(2)} times the predicted`;
  return `${what} is ${ratio}. Reasons to look for: a busy machine, too few rounds, or a fault in the lab.`;
}
