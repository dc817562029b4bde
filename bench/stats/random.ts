// When each of many polling clients asks, left to chance as evenly as possible.

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
