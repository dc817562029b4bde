// The numbers of a scenario as tables of text, for the terminal, Markdown and the page alike.
import type { Figure } from '../stats/over-rounds.ts';
import { bytes } from './findings.ts';
import { compact, count, duration, ms, plural, uncertainty } from './format.ts';
import { type Lane, laneName, ledgerCloses, type ScenarioResult } from './run-file.ts';
import type { Table } from './table.ts';

interface Column {
  readonly title: string;
  /** @returns the cell; null where the lane did not measure it. */
  cell(lane: Lane): string | null;
}

function figure(title: string, of: (lane: Lane) => Figure | undefined, show: (value: number) => string): Column {
  return {
    title,
    cell: (lane) => {
      const found = of(lane);
      return found === undefined ? null : show(found.value);
    },
  };
}

/** @returns the columns that any of the lanes has something for; null where there is none. The title is the corner. */
function tableOf(title: string, lanes: readonly Lane[], columns: readonly Column[]): Table | null {
  const used = columns.filter((column) => lanes.some((lane) => column.cell(lane) !== null));
  if (used.length === 0) return null;
  return {
    header: [title, ...used.map((column) => column.title)],
    rows: lanes.map((lane) => [
      `${laneName(lane)}${lane.spoiled === true ? ' *' : ''}`,
      ...used.map((column) => column.cell(lane) ?? '–'),
    ]),
  };
}

function latencyColumns(): Column[] {
  return [
    figure('mean', (lane) => lane.latencyUs?.mean, ms),
    {
      title: '95 %',
      cell: ({ latencyUs }) => (latencyUs?.mean.low === undefined ? null : uncertainty(latencyUs.mean)),
    },
    {
      title: 'predicted',
      cell: ({ predicted }) => (predicted?.latencyUs === undefined ? null : ms(predicted.latencyUs.mean)),
    },
    figure('p50', (lane) => lane.latencyUs?.p50, ms),
    figure('p90', (lane) => lane.latencyUs?.p90, ms),
    figure('p99', (lane) => lane.latencyUs?.p99, ms),
    figure('p99.9', (lane) => lane.latencyUs?.p999, ms),
    figure('max', (lane) => lane.latencyUs?.max, ms),
  ];
}

function deliveryColumns(): Column[] {
  return [
    figure('requests', (lane) => lane.requestsPerDelivery, compact),
    {
      title: 'predicted',
      cell: ({ predicted }) =>
        predicted?.requestsPerDelivery === undefined ? null : compact(predicted.requestsPerDelivery),
    },
    figure('bytes', (lane) => lane.bytesPerDelivery, compact),
    figure('CPU µs', (lane) => lane.serverCpuUsPerDelivery, compact),
  ];
}

function ledgerColumns(): Column[] {
  const counted = (title: string, of: (lane: Lane) => number | undefined): Column => ({
    title,
    cell: (lane) => {
      const value = of(lane);
      return value === undefined ? null : count(value);
    },
  });
  return [
    counted('expected', (lane) => lane.expected),
    counted('delivered', (lane) => lane.delivered),
    counted('missing', (lane) => lane.missing),
    counted('duplicated', (lane) => lane.duplicated),
    counted('out of order', (lane) => lane.outOfOrder),
    {
      title: 'closes',
      cell: (lane) => (lane.expected === undefined ? null : ledgerCloses(lane) ? 'yes' : 'NO'),
    },
    counted('requests in all', (lane) => (lane.expected === undefined ? undefined : lane.requests)),
  ];
}

function idleColumns(): Column[] {
  return [
    figure(
      'requests',
      (lane) => lane.requestsPerClientHour,
      (value) => count(value),
    ),
    {
      title: 'predicted',
      cell: ({ predicted }) =>
        predicted?.requestsPerClientHour === undefined ? null : count(predicted.requestsPerClientHour),
    },
    figure('bytes', (lane) => lane.bytesPerClientHour, bytes),
  ];
}

const percent = (share: number) => count(share * 100);

function ceilingColumns(): Column[] {
  return [
    figure('requests a second', (lane) => lane.requestsPerSecond, compact),
    figure('server CPU µs each', (lane) => lane.serverCpuUsPerRequest, compact),
    figure('% of a core', (lane) => lane.serverCpuShare, percent),
  ];
}

function ceilingTables(lanes: readonly Lane[]): (Table | null)[] {
  const measured = lanes.filter((lane) => lane.requestsPerSecond !== undefined);
  const cases = [...new Set(measured.map((lane) => lane.case ?? ''))];
  const ofCase = (name: string) => measured.filter((lane) => lane.case === name);
  return cases.map((name) => tableOf(`Ceiling: ${name}`, ofCase(name), ceilingColumns()));
}

/** @returns the scenario's tables, each with what its numbers are in the corner; none for what it did not measure. */
export function scenarioTables({ lanes }: ScenarioResult): Table[] {
  return [
    tableOf('Delivery latency, ms', lanes, latencyColumns()),
    tableOf('Per delivered message', lanes, deliveryColumns()),
    tableOf('Ledger', lanes, ledgerColumns()),
    tableOf('Per client and hour', lanes, idleColumns()),
    ...ceilingTables(lanes),
  ].filter((table) => table !== null);
}

/** @returns what was done, in one line, from the scenario's settings. */
export function scenarioConditions({ settings }: ScenarioResult): string {
  const number = (name: string) => (typeof settings[name] === 'number' ? settings[name] : undefined);
  const say = (name: string, text: (value: number) => string) => {
    const value = number(name);
    return value === undefined ? [] : [text(value)];
  };
  const perTransport = settings['heartbeatMs'] === undefined ? '' : ' of each transport at once';
  return [
    ...say('clients', (value) => `${plural(value, 'client')}${perTransport}`),
    ...say('connections', (value) => plural(value, 'connection')),
    ...say('messagesPerSecond', (value) => `${compact(value).replace(/\.0+$/, '')} messages a second at random times`),
    ...say('rounds', (value) => `${plural(value, 'round')} of ${duration(number('durationMs') ?? 0)}`),
    ...(settings['rounds'] === undefined ? say('durationMs', duration) : []),
    ...say('pollIntervalMs', (value) => `a poll every ${duration(value)}`),
    ...say('waitSeconds', (value) => `holds of ${value} s`),
    ...say('heartbeatMs', (value) => `heartbeats every ${duration(value)}`),
    ...(settings['shortened'] === true ? ['hold and heartbeat shortened for a quick run'] : []),
  ].join(', ');
}
