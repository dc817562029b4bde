// Random numbers that a seed repeats: of a run's schedule and phases, of a bad network, and of tests.

/** Every bit of the state changes about half of the output's (mulberry32). */
function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/**
 * @param path names one of many streams of the seed: what one draws depends on nothing that others do.
 * @returns a function that gives numbers in [0, 1), the same ones for the same seed and path.
 */
export function seededRandom(seed: number, ...path: readonly number[]): () => number {
  let state = path.reduce((mixed, step) => mix(mix(mixed) ^ mix(step + 1)), seed >>> 0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 2 ** 32;
  };
}
