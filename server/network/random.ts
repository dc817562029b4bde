// What chance decides on a bad network. Each connection has streams of its own, so that what one of them draws depends
// on nothing that others do, nor on how they interleave.
import { seededRandom } from '../protocol/seeded-random.ts';

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
