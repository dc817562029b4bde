// What a race has measured, and how sure that is. Messages that shared a burst or an answer shared their luck: together
// they are one event, and only events are independent.
import { studentT } from '../../../student-t.ts';
import type { Delivery } from '../record.ts';

/** Between two arrivals of one answer, in ms. */
const SAME_ANSWER_MS = 2;
/** It is looked at again and again, so that the usual one in twenty would come up in every race. */
const LEVEL = 0.999;
/** Fewer say nothing of their own spread. */
const LEAST_EVENTS = 5;

export interface Measured {
  readonly latenciesMs: readonly number[];
  readonly meanMs: number;
  /** The middle 80 % of the deliveries. */
  readonly spreadMs: readonly [number, number];
  readonly events: number;
  /** Where the mean may lie, at 99.9 %; null where there are too few events to tell. */
  readonly interval: readonly [number, number] | null;
}

/**
 * @param since ms since 1970: what was stored before is left out, as is what came late because a connection was away.
 * @param burstMs from the first to the last message of a burst. @returns null before the first delivery.
 */
export function measure(deliveries: readonly Delivery[], since: number, burstMs: number): Measured | null {
  const events: number[][] = [];
  let burstBegan = Number.NEGATIVE_INFINITY;
  let answeredAt = Number.NEGATIVE_INFINITY;
  for (const { storedAt, arrivedAt, latencyMs, caughtUp } of deliveries) {
    if (storedAt === null || latencyMs === null || caughtUp || storedAt < since) continue;
    const sameBurst = storedAt - burstBegan <= burstMs + SAME_ANSWER_MS && burstMs > 0;
    if (sameBurst || arrivedAt - answeredAt < SAME_ANSWER_MS) events.at(-1)?.push(latencyMs);
    else events.push([latencyMs]);
    if (!sameBurst) burstBegan = storedAt;
    answeredAt = arrivedAt;
  }
  if (events.length === 0) return null;
  const latenciesMs = events.flat();
  const meanMs = sumOf(latenciesMs) / latenciesMs.length;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    latenciesMs,
    meanMs,
    spreadMs: [quantile(sorted, 0.1), quantile(sorted, 0.9)],
    events: events.length,
    interval: intervalOf(events, meanMs, latenciesMs.length),
  };
}

/** Of a mean over deliveries whose events are drawn: the deviations of an event's deliveries add up. */
function intervalOf(events: readonly number[][], mean: number, count: number): readonly [number, number] | null {
  const { length } = events;
  if (length < LEAST_EVENTS) return null;
  const squares = sumOf(events.map((event) => sumOf(event.map((latency) => latency - mean)) ** 2));
  const error = Math.sqrt((squares * length) / (length - 1)) / count;
  const half = studentT((1 + LEVEL) / 2, length - 1) * error;
  return [mean - half, mean + half];
}

/** Beyond chance, so much is left to the machine: it has other things to do than the race. */
const TOLERANCE = { share: 0.05, atLeastMs: 5 };

/** @returns whether the two part by more than chance and tolerance; null where it can't be said yet. */
export function parts({ interval }: Measured, predictedMs: number): boolean | null {
  if (interval === null) return null;
  const tolerance = Math.max(TOLERANCE.share * predictedMs, TOLERANCE.atLeastMs);
  return predictedMs + tolerance < interval[0] || predictedMs - tolerance > interval[1];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
