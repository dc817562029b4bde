// A whole run at a glance: who wins what, what it costs, and what the bench says of itself. Data and sentences, for the
// terminal and Markdown alike.

import { type Figure, type Lane, laneName, ledgerCloses, type Run, type ScenarioResult } from '../run/run-file.ts';
import { comparerOf, entriesOf, NOISE, outcomeOf } from './contest.ts';
import { scenarioWarnings } from './findings.ts';
import { bytes, compact, count, ms, ratioNumber } from './format.ts';
import { runWarnings } from './run-warnings.ts';
import { specialFindings } from './special-findings.ts';
import type { Table } from './table.ts';

/** What the marks in the summary's cells mean. */
export const SUMMARY_LEGEND = '✓ lowest, or not to be told from it;  * spoiled by the bench itself;  – not measured';

interface Line {
  readonly label: string;
  readonly scenario: string;
  /** The figure's name in a lane, as comparisons have it; absent where nobody wins. */
  readonly contest?: { readonly path: string; readonly noise: number };
  /** Which of a scenario's cases; default: it has only one. */
  chosen?(lanes: readonly Lane[]): Lane | undefined;
  /** What follows the label: the case. */
  at?(lane: Lane): string;
  figure(lane: Lane): Figure | undefined;
  show(value: number): string;
}

const largest = (of: (lane: Lane) => number | undefined) => (lanes: readonly Lane[]) =>
  lanes.toSorted((a, b) => (of(b) ?? 0) - (of(a) ?? 0))[0];
const longest = largest((lane) => lane.addedRoundTripMs);
const mostClients = largest((lane) => lane.clients);
const roundTrip = (lane: Lane) => (lane.addedRoundTripMs === undefined ? '' : ` at ${lane.addedRoundTripMs} ms RTT`);

const LATENCY = { path: 'latencyUs.mean', noise: NOISE.latency };
const mean = (lane: Lane) => lane.latencyUs?.mean;
const number = (value: number | undefined): Figure | undefined => (value === undefined ? undefined : { value });

const LINES: readonly Line[] = [
  { label: 'Latency, mean, ms', scenario: 'steady', contest: LATENCY, figure: mean, show: ms },
  // Nobody wins by the same latencies twice: the mean is the primary figure.
  {
    label: 'Latency, p99, ms',
    scenario: 'steady',
    figure: (lane) => lane.latencyUs?.p99,
    show: ms,
  },
  {
    label: 'Latency, mean, ms,',
    scenario: 'rtt',
    contest: LATENCY,
    chosen: longest,
    at: roundTrip,
    figure: mean,
    show: ms,
  },
  {
    label: 'Requests per delivery',
    scenario: 'steady',
    contest: { path: 'requestsPerDelivery', noise: NOISE.counts },
    figure: (lane) => lane.requestsPerDelivery,
    show: compact,
  },
  {
    label: 'Bytes per delivery',
    scenario: 'steady',
    contest: { path: 'bytesPerDelivery', noise: NOISE.counts },
    figure: (lane) => lane.bytesPerDelivery,
    show: compact,
  },
  {
    label: 'Server CPU per delivery, µs',
    scenario: 'steady',
    contest: { path: 'serverCpuUsPerDelivery', noise: NOISE.cpu },
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: compact,
  },
  {
    label: '\u00a0\u00a0times its control',
    scenario: 'steady',
    figure: (lane) => lane.ofControl?.serverCpuUsPerDelivery,
    show: ratioNumber,
  },
  {
    label: '\u00a0\u00a0with',
    scenario: 'fanout',
    contest: { path: 'serverCpuUsPerDelivery', noise: NOISE.cpu },
    chosen: mostClients,
    at: (lane) => ` ${lane.case ?? ''}`,
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: compact,
  },
  {
    label: 'Idle: requests an hour',
    scenario: 'idle',
    contest: { path: 'requestsPerClientHour', noise: NOISE.counts },
    figure: (lane) => lane.requestsPerClientHour,
    show: count,
  },
  {
    label: 'Idle: bytes an hour',
    scenario: 'idle',
    contest: { path: 'bytesPerClientHour', noise: NOISE.counts },
    figure: (lane) => lane.bytesPerClientHour,
    show: bytes,
  },
  {
    label: 'Memory per connection',
    scenario: 'idle',
    contest: { path: 'memoryBytesPerConnection', noise: 0.1 },
    figure: (lane) => lane.memoryBytesPerConnection,
    show: bytes,
  },
  {
    label: 'Connections at once',
    scenario: 'capacity',
    figure: (lane) => number(lane.connections),
    show: count,
  },
  {
    label: 'Everything again, ms, after',
    scenario: 'recovery',
    contest: { path: 'recovery.caughtUpMs', noise: NOISE.latency },
    chosen: ([first]) => first,
    at: (lane) => ` ${lane.case ?? 'a fault'}`,
    figure: (lane) => lane.recovery?.caughtUpMs,
    show: compact,
  },
  {
    label: 'Sending, ms,',
    scenario: 'sending',
    contest: LATENCY,
    chosen: longest,
    at: roundTrip,
    figure: mean,
    show: ms,
  },
  {
    label: 'First message, ms,',
    scenario: 'first-message',
    contest: LATENCY,
    chosen: longest,
    at: roundTrip,
    figure: mean,
    show: ms,
  },
];

/** @returns a row for each key figure that the run measured, a column for each transport; null where there is nothing. */
export function summaryTable(run: Run): Table | null {
  const transports = transportsOf(run);
  const rows = LINES.flatMap((line) => {
    const scenario = run.scenarios.find(({ name }) => name === line.scenario);
    const row = scenario && summaryRow(line, scenario, transports);
    return row === undefined || row === null ? [] : [row];
  });
  return rows.length === 0 ? null : { header: ['', ...transports.map((name) => `${name}  `)], rows };
}

/** In the order of the settings; `http` is none. */
function transportsOf({ settings, scenarios }: Run): string[] {
  const chosen = [settings['transports'] ?? []].flat().filter((name) => typeof name === 'string');
  const measured = new Set(scenarios.flatMap(({ lanes }) => lanes.flatMap(({ transport }) => transport ?? [])));
  return [...new Set([...chosen, ...measured])].filter((name) => measured.has(name) && name !== 'http');
}

function summaryRow(line: Line, scenario: ScenarioResult, transports: readonly string[]): string[] | null {
  const measured = scenario.lanes.filter((lane) => lane.transport !== undefined && line.figure(lane) !== undefined);
  const example = (line.chosen ?? (([first]) => first))(measured);
  if (example === undefined) return null;
  const lanes = measured.filter((lane) => lane.case === example.case);
  const winners = winnersOf(line, scenario, lanes);
  const cells = transports.map((name) => {
    const lane = lanes.find((one) => laneName(one) === name);
    const figure = lane && line.figure(lane);
    if (lane === undefined || figure === undefined) return '–  ';
    return `${line.show(figure.value)} ${lane.spoiled === true ? '*' : winners.includes(name) ? '✓' : ' '}`;
  });
  return [`${line.label}${line.at?.(example) ?? ''}`, ...cells];
}

/** @returns nobody where all are alike. */
function winnersOf({ contest, figure }: Line, scenario: ScenarioResult, lanes: readonly Lane[]): string[] {
  if (contest === undefined) return [];
  const compare = comparerOf(scenario, contest.path, lanes[0]?.case);
  const outcome = outcomeOf(entriesOf(lanes, true, figure), contest.noise, compare);
  return outcome === null || outcome.others.length === 0 ? [] : outcome.winners.map(({ name }) => name);
}

/** @returns what the run says about the bench's own error, in one line. */
export function harnessText(run: Run): string {
  const calibration = run.scenarios.find(({ lanes }) => lanes.some((lane) => lane.measuredDelayMs !== undefined));
  const calibrated =
    calibration === undefined
      ? ['not calibrated in this run (--scenarios calibration does).']
      : specialFindings(calibration).map(({ text }) => text);
  return [...calibrated, ...loaderText(run)].join(' ');
}

function loaderText({ scenarios }: Run): string[] {
  const loaders = scenarios.flatMap(({ lanes }) =>
    lanes.flatMap(({ loader, spoiled }) => (loader === undefined || spoiled === true ? [] : [loader])),
  );
  if (loaders.length === 0) return [];
  const busy = Math.max(...loaders.map(({ utilisation }) => utilisation));
  const lag = Math.max(...loaders.map(({ pacingLagMs }) => pacingLagMs.p99));
  return [`Load side: at most ${count(busy * 100)} % busy, messages sent at most ${compact(lag)} ms late (p99).`];
}

/** @returns whether everything came that was owed, in one line; empty where no ledger was kept. */
export function ledgerText({ scenarios }: Run): string {
  const lanes = scenarios.flatMap((scenario) => scenario.lanes).filter((lane) => lane.expected !== undefined);
  if (lanes.length === 0) return '';
  const sum = (of: (lane: Lane) => number | undefined) => lanes.reduce((total, lane) => total + (of(lane) ?? 0), 0);
  const owed = `${count(sum((lane) => lane.expected))} deliveries owed`;
  if (lanes.every(ledgerCloses)) return `${owed}, each came once and in order.`;
  const faults = [
    `${count(sum((lane) => lane.missing))} missing`,
    `${count(sum((lane) => lane.duplicated))} duplicated`,
    `${count(sum((lane) => lane.outOfOrder))} out of order`,
  ];
  return `OPEN: ${owed}, ${faults.join(', ')}.`;
}

/**
 * @returns the warnings about the whole run, then those of single lanes with their scenarios. Of what the bench spoiled,
 * the first kind says enough.
 */
export function allWarnings(run: Run): { readonly ofRun: readonly string[]; readonly ofLanes: readonly string[] } {
  const ofLanes = run.scenarios.flatMap((scenario) => {
    const lanes = scenario.lanes.filter((lane) => lane.spoiled !== true);
    return scenarioWarnings({ ...scenario, lanes }).map((warning) => `${scenario.name}, ${warning}`);
  });
  return { ofRun: [...new Set([...run.warnings, ...runWarnings(run)])], ofLanes };
}
