// Random numbers that a seed repeats. Each connection has streams of its own, so that what one of them draws depends on
// nothing that others do, nor on how they interleave.

/** @returns a function that gives numbers in [0, 1), the same ones for the same seed and path. */
export function seededRandom(seed: number, ...path: readonly number[]): () => number {
  let state = path.reduce((mixed, step) => mix(mixed ^ mix(step + 1)), mix(seed));
  return () => {
    // A Weyl sequence through a mixing function: what is known as splitmix.
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state) / 2 ** 32;
  };
}

/** The finalizer of MurmurHash3: every bit of the input changes about half of the output's. */
function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** What is left to chance in one connection, each from a stream of its own. */
export interface Draws {
  /** @returns the time to the next random cut, in ms: exponential, so that cuts are a Poisson process. */
  readonly cutMs: (meanMs: number) => number;
  /** @returns the jitter of the next chunk as a share, in [0, 1), of the most that there may be. */
  readonly clientToServer: () => number;
  readonly serverToClient: () => number;
}

/** @param connection its number, from 0, since the seed was given. */
export function drawsOf(seed: number, connection: number): Draws {
  const cut = seededRandom(seed, connection, 0);
  return {
    cutMs: (meanMs) => -meanMs * Math.log1p(-cut()),
    clientToServer: seededRandom(seed, connection, 1),
    serverToClient: seededRandom(seed, connection, 2),
  };
}
