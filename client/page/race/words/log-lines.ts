// The live log: what the stage shows, as text. One line for each message when all have it, or have had time to, and
// for each happening.
import { formatLatency } from '../../format.ts';
import { arrivalsOf } from '../arrivals.ts';
import type { RaceRecord } from '../record.ts';
import { laneInWords, listed } from './lane-names.ts';

/** Who has not got a message after so long, in ms, is not waited for. */
const LATE_MS = 6000;

export interface LogLines {
  /** @param now ms since 1970. @returns the lines that are new since the last call. */
  next(record: RaceRecord, now: number): string[];
}

export function createLogLines(): LogLines {
  let told = 0;
  let bands = 0;
  let of: RaceRecord | null = null;
  /** Who was told not to have a message yet. */
  let late: { readonly seq: number; readonly lane: string }[] = [];

  return {
    next(record, now) {
      if (of !== record) [told, bands, of, late] = [0, 0, record, []];
      const lines: string[] = [];
      for (const { what, from } of record.bands) {
        if (from <= bands) continue;
        bands = from;
        lines.push(`The network: ${what}.`);
      }
      late = late.filter(({ seq, lane }) => {
        const arrival = arrivalsOf(record, seq).find((one) => one.lane === lane);
        if (arrival === undefined) return seq >= (record.stored[0]?.message.seq ?? 0);
        const took = arrival.latencyMs === null ? '' : `, after ${formatLatency(arrival.latencyMs)}`;
        lines.push(`Message ${seq}: ${laneInWords(lane)} has it now${took}`);
        return false;
      });
      for (const { message, at } of record.stored) {
        if (message.seq <= told) continue;
        const arrivals = arrivalsOf(record, message.seq);
        const without = [...record.lanes.keys()].filter((name) => !arrivals.some(({ lane }) => lane === name));
        if (without.length > 0 && now - at < LATE_MS) break;
        told = message.seq;
        const words = arrivals.map(({ lane, latencyMs }) =>
          latencyMs === null ? laneInWords(lane) : `${laneInWords(lane)} ${formatLatency(latencyMs)}`,
        );
        late.push(...without.map((lane) => ({ seq: message.seq, lane })));
        if (without.length > 0) words.push(`not yet: ${listed(without.map(laneInWords))}`);
        lines.push(`Message ${message.seq}: ${words.join(', ')}`);
      }
      return lines;
    },
  };
}
