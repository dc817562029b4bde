// The numbers of a scenario as tables of text, for the terminal, Markdown and the page alike. What the model predicts
// stands in rows of its own below what was measured.
import type { FigureName } from '../run/figures.ts';
import { byCase, caseLabel, isAboutCrowds } from '../run/lane-labels.ts';
import { latencyMeaning } from '../run/latency-meanings.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, type Predicted, type ScenarioResult } from '../run/run-file.ts';
import { predictionHolds } from '../stats/prediction-check.ts';
import { costTables } from './cost-tables.ts';
import {
  ADDED_DELAY,
  browserColumns,
  type Column,
  ceilingColumns,
  columnsOf,
  controlColumns,
  controlTitle,
  kneeColumns,
  loadColumns,
  memoryColumns,
} from './lane-columns.ts';
import { ledgerTable } from './ledger-table.ts';
import type { Table } from './table.ts';

const LATENCIES: readonly FigureName[] = ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'];
/** Of few messages to a server that rests between them: what a delivery costs, `costs` says. */
const FANOUT = 'fanout';
const LAST_RECEIVER = LATENCIES.map((name) => `last.${name}` as FigureName);

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
        ...predictedRow(predictionHolds(lane) ? 'predicted' : 'predicted, and not so', predicted),
        // Where both say the same, once is enough.
        ...(closedForm.join() === predicted.join() ? [] : predictedRow('closed form', closedForm)),
      ];
    }),
  };
}

function rowName(lane: Lane, several: boolean): string {
  const name = `${nameOf(laneName(lane))}${lane.spoiled === true ? ' *' : ''}`;
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
  const measured = lanes.filter((lane) => lane.requestsPerSecond !== undefined && lane.nominalPerSecond === undefined);
  return [...byCase(measured)].map(([name, ofCase]) => tableOf(`Ceiling: ${name}`, ofCase, ceilingColumns()));
}

/** @returns the scenario's tables, each with what its numbers are in the corner; none for what it did not measure. */
export function scenarioTables(scenario: ScenarioResult): Table[] {
  const { name, settings, lanes } = scenario;
  const atOnce = lanes.filter(({ connections }) => connections !== undefined);
  return [
    tableOf(`${latencyMeaning(name).what}, ms`, lanes, columnsOf(...LATENCIES, 'roundTripMs')),
    isAboutCrowds(settings) ? tableOf('Last receiver, ms', lanes, columnsOf(...LAST_RECEIVER)) : null,
    tableOf('Per delivered message', lanes, [
      ...columnsOf('requestsPerDelivery', 'bytesPerDelivery'),
      ...browserColumns(settings, 'requestsPerDelivery', 'bytesPerDelivery'),
      ...(name === FANOUT ? [] : columnsOf('serverCpuUsPerDelivery')),
    ]),
    tableOf(controlTitle(lanes), lanes, [
      ...controlColumns(lanes),
      ...columnsOf(
        'ofControl.latencyP50',
        ...(name === FANOUT ? [] : (['ofControl.serverCpuUsPerDelivery'] as const)),
        'ofControl.serverCpuUsPerRequest',
        'ofControl.memoryBytesPerConnection',
        'ofControl.requestsPerSecond',
        'ofControl.deliveriesAtKnee',
      ),
    ]),
    tableOf('Per client and hour', lanes, [
      ...columnsOf('requestsPerClientHour', 'bytesPerClientHour'),
      ...browserColumns(settings, 'requestsPerClientHour', 'bytesPerClientHour'),
      ...columnsOf('serverCpuMsPerClientHour'),
    ]),
    tableOf('Memory', lanes, [
      ...columnsOf('memoryBytesPerConnection', 'kernelBytesPerSocket'),
      ...memoryColumns(lanes),
    ]),
    tableOf('At once', atOnce, columnsOf('connections', 'serverCpuShare', 'rssBytes')),
    tableOf('At the knee', lanes, kneeColumns()),
    tableOf('Latency in ms at deliveries a second', lanes, loadColumns(lanes)),
    tableOf('Recovery, ms', lanes, columnsOf('detectMs', 'reconnectMs', 'caughtUpMs', 'allCaughtUpMs')),
    tableOf('Stopped readers', lanes, columnsOf('unwrittenBytes', 'rssGrowthBytes')),
    tableOf('A known delay, ms', lanes, [ADDED_DELAY, ...columnsOf('measuredDelayMs')]),
    ...ceilingTables(lanes),
    ...costTables(scenario),
    ledgerTable(lanes),
  ].filter((table) => table !== null);
}
