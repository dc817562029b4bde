// The live log: what the stage shows, as text. One line for each message when all have it, and for each happening.
import { formatLatency } from '../../format.ts';
import { arrivalsOf } from '../arrivals.ts';
import type { RaceRecord } from '../record.ts';
import { laneInWords } from './lane-names.ts';

export interface LogLines {
  /** @returns the lines that are new since the last call. */
  next(record: RaceRecord): string[];
}

export function createLogLines(): LogLines {
  let told = 0;
  let bands = 0;
  let of: RaceRecord | null = null;

  return {
    next(record) {
      if (of !== record) [told, bands, of] = [0, 0, record];
      const lines: string[] = [];
      for (const { what, from } of record.bands) {
        if (from <= bands) continue;
        bands = from;
        lines.push(`The network: ${what}.`);
      }
      for (const { message } of record.stored) {
        if (message.seq <= told) continue;
        const arrivals = arrivalsOf(record, message.seq);
        if (arrivals.length < record.lanes.size) break;
        told = message.seq;
        const words = arrivals.map(({ lane, latencyMs }) =>
          latencyMs === null ? laneInWords(lane) : `${laneInWords(lane)} ${formatLatency(latencyMs)}`,
        );
        lines.push(`Message ${message.seq}: ${words.join(', ')}`);
      }
      return lines;
    },
  };
}
