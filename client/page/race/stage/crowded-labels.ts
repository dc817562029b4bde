// Where messages come one upon the other no label fits each of them: there is one for all that arrived within a second.
import { formatLatency } from '../../format.ts';
import type { Delivery, LaneRecord, RaceRecord } from '../record.ts';
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
  const spans = new Map<number, Delivery[]>();
  for (const delivery of deliveries) {
    if (delivery.arrivedAt > time || delivery.arrivedAt < from - lengthMs) continue;
    const key = Math.floor(delivery.arrivedAt / lengthMs);
    spans.set(key, [...(spans.get(key) ?? []), delivery]);
  }
  return [...spans.values()].map((arrived) => ({
    text: spanText(arrived),
    x: x(((arrived[0]?.arrivedAt ?? 0) + (arrived.at(-1)?.arrivedAt ?? 0)) / 2),
  }));
}

/** @returns `3–7: +51 ms–68 ms`. */
export function spanText(arrived: readonly Pick<Delivery, 'seq' | 'latencyMs'>[]): string {
  const latencies = arrived.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  const seqs = arrived.map(({ seq }) => seq);
  return [ends(seqs, String), ends(latencies, formatLatency)].filter((part) => part !== '').join(': +');
}

/** @returns `3–7`; one where both ends are the same in words; nothing of nothing. */
function ends(values: readonly number[], words: (value: number) => string): string {
  if (values.length === 0) return '';
  const [least, most] = [words(Math.min(...values)), words(Math.max(...values))];
  return least === most ? least : `${least}–${most}`;
}
