// The names of what is read from a distribution of latencies, measured or predicted.

/** In the order of size. */
export const LATENCY_NAMES = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
export type LatencyName = (typeof LATENCY_NAMES)[number];

/** Which share of the latencies is not longer; the mean has none. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1 } as const;

/** @returns an object with a value for each name. */
export function mapLatencies<Value>(of: (name: LatencyName) => Value): Record<LatencyName, Value> {
  return Object.fromEntries(LATENCY_NAMES.map((name) => [name, of(name)])) as Record<LatencyName, Value>;
}
