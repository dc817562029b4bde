// The charts of a run, as data: pure functions from a run to what is drawn. Each has its finding as its title.
import { transportColours } from '../../client/colours.ts';
import type { ChartPoint, ChartRow, ChartView } from '../../client/docs-page/run-view.ts';
import type { Figure } from '../stats/over-rounds.ts';
import { bytes, type Entry, entriesOf, NOISE, namesOf, outcomeOf } from './findings.ts';
import { compact, count, ms } from './format.ts';
import { type Lane, laneName, type Run, type ScenarioResult } from './run-file.ts';
import { scenarioConditions } from './scenario-tables.ts';

/** Of whatever is no transport. */
const CONTROL_COLOUR = '#8d8d8d';
/** What the mark at a row's name means. */
const SPOILED = '*\u00a0The\u00a0bench itself was the limit.';
const LATENCY_POINTS = ['p50', 'p90', 'p99', 'max'] as const;

/** The parts of a bar chart that differ from one to the next. */
interface BarChart {
  readonly id: string;
  readonly scenario: string;
  readonly axis: string;
  /** The axis's unit in that of the figure; default 1. */
  readonly unit?: number;
  readonly noise: number;
  figure(lane: Lane): Figure | undefined;
  predicted?(lane: Lane): number | undefined;
  /** Writes a value within the title, with its unit. */
  show(value: number): string;
  /** Follows the value in the title. */
  readonly per: string;
}

const BAR_CHARTS: readonly BarChart[] = [
  {
    id: 'requests-per-delivery',
    scenario: 'steady',
    axis: 'HTTP requests per delivered message',
    noise: NOISE.counts,
    figure: (lane) => lane.requestsPerDelivery,
    predicted: (lane) => lane.predicted?.requestsPerDelivery,
    show: compact,
    per: 'requests per delivered message',
  },
  {
    id: 'bytes-per-delivery',
    scenario: 'steady',
    axis: 'Bytes on the wire per delivered message, both directions',
    noise: NOISE.counts,
    figure: (lane) => lane.bytesPerDelivery,
    show: count,
    per: 'bytes per delivered message',
  },
  {
    id: 'cpu-per-delivery',
    scenario: 'steady',
    axis: 'Server CPU per delivered message, µs',
    noise: NOISE.cpu,
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: (value) => `${compact(value)} µs`,
    per: 'of server CPU per delivered message',
  },
  {
    id: 'idle-requests',
    scenario: 'idle',
    axis: 'HTTP requests per client and hour in a silent room',
    noise: NOISE.counts,
    figure: (lane) => lane.requestsPerClientHour,
    predicted: (lane) => lane.predicted?.requestsPerClientHour,
    show: count,
    per: 'requests per client and hour of silence',
  },
  {
    id: 'idle-bytes',
    scenario: 'idle',
    axis: 'kB per client and hour in a silent room, both directions',
    unit: 1000,
    noise: NOISE.counts,
    figure: (lane) => lane.bytesPerClientHour,
    show: bytes,
    per: 'per client and hour of silence',
  },
];

/** @returns the charts of one scenario; those that it measured nothing for are left out. */
export function scenarioCharts(run: Run, scenario: ScenarioResult): ChartView[] {
  return [
    latencyChart(run, scenario),
    ...BAR_CHARTS.filter((chart) => chart.scenario === scenario.name).map((chart) => barChart(run, scenario, chart)),
    ceilingChart(run, scenario),
  ].filter((chart) => chart !== null);
}

/** @returns all charts of a run. */
export function charts(run: Run): ChartView[] {
  return run.scenarios.flatMap((scenario) => scenarioCharts(run, scenario));
}

/** @returns machine, date and commit in one line. */
export function sourceLine({ environment: { cpu, cores, node, commit, dirty }, startedAt }: Run): string {
  const version = commit === null ? '' : `, commit ${commit.slice(0, 7)}${dirty === true ? ' with changes' : ''}`;
  return `${cpu}, ${cores} cores, Node ${node.replace(/^v/, '')}, ${startedAt.slice(0, 10)}${version}`;
}

function colourOf(lane: Lane, index: number): string {
  return lane.transport === undefined ? CONTROL_COLOUR : transportColours(lane.transport, index);
}

function figurePoint(label: string, figure: Figure, predicted: number | undefined, scale = 1): ChartPoint {
  return {
    label,
    value: figure.value * scale,
    ...(figure.low === undefined || figure.high === undefined
      ? {}
      : { low: figure.low * scale, high: figure.high * scale }),
    ...(predicted === undefined ? {} : { predicted: predicted * scale }),
  };
}

function altText(what: string, rows: readonly ChartRow[]): string {
  const parts = rows.map(
    ({ name, points }) =>
      `${name} ${points.map(({ label, value }) => (points.length === 1 ? compact(value) : `${label} ${compact(value)}`)).join(', ')}`,
  );
  return `${what}. ${parts.join('; ')}.`;
}

/** What charts of one scenario have in common. */
function frame(run: Run, scenario: ScenarioResult): Pick<ChartView, 'conditions' | 'source'> {
  const spoiled = scenario.lanes.some((lane) => lane.spoiled === true);
  return {
    conditions: spoiled ? `${scenarioConditions(scenario)}. ${SPOILED}` : scenarioConditions(scenario),
    source: sourceLine(run),
  };
}

function rowName(lane: Lane, spoilable: boolean): Pick<ChartRow, 'name' | 'spoiled'> {
  return { name: laneName(lane), ...(spoilable && lane.spoiled === true ? { spoiled: true } : {}) };
}

function latencyChart(run: Run, scenario: ScenarioResult): ChartView | null {
  const rows = scenario.lanes.flatMap((lane, index) => {
    const { latencyUs, predicted } = lane;
    if (latencyUs === undefined) return [];
    const points = LATENCY_POINTS.map((name) => figurePoint(name, latencyUs[name], predicted?.latencyUs?.[name], 1e-3));
    return [{ ...rowName(lane, true), colour: colourOf(lane, index), points }];
  });
  const means = entriesOf(scenario.lanes, true, (lane) => lane.latencyUs?.mean);
  if (rows.length === 0) return null;
  return {
    id: 'latency',
    kind: 'points',
    title: contestTitle(means, NOISE.latency, (value) => `${ms(value)} ms`, 'from sending to receipt on average'),
    axis: 'Delivery latency in ms, logarithmic',
    scale: 'logarithmic',
    ...frame(run, scenario),
    alt: altText('Delivery latency in ms by transport', rows),
    rows,
  };
}

function barChart(run: Run, scenario: ScenarioResult, chart: BarChart): ChartView | null {
  const spoilable = chart.noise === NOISE.cpu;
  const rows = scenario.lanes.flatMap((lane, index) => {
    const figure = chart.figure(lane);
    if (figure === undefined) return [];
    const point = figurePoint('value', figure, chart.predicted?.(lane), 1 / (chart.unit ?? 1));
    return [{ ...rowName(lane, spoilable), colour: colourOf(lane, index), points: [point] }];
  });
  if (rows.length === 0) return null;
  return {
    id: chart.id,
    kind: 'bars',
    title: contestTitle(entriesOf(scenario.lanes, spoilable, chart.figure), chart.noise, chart.show, chart.per),
    axis: chart.axis,
    scale: 'linear',
    ...frame(run, scenario),
    alt: altText(`${chart.axis}, by transport`, rows),
    rows,
  };
}

/** The finding in a title: who has the lowest figure, and who the highest. */
function contestTitle(entries: readonly Entry[], noise: number, show: (value: number) => string, per: string): string {
  const outcome = outcomeOf(entries, noise);
  if (outcome === null) return 'No sound measurement: the bench itself was the limit';
  const lowest = `${namesOf(outcome.winners)}: ${show(outcome.best.figure.value)} ${per}`;
  const worst = outcome.others.at(-1);
  return worst === undefined ? lowest : `${lowest}; ${worst.name}: ${show(worst.figure.value)}`;
}

/** What a request costs, rather than how many there are a second: that holds also where the server was not saturated. */
function ceilingChart(run: Run, scenario: ScenarioResult): ChartView | null {
  const measured = scenario.lanes.flatMap((lane) =>
    lane.serverCpuUsPerRequest === undefined ? [] : [{ lane, cost: lane.serverCpuUsPerRequest }],
  );
  if (measured.length === 0) return null;
  const rows = measured.map(({ lane, cost }, index) => ({
    name: `${lane.case}: ${lane.control ?? 'the lab'}`,
    colour: colourOf(lane, index),
    points: [figurePoint('CPU µs', cost, undefined)],
  }));
  const ratios = measured.flatMap(({ lane, cost }) => {
    const control = measured.find((other) => other.lane.control !== undefined && other.lane.case === lane.case);
    if (lane.control !== undefined || control === undefined) return [];
    return [`${lane.case} ${(cost.value / control.cost.value).toFixed(2)}`];
  });
  return {
    id: 'http-ceiling',
    kind: 'bars',
    title: `Server CPU per request, times that of a bare node:http server: ${ratios.join(', ')}`,
    axis: 'Server CPU per request under full load, µs',
    scale: 'linear',
    ...frame(run, scenario),
    alt: altText('Server CPU per request in µs', rows),
    rows,
  };
}
