// Random numbers that a seed repeats, so that a run's schedule and phases can be repeated too.

/** @returns a function that gives numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Phases in [0, period), one from each of `count` equal slices, in random order: as random as independent ones to each
 * client, but together they cover the period evenly, so that few clients suffice.
 */
export function stratifiedPhases(count: number, period: number, random: () => number): number[] {
  const phases = Array.from({ length: count }, (_, slice) => ((slice + random()) / count) * period);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [phases[i], phases[j]] = [phases[j] as number, phases[i] as number];
  }
  return phases;
}
