// A token bucket per key: so many a second on average, and a burst of a few seconds' worth.
import { keptText } from '../kept-text.ts';

/** Seconds of the rate that may come at once. */
export const BURST_SECONDS = 5;
/** Keys that are remembered; a full bucket needs no memory, so these are the ones that published lately. */
const REMEMBERED_KEYS = 50_000;

export interface RateLimit {
  /** Takes one. @returns 0 where that was allowed, otherwise the milliseconds after which it will be. */
  take(key: string): number;
}

interface Bucket {
  readonly key: string;
  tokens: number;
  at: number;
}

/** `perSecond` 0: no limit. `now`: a monotonic clock in ms. */
export function createRateLimit(perSecond: number, now: () => number = () => performance.now()): RateLimit {
  const full = perSecond * BURST_SECONDS;
  const buckets = new Map<string, Bucket>();
  if (perSecond === 0) return { take: () => 0 };

  return {
    take: (key) => {
      const at = now();
      let bucket = buckets.get(key);
      if (bucket === undefined) {
        if (buckets.size >= REMEMBERED_KEYS) buckets.delete(buckets.keys().next().value as string);
        bucket = { key: keptText(key), tokens: full, at };
      } else buckets.delete(key);
      // In the order of the last use, so that the one to forget is at the front.
      buckets.set(bucket.key, bucket);
      bucket.tokens = Math.min(full, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
      bucket.at = at;
      if (bucket.tokens < 1) return ((1 - bucket.tokens) / perSecond) * 1000;
      bucket.tokens -= 1;
      return 0;
    },
  };
}
