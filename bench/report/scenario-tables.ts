// The numbers of a scenario as tables of text, for the terminal, Markdown and the page alike. What the model predicts
// stands in rows of its own below what was measured.

import { byCase, caseLabel, isAboutCrowds } from '../run/lane-labels.ts';
import { type Lane, laneName, type Predicted, type ScenarioResult } from '../run/run-file.ts';
import { compact } from './format.ts';
import {
  type Column,
  calibrationColumns,
  capacityColumns,
  ceilingColumns,
  controlColumns,
  controlTitle,
  deliveryColumns,
  figure,
  idleColumns,
  latencyColumns,
  memoryColumns,
  recoveryColumns,
  stoppedReaderColumns,
} from './lane-columns.ts';
import { ledgerTable } from './ledger-table.ts';
import type { Table } from './table.ts';

export { scenarioConditions } from './conditions.ts';

/** @returns the columns that any of the lanes has something for; null where there is none. The title is the corner. */
function tableOf(title: string, lanes: readonly Lane[], columns: readonly Column[]): Table | null {
  const used = columns.filter((column) => lanes.some((lane) => column.cell(lane) !== null));
  const shown = [...byCase(lanes).values()].flat().filter((lane) => used.some((column) => column.cell(lane) !== null));
  if (used.length === 0) return null;
  const several = byCase(lanes).size > 1;
  return {
    header: [title, ...used.map((column) => column.title)],
    rows: shown.flatMap((lane) => {
      const predicted = predictedCells(lane.predicted, used);
      const closedForm = predictedCells(lane.predicted?.closedForm, used);
      return [
        [rowName(lane, several), ...used.map((column) => column.cell(lane) ?? '–')],
        ...predictedRow('predicted', predicted),
        // Where both say the same, once is enough.
        ...(closedForm.join() === predicted.join() ? [] : predictedRow('closed form', closedForm)),
      ];
    }),
  };
}

function rowName(lane: Lane, several: boolean): string {
  const name = `${laneName(lane)}${lane.spoiled === true ? ' *' : ''}`;
  return several && lane.case !== undefined ? `${caseLabel(lane)} · ${name}` : name;
}

function predictedCells(predicted: Predicted | undefined, columns: readonly Column[]): string[] {
  return columns.map((column) => (predicted && column.predicted?.(predicted)) ?? '');
}

function predictedRow(name: string, cells: readonly string[]): string[][] {
  // Indented by what Markdown keeps too.
  return cells.every((cell) => cell === '') ? [] : [[`\u00a0\u00a0${name}`, ...cells]];
}

function ceilingTables(lanes: readonly Lane[]): (Table | null)[] {
  const measured = lanes.filter((lane) => lane.requestsPerSecond !== undefined);
  return [...byCase(measured)].map(([name, of]) => tableOf(`Ceiling: ${name}`, of, ceilingColumns()));
}

/** @returns the scenario's tables, each with what its numbers are in the corner; none for what it did not measure. */
export function scenarioTables({ name, settings, lanes }: ScenarioResult): Table[] {
  return [
    tableOf(LATENCY_TITLES.get(name) ?? 'Delivery latency, ms', lanes, [
      ...latencyColumns(
        ({ latencyUs }) => latencyUs,
        ({ latencyUs }) => latencyUs,
      ),
      figure('RTT ms', compact, ({ roundTripMs }) => roundTripMs),
    ]),
    isAboutCrowds(settings)
      ? tableOf(
          'Last receiver, ms',
          lanes,
          latencyColumns(({ lastReceiverUs }) => lastReceiverUs),
        )
      : null,
    tableOf('Per delivered message', lanes, deliveryColumns()),
    tableOf(controlTitle(lanes), lanes, controlColumns(lanes)),
    tableOf('Per client and hour', lanes, idleColumns()),
    tableOf('Memory', lanes, memoryColumns(lanes)),
    tableOf('At once', lanes, capacityColumns()),
    tableOf('Recovery, ms', lanes, recoveryColumns()),
    tableOf('Stopped readers', lanes, stoppedReaderColumns()),
    tableOf('A known delay, ms', lanes, calibrationColumns()),
    ...ceilingTables(lanes),
    ledgerTable(lanes),
  ].filter((table) => table !== null);
}

/** Where a latency is not that of a delivery. */
const LATENCY_TITLES: ReadonlyMap<string, string> = new Map([
  ['sending', 'From publishing to receipt, ms'],
  ['first-message', 'From opening to first message, ms'],
]);
