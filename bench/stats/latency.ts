// Delivery latencies in an HdrHistogram of whole microseconds.
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { LatencyName } from '../../client/closed-forms.ts';

/** A round's latencies, in microseconds. */
export type LatencySummary = Readonly<Record<LatencyName, number>>;

/** What a recorder holds, to be sent to another process. */
export interface EncodedLatencies {
  /** Compressed, in base64; empty where nothing was recorded. */
  readonly histogram: string;
  readonly sumUs: number;
  readonly maxUs: number;
}

export interface LatencyRecorder {
  /** Takes a latency in milliseconds, with fractions. */
  record(latencyMs: number): void;
  readonly count: number;
  /** @returns the summary, or null where nothing was recorded. */
  summary(): LatencySummary | null;
  encode(): EncodedLatencies;
  /** Takes all that another recorder holds. */
  add(encoded: EncodedLatencies): void;
}

/** Three significant digits: what is read from it is at most 0.1 % off, except mean and maximum, which are exact. */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  let sumUs = 0;
  let maxUs = 0;
  return {
    record: (latencyMs) => {
      // The histogram takes no negative values; a clock that all parties share can't give one.
      const us = Math.max(0, Math.round(latencyMs * 1000));
      histogram.recordValue(us);
      sumUs += us;
      if (us > maxUs) maxUs = us;
    },
    get count() {
      return histogram.totalCount;
    },
    summary: () => {
      if (histogram.totalCount === 0) return null;
      // A bucket's upper end may lie beyond the largest value in it.
      const at = (percentile: number) => Math.min(maxUs, histogram.getValueAtPercentile(percentile));
      return {
        mean: sumUs / histogram.totalCount,
        p50: at(50),
        p90: at(90),
        p95: at(95),
        p99: at(99),
        p999: at(99.9),
        max: maxUs,
      };
    },
    encode: () => ({
      histogram: histogram.totalCount === 0 ? '' : encodeIntoCompressedBase64(histogram),
      sumUs,
      maxUs,
    }),
    add: (encoded) => {
      if (encoded.histogram === '') return;
      histogram.add(decodeFromCompressedBase64(encoded.histogram, 64));
      sumUs += encoded.sumUs;
      maxUs = Math.max(maxUs, encoded.maxUs);
    },
  };
}
