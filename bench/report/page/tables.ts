// A chart's numbers as a table, for those who do not see it; and tables as elements.

import { compact } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import type { Table } from '../table.ts';
import { type ChartView, type LinesView, type MapView, namedByHeading, type RowsView } from '../views.ts';

/** @returns the numbers of the chart, with what it says of them in the header. */
export function chartTable(view: ChartView): Table {
  if (view.kind === 'lines') return linesTable(view);
  return view.kind === 'map' ? mapTable(view) : rowsTable(view);
}

/** A row per row of the chart; a column per point, and one for its interval and its prediction where it has them. */
function rowsTable(view: RowsView): Table {
  const rows = view.rows.filter(({ points }) => points.length > 0);
  const all = rows.flatMap((row) => row.points);
  const labels = rows[0]?.points.map((point) => point.label) ?? [];
  const predicted = all.some((point) => point.predicted !== undefined);
  const intervals = view.kind === 'bars' && all.some((point) => point.low !== undefined);
  const columns = labels.length === 1 ? ['value'] : labels;
  return {
    header: [
      view.axis,
      ...columns.flatMap((label) => [label, ...(predicted ? [`${label}, ${view.predictedLabel ?? 'predicted'}`] : [])]),
      ...(intervals ? ['95 % interval'] : []),
    ],
    rows: namedByHeading(view.rows)
      .filter(({ points }) => points.length > 0)
      .map((row) => [
        row.name,
        ...row.points.flatMap((point) => [
          compact(point.value),
          ...(predicted ? [point.predicted === undefined ? '–' : compact(point.predicted)] : []),
        ]),
        ...(intervals ? [intervalText(row.points[0]?.low, row.points[0]?.high)] : []),
      ]),
  };
}

/** A row per measured point, and what is predicted there. */
function linesTable({ x, y, series }: LinesView): Table {
  const measured = series.filter(({ role }) => role !== 'predicted');
  const predictedAt = (name: string, at: number) =>
    series.find(({ lane, role }) => lane === name && role === 'predicted')?.points.find((point) => point.x === at);
  const rows = measured.flatMap(({ lane, points }) =>
    points.map((point) => {
      const predicted = predictedAt(lane, point.x);
      return [
        nameOf(lane),
        compact(point.x),
        compact(point.y),
        intervalText(point.low, point.high),
        predicted === undefined ? '–' : compact(predicted.y),
        point.note ?? '',
      ];
    }),
  );
  return withoutEmptyColumns({
    header: ['Who', x.title, y.title, '95 % interval', 'predicted', 'note'],
    rows,
  });
}

const MAP_ROWS = 8;

/** At some places of the horizontal axis: from where on each area is right. */
function mapTable({ x, y, xs, areas }: MapView): Table {
  const step = Math.max(1, Math.floor((xs.length - 1) / MAP_ROWS));
  const places = xs.flatMap((value, index) => (index % step === 0 ? [{ value, index }] : []));
  const tick = (value: number) => x.ticks?.find(([at]) => Math.abs(at / value - 1) < 0.01)?.[1];
  return {
    header: [`${x.title}; from there on: ${y.title}`, ...areas.map(({ name }) => name)],
    rows: places.map(({ value, index }) => [
      tick(value) ?? `${compact(value)} a second`,
      ...areas.map(({ lower, upper }) => {
        const [from = 0, to = 0] = [lower[index], upper[index]];
        return from < to ? `${compact(from)} to ${compact(to)} ms` : '–';
      }),
    ]),
  };
}

function withoutEmptyColumns({ header, rows }: Table): Table {
  const used = header.map((_, column) => rows.some((row) => row[column] !== '' && row[column] !== '–'));
  const kept = (cells: readonly string[]) => cells.filter((_, column) => used[column] === true);
  return { header: kept(header), rows: rows.map(kept) };
}

function intervalText(low: number | undefined, high: number | undefined): string {
  return low === undefined || high === undefined ? '–' : `${compact(low)} to ${compact(high)}`;
}

/** @param table has a caption, a head with one empty row, and an empty body. */
export function fillTable(table: HTMLTableElement, view: Table, caption: string): void {
  if (table.caption !== null) table.caption.textContent = caption;
  // What is shown as blocks where it is narrow stays a table to those who hear it.
  table.role = 'table';
  for (const part of [table.tHead, ...table.tBodies]) part?.setAttribute('role', 'rowgroup');
  table.tHead?.rows[0]?.setAttribute('role', 'row');
  table.tHead?.rows[0]?.append(...view.header.map((text) => headerCell(text, 'col')));
  for (const [name = '', ...values] of view.rows) {
    const row = document.createElement('tr');
    row.role = 'row';
    const cells = values.map((text, column) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      // Where there is no room for columns, each cell says what it is.
      cell.dataset['column'] = view.header[column + 1]?.trim() ?? '';
      cell.role = 'cell';
      return cell;
    });
    row.append(headerCell(name, 'row'), ...cells);
    table.tBodies[0]?.append(row);
  }
}

function headerCell(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  // A corner without a word heads nothing.
  const cell = document.createElement(text === '' ? 'td' : 'th');
  if (text !== '') cell.scope = scope;
  cell.role = text === '' ? 'cell' : scope === 'col' ? 'columnheader' : 'rowheader';
  cell.textContent = text;
  return cell;
}
