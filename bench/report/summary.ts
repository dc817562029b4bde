// A whole run at a glance: who wins what, what it costs, and what the bench says of itself. Data and sentences, for the
// terminal and Markdown alike.
import { type FigureName, figureSpec } from '../run/figures.ts';
import { compact, count } from '../run/format.ts';
import { figureOf, shownFigure } from '../run/lane-figures.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, ledgerCloses, type Run, type ScenarioResult, type Settings } from '../run/run-file.ts';
import { contestOf, outcomeOf } from './contest.ts';
import { scenarioWarnings } from './findings.ts';
import { runWarnings } from './run-warnings.ts';
import { specialFindings } from './special-findings.ts';
import type { Table } from './table.ts';

/** What the marks in the summary's cells mean. */
export const SUMMARY_LEGEND = '✓ lowest, or not to be told from it;  * spoiled by the bench itself;  – not measured';

interface Line {
  readonly label: string;
  readonly scenario: string;
  readonly figure: FigureName;
  /** Which of a scenario's cases; default: the first. */
  chosen?(lanes: readonly Lane[]): Lane | undefined;
  /** What follows the label: the case. */
  at?(lane: Lane, settings: Settings): string;
}

const largest = (number: (lane: Lane) => number | undefined) => (lanes: readonly Lane[]) =>
  lanes.toSorted((a, b) => (number(b) ?? 0) - (number(a) ?? 0))[0];
const mostClients = largest((lane) => lane.clients);
const atLongestRoundTrip = {
  chosen: largest((lane) => lane.addedRoundTripMs),
  at: (lane: Lane) => (lane.addedRoundTripMs === undefined ? '' : ` at ${lane.addedRoundTripMs} ms RTT`),
};
const caseOf = (lane: Lane) => ` ${lane.case ?? ''}`;
/** A shortened hold ends as many times more often. */
const holdOf = (_: Lane, { shortened, waitSeconds }: Settings) =>
  shortened === true ? ` (holds of only ${String(waitSeconds)} s)` : '';

const LINES: readonly Line[] = [
  { label: 'Latency, mean, ms', scenario: 'steady', figure: 'mean' },
  { label: 'Latency, p99, ms', scenario: 'steady', figure: 'p99' },
  { label: 'Latency, mean, ms,', scenario: 'rtt', figure: 'mean', ...atLongestRoundTrip },
  { label: 'Requests per delivery', scenario: 'steady', figure: 'requestsPerDelivery' },
  { label: 'Bytes per delivery', scenario: 'steady', figure: 'bytesPerDelivery' },
  { label: 'Last of all, mean, ms, of', scenario: 'fanout', figure: 'last.mean', chosen: mostClients, at: caseOf },
  { label: 'Idle: requests an hour', scenario: 'idle', figure: 'requestsPerClientHour', at: holdOf },
  { label: 'Idle: bytes an hour', scenario: 'idle', figure: 'bytesPerClientHour', at: holdOf },
  { label: 'Memory per connection', scenario: 'idle', figure: 'memoryBytesPerConnection' },
  { label: 'Sending, ms,', scenario: 'sending', figure: 'mean', ...atLongestRoundTrip },
  { label: 'First message, ms,', scenario: 'first-message', figure: 'mean', ...atLongestRoundTrip },
];

/** @returns a row for each key figure that the run measured, a column for each transport; null where there is nothing. */
export function summaryTable(run: Run): Table | null {
  const transports = transportsOf(run);
  const rows = LINES.flatMap((line) => {
    const scenario = run.scenarios.find(({ name }) => name === line.scenario);
    const row = scenario && summaryRow(line, scenario, transports);
    return row === undefined || row === null ? [] : [row];
  });
  return rows.length === 0 ? null : { header: ['', ...transports.map((name) => `${nameOf(name)}  `)], rows };
}

/** In the order of the settings; `http` is none. */
function transportsOf({ settings, scenarios }: Run): string[] {
  const chosen = [settings['transports'] ?? []].flat().filter((name) => typeof name === 'string');
  const measured = new Set(scenarios.flatMap(({ lanes }) => lanes.flatMap(({ transport }) => transport ?? [])));
  return [...new Set([...chosen, ...measured])].filter((name) => measured.has(name) && name !== 'http');
}

function summaryRow(line: Line, scenario: ScenarioResult, transports: readonly string[]): string[] | null {
  const measured = scenario.lanes.filter(
    (lane) => lane.transport !== undefined && shownFigure(lane, line.figure) !== undefined,
  );
  const example = (line.chosen ?? (([first]) => first))(measured);
  if (example === undefined) return null;
  const lanes = measured.filter((lane) => lane.case === example.case);
  const winners = winnersOf(line.figure, scenario, lanes);
  const cells = transports.map((name) => {
    const lane = lanes.find((one) => laneName(one) === name);
    const figure = lane && figureOf(lane, line.figure);
    if (lane === undefined || figure === undefined) return '–  ';
    const mark = lane.spoiled === true ? '*' : winners.includes(name) ? '✓' : ' ';
    return `${figureSpec(line.figure).show(figure.value)} ${mark}`;
  });
  return [`${line.label}${line.at?.(example, scenario.settings) ?? ''}`, ...cells];
}

/** @returns nobody where all are alike, or where findings do not rank by that figure either. */
function winnersOf(name: FigureName, scenario: ScenarioResult, lanes: readonly Lane[]): string[] {
  if (figureSpec(name).finding === undefined) return [];
  const outcome = outcomeOf(contestOf(scenario, name, lanes));
  return outcome === null || outcome.others.length === 0 ? [] : outcome.winners.map((entry) => entry.name);
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
  const sum = (name: FigureName) => count(lanes.reduce((total, lane) => total + (figureOf(lane, name)?.value ?? 0), 0));
  const owed = `${sum('expected')} deliveries owed`;
  if (lanes.every(ledgerCloses)) return `${owed}, each came once and in order.`;
  const faults = (['missing', 'duplicated', 'outOfOrder'] as const).map(
    (name) => `${sum(name)} ${figureSpec(name).label}`,
  );
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
