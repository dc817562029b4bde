// Who has a message, in the order in which it arrived.
import type { Delivery, RaceRecord } from './record.ts';

export interface Arrival extends Delivery {
  readonly lane: string;
}

/** @returns the arrivals of one message until a moment, earliest first. */
export function arrivalsOf(record: RaceRecord, seq: number, time: number = Number.POSITIVE_INFINITY): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const { name, deliveries } of record.lanes.values()) {
    const delivery = deliveries.findLast((told) => told.seq === seq);
    if (delivery !== undefined && delivery.arrivedAt <= time) arrivals.push({ lane: name, ...delivery });
  }
  return arrivals.sort((one, other) => one.arrivedAt - other.arrivedAt);
}

/** Messages stored closer than this belong together, in ms. */
const BURST_MS = 250;

/** @returns the seqs of the newest messages that were stored shortly after one another, until a moment. */
export function newestBurst(
  { stored }: RaceRecord,
  time: number,
): { readonly seqs: number[]; readonly at: number } | null {
  const until = stored.filter(({ at }) => at <= time);
  let at = until.at(-1)?.at;
  if (at === undefined) return null;
  const seqs: number[] = [];
  for (const message of until.reverse()) {
    if (at - message.at > BURST_MS) break;
    at = message.at;
    seqs.unshift(message.message.seq);
  }
  return { seqs, at };
}
