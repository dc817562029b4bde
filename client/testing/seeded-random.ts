// Random numbers that are the same in every run with the same seed.

/** @returns a function that gives numbers in [0, 1): a linear congruential generator, good enough to shuffle tests. */
export function seededRandom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 32n) / 2 ** 32;
  };
}
