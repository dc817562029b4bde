// Where messages come one upon the other no label fits each of them: there is one for all that arrived within a second.
import { formatLatency } from '../../format.ts';
import type { LaneRecord, RaceRecord } from '../record.ts';
import type { Places } from './geometry.ts';

/** Messages in sight that are many. */
export const MANY = 16;
const SECOND_MS = 1000;
/** A label needs so much, in px. */
const LABEL_PX = 140;

/** What arrived at one lane in a span of time. */
export interface ArrivalSpan {
  readonly text: string;
  /** Amid its arrivals, in px. */
  readonly x: number;
}

export function isCrowded({ from, time }: Places, { stored }: RaceRecord): boolean {
  return stored.filter(({ at }) => at >= from && at <= time).length > MANY;
}

/** Ms of a span: whole seconds, so that labels keep to the axis as they glide, and each has its room. */
export function spanMs({ nowX, size }: Places): number {
  const pxPerSecond = (nowX / size.windowMs) * SECOND_MS;
  return Math.ceil(LABEL_PX / pxPerSecond) * SECOND_MS;
}

export function spansOf(places: Places, { deliveries }: LaneRecord): ArrivalSpan[] {
  const { x, from, time } = places;
  const lengthMs = spanMs(places);
  const spans = new Map<number, { seqs: number[]; latencies: number[]; first: number; last: number }>();
  for (const { seq, arrivedAt, latencyMs } of deliveries) {
    if (arrivedAt > time || arrivedAt < from - lengthMs) continue;
    const key = Math.floor(arrivedAt / lengthMs);
    const span = spans.get(key) ?? { seqs: [], latencies: [], first: arrivedAt, last: arrivedAt };
    span.seqs.push(seq);
    if (latencyMs !== null) span.latencies.push(latencyMs);
    span.last = arrivedAt;
    spans.set(key, span);
  }
  return [...spans.values()].map(({ seqs, latencies, first, last }) => ({
    text: [ends(seqs, String), ends(latencies, formatLatency)].filter((part) => part !== '').join(': +'),
    x: x((first + last) / 2),
  }));
}

/** @returns `3–7`; one where both ends are the same in words; nothing of nothing. */
function ends(values: readonly number[], words: (value: number) => string): string {
  if (values.length === 0) return '';
  const [least, most] = [words(Math.min(...values)), words(Math.max(...values))];
  return least === most ? least : `${least}–${most}`;
}
