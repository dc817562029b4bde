// The ledgers of a scenario as one table: what was owed and what came, by transport.
import { type FigureName, figureSpec } from '../run/figures.ts';
import { count } from '../run/format.ts';
import { figureOf } from '../run/lane-figures.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, ledgerCloses } from '../run/run-file.ts';
import type { Table } from './table.ts';

const SUMS: readonly FigureName[] = ['expected', 'delivered', 'missing', 'duplicated', 'outOfOrder'];

/** @returns a row for each transport and control, its cases added up; null where none keeps a ledger. */
export function ledgerTable(lanes: readonly Lane[]): Table | null {
  const kept = lanes.filter((lane) => lane.expected !== undefined);
  if (kept.length === 0) return null;
  const columns = [...SUMS.map((name) => figureSpec(name).column), 'closes', figureSpec('requests').column];
  return {
    header: ['Ledger', ...columns],
    rows: [...new Set(kept.map(laneName))].map((name) => {
      const own = kept.filter((lane) => laneName(lane) === name);
      const sum = (figure: FigureName) =>
        count(own.reduce((total, lane) => total + (figureOf(lane, figure)?.value ?? 0), 0));
      return [
        nameOf(name),
        ...SUMS.map(sum),
        own.every(ledgerCloses) ? 'yes' : 'NO',
        own.some((lane) => lane.requests !== undefined) ? sum('requests') : '–',
      ];
    }),
  };
}
