// A race as a file: what is known of it, and how it was set.
import type { RaceSettings } from './race-settings.ts';
import type { RaceRecord } from './record.ts';

/** @returns JSON; times are ms since 1970. */
export function raceAsJson(record: RaceRecord, settings: RaceSettings): string {
  const { lanes, stored, bands, marks } = record;
  return JSON.stringify(
    { format: 'transport-lab-race', version: 1, settings, lanes: [...lanes.values()], stored, bands, marks },
    // A mark names the connection that it is of by when that began: the connection is a mark of its own.
    (name, value: unknown) => (name === 'stream' || name === 'socket' ? (value as { at: number }).at : value),
    2,
  );
}

export function saveRace(record: RaceRecord, settings: RaceSettings): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([raceAsJson(record, settings)], { type: 'application/json' }));
  link.download = 'race.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
