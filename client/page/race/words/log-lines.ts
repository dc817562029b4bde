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

  return {
    next(record, now) {
      if (of !== record) [told, bands, of] = [0, 0, record];
      const lines: string[] = [];
      for (const { what, from } of record.bands) {
        if (from <= bands) continue;
        bands = from;
        lines.push(`The network: ${what}.`);
      }
      for (const { message, at } of record.stored) {
        if (message.seq <= told) continue;
        const arrivals = arrivalsOf(record, message.seq);
        const without = [...record.lanes.keys()].filter((name) => !arrivals.some(({ lane }) => lane === name));
        if (without.length > 0 && now - at < LATE_MS) break;
        told = message.seq;
        const words = arrivals.map(({ lane, latencyMs }) =>
          latencyMs === null ? laneInWords(lane) : `${laneInWords(lane)} ${formatLatency(latencyMs)}`,
        );
        if (without.length > 0) words.push(`not yet: ${listed(without.map(laneInWords))}`);
        lines.push(`Message ${message.seq}: ${words.join(', ')}`);
      }
      return lines;
    },
  };
}
