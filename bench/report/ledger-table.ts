// The ledgers of a scenario as one table: what was owed and what came, by transport.

import { type Lane, laneName, ledgerCloses } from '../run/run-file.ts';
import { count } from './format.ts';
import type { Table } from './table.ts';

const FAULTS = ['missing', 'duplicated', 'outOfOrder'] as const;

/** @returns a row for each transport and control, its cases added up; null where none keeps a ledger. */
export function ledgerTable(lanes: readonly Lane[]): Table | null {
  const kept = lanes.filter((lane) => lane.expected !== undefined);
  if (kept.length === 0) return null;
  const names = [...new Set(kept.map(laneName))];
  return {
    header: ['Ledger', 'expected', 'delivered', 'missing', 'duplicated', 'out of order', 'closes', 'requests in all'],
    rows: names.map((name) => {
      const of = kept.filter((lane) => laneName(lane) === name);
      const sum = (figure: (lane: Lane) => number | undefined) =>
        count(of.reduce((total, lane) => total + (figure(lane) ?? 0), 0));
      return [
        name,
        sum((lane) => lane.expected),
        sum((lane) => lane.delivered),
        ...FAULTS.map((fault) => sum((lane) => lane[fault])),
        of.every(ledgerCloses) ? 'yes' : 'NO',
        of.some((lane) => lane.requests !== undefined) ? sum((lane) => lane.requests) : '–',
      ];
    }),
  };
}
