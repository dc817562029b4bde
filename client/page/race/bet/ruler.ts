// The ruler of a bet: latencies from 10 ms to 10 s, each factor of ten as long as the others.

const FROM_MS = 10;
const DECADES = 3;
const STEPS_PER_DECADE = 20;

/** Steps of the ruler, from 0 to this. */
export const MOST_STEPS = DECADES * STEPS_PER_DECADE;

/** With two significant digits: nobody bets on more. */
export function stepToMs(step: number): number {
  return Number((FROM_MS * 10 ** (step / STEPS_PER_DECADE)).toPrecision(2));
}

/** @returns the nearest step; what lies beyond an end is at that end. */
export function msToStep(ms: number): number {
  return Math.round(shareOf(ms) * MOST_STEPS);
}

/** @returns how far along the ruler it is, from 0 to 1. */
export function shareOf(ms: number): number {
  return Math.min(1, Math.max(0, Math.log10(ms / FROM_MS) / DECADES));
}

/** What the ruler is marked with, in ms. */
export const RULER_MARKS = [10, 100, 1000, 10_000] as const;
