// One figure of a scenario as bars, one for each lane.
import type { RowsView } from '../../../client/docs-page/run-view.ts';
import type { Figure, Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { comparerOf, type Entry, entriesOf, NOISE, type Outcome, outcomeOf } from '../contest.ts';
import { bytes, compact, count, duration, sentenceList } from '../format.ts';
import { contestTitle, figurePoint, frameOf, rowOf, rowsText } from './parts.ts';

/** The share by which the slope of memory over connections differs from run to run. */
const MEMORY_NOISE = 0.05;

/** The parts of such a chart that differ from one to the next. */
interface Bars {
  readonly id: string;
  readonly scenario: string;
  readonly axis: string;
  /** The axis's unit in that of the figure; default 1. */
  readonly unit?: number;
  readonly noise: number;
  /** A point on a logarithmic axis instead of a bar; default false. */
  readonly logarithmic?: boolean;
  /** The figure's name in a lane, as comparisons have it. */
  readonly path: string;
  figure(lane: Lane): Figure | undefined;
  predicted?(lane: Lane): number | undefined;
  /** Writes a value within the title, with its unit. */
  show(value: number): string;
  /** Follows the value in the title. */
  readonly per: string;
  /** Default true. */
  readonly lowerIsBetter?: boolean;
}

const BARS: readonly Bars[] = [
  {
    id: 'requests-per-delivery',
    scenario: 'steady',
    axis: 'HTTP requests per delivered message',
    noise: NOISE.counts,
    path: 'requestsPerDelivery',
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
    path: 'bytesPerDelivery',
    figure: (lane) => lane.bytesPerDelivery,
    predicted: (lane) => lane.predicted?.bytesPerDelivery,
    show: count,
    per: 'bytes per delivered message',
  },
  {
    id: 'cpu-per-delivery',
    scenario: 'steady',
    axis: 'Server CPU per delivered message, µs',
    noise: NOISE.cpu,
    path: 'serverCpuUsPerDelivery',
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: (value) => `${compact(value)} µs`,
    per: 'of server CPU per delivered message',
  },
  {
    id: 'idle-requests',
    scenario: 'idle',
    axis: 'HTTP requests per client and hour in a silent room',
    noise: NOISE.counts,
    path: 'requestsPerClientHour',
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
    path: 'bytesPerClientHour',
    figure: (lane) => lane.bytesPerClientHour,
    predicted: (lane) => lane.predicted?.bytesPerClientHour,
    show: bytes,
    per: 'per client and hour of silence',
  },
  {
    id: 'idle-cpu',
    scenario: 'idle',
    axis: 'Server CPU per client and hour in a silent room, ms',
    noise: NOISE.cpu,
    path: 'serverCpuMsPerClientHour',
    figure: (lane) => lane.serverCpuMsPerClientHour,
    show: duration,
    per: 'of server CPU per client and hour of silence',
  },
  {
    id: 'memory-per-connection',
    scenario: 'idle',
    axis: 'Resident memory of the server per connection, kB',
    unit: 1000,
    noise: MEMORY_NOISE,
    path: 'memoryBytesPerConnection',
    figure: (lane) => lane.memoryBytesPerConnection,
    show: bytes,
    per: 'of server memory per connection',
  },
  {
    id: 'slow-reader',
    scenario: 'slow-reader',
    axis: 'kB that the server holds for each reader that stopped reading, logarithmic',
    unit: 1000,
    noise: NOISE.cpu,
    logarithmic: true,
    path: 'unwrittenBytes',
    figure: (lane) => lane.unwrittenBytes,
    show: bytes,
    per: 'held for a reader that stopped reading',
  },
  {
    id: 'capacity',
    scenario: 'capacity',
    axis: 'Connections open at once, all of them served',
    noise: NOISE.counts,
    path: 'connections',
    figure: (lane) => (lane.connections === undefined ? undefined : { value: lane.connections }),
    show: count,
    per: 'connections open at once',
    lowerIsBetter: false,
  },
];

/** @returns the charts of this kind that the scenario has figures for. */
export function barCharts(run: Run, scenario: ScenarioResult): RowsView[] {
  return BARS.filter((chart) => chart.scenario === scenario.name).flatMap((chart) => barChart(run, scenario, chart));
}

function barChart(run: Run, scenario: ScenarioResult, chart: Bars): RowsView[] {
  const spoilable = chart.noise !== NOISE.counts;
  const { lanes } = scenario;
  const rows = lanes.flatMap((lane) => {
    const figure = chart.figure(lane);
    if (figure === undefined) return [];
    const name = chart.logarithmic === true ? (lane.transport ?? lane.control ?? '') : 'value';
    const point = figurePoint(name, figure, chart.predicted?.(lane), 1 / (chart.unit ?? 1));
    return [rowOf(lane, lanes, spoilable, [point])];
  });
  if (rows.length === 0) return [];
  const compare = comparerOf(scenario, chart.path);
  const entries = entriesOf(lanes, spoilable, chart.figure);
  const outcome = chart.lowerIsBetter === false ? highest(entries) : outcomeOf(entries, chart.noise, compare);
  const frame = frameOf(run, scenario);
  return [
    {
      id: chart.id,
      kind: chart.logarithmic === true ? 'points' : 'bars',
      title: contestTitle(outcome, chart.show, chart.per),
      axis: chart.axis,
      scale: chart.logarithmic === true ? 'logarithmic' : 'linear',
      ...frame,
      conditions: [frame.conditions, ...limits(lanes)].join('; '),
      alt: rowsText(`${chart.axis}, by transport`, rows),
      rows,
    },
  ];
}

/** @returns the outcome where more is better, of figures that are counts. */
function highest(entries: readonly Entry[]): Outcome | null {
  const [best, ...rest] = entries.toSorted((a, b) => b.figure.value - a.figure.value);
  if (best === undefined) return null;
  const isTied = (entry: Entry) => entry.figure.value === best.figure.value;
  return {
    best,
    winners: [best, ...rest.filter(isTied)],
    others: rest.filter((entry) => !isTied(entry)),
    sure: false,
  };
}

/** @returns what ended the search for a capacity, each reason once, with the transports. */
function limits(lanes: readonly Lane[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { stoppedBy, transport } of lanes) {
    if (stoppedBy !== undefined) reasons.set(stoppedBy, [...(reasons.get(stoppedBy) ?? []), transport ?? '']);
  }
  return [...reasons].map(([reason, names]) => `${sentenceList(names)} stopped by ${reason}`);
}
