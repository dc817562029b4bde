// A chart's numbers as a table, for those who do not see it; and tables as elements.
import { compact } from './number-text.ts';
import type { ChartView, TableView } from './run-view.ts';

/** @returns a row per row of the chart; a column per point, and one for its interval and its prediction where it has them. */
export function chartTable(view: ChartView): TableView {
  const labels = view.rows[0]?.points.map((point) => point.label) ?? [];
  const all = view.rows.flatMap((row) => row.points);
  const predicted = all.some((point) => point.predicted !== undefined);
  const intervals = view.kind === 'bars' && all.some((point) => point.low !== undefined);
  const columns = view.kind === 'bars' ? ['value'] : labels;
  return {
    header: [
      view.axis,
      ...columns.flatMap((label) => [label, ...(predicted ? [`${label}, predicted`] : [])]),
      ...(intervals ? ['95 % interval'] : []),
    ],
    rows: view.rows.map((row) => [
      row.name,
      ...row.points.flatMap((point) => [
        compact(point.value),
        ...(predicted ? [point.predicted === undefined ? '–' : compact(point.predicted)] : []),
      ]),
      ...(intervals ? [intervalText(row.points[0]?.low, row.points[0]?.high)] : []),
    ]),
  };
}

function intervalText(low: number | undefined, high: number | undefined): string {
  return low === undefined || high === undefined ? '–' : `${compact(low)} to ${compact(high)}`;
}

/** @param table has a head with one empty row, and an empty body. */
export function fillTable(table: HTMLTableElement, view: TableView): void {
  table.tHead?.rows[0]?.append(...view.header.map((text) => headerCell(text, 'col')));
  for (const [name = '', ...values] of view.rows) {
    const row = document.createElement('tr');
    const cells = values.map((text) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      return cell;
    });
    row.append(headerCell(name, 'row'), ...cells);
    table.tBodies[0]?.append(row);
  }
}

function headerCell(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}
