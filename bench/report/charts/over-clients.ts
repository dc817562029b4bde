// What more clients do: cost of a delivery, and latency of the last receiver, as lines over their number.
import type { LinePoint, LineSeries, LinesView } from '../../../client/docs-page/run-view.ts';
import { type Figure, type Lane, laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { comparerOf, entriesOf, NOISE } from '../contest.ts';
import { compact, ms, plural, timesWithin } from '../format.ts';
import { rising, spoiledMark } from './over-round-trip.ts';
import { byName, colourOf, frameOf, HOLLOW, interval, linesText, NO_SOUND_MEASUREMENT, ranking } from './parts.ts';

interface OverClients {
  readonly id: string;
  readonly path: string;
  readonly axis: string;
  readonly noise: number;
  /** From the figure's unit to the axis's. */
  readonly scale: number;
  figure(lane: Lane): Figure | undefined;
  show(value: number): string;
  /** Stands before the ranking in the title. */
  readonly what: string;
}

const CHARTS: readonly OverClients[] = [
  {
    id: 'cpu-over-clients',
    path: 'serverCpuUsPerDelivery',
    axis: 'Server CPU per delivery, µs',
    noise: NOISE.cpu,
    scale: 1,
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: (value) => `${compact(value)} µs`,
    what: 'one delivery costs',
  },
  {
    id: 'last-receiver',
    path: 'lastReceiverUs.mean',
    axis: 'Latency of the last receiver, mean, ms',
    noise: NOISE.latency,
    scale: 1e-3,
    figure: (lane) => lane.lastReceiverUs?.mean,
    show: (value) => `${ms(value)} ms`,
    what: 'the last one has a message after',
  },
];

/** @returns none where there were not at least two numbers of clients. */
export function clientCharts(run: Run, scenario: ScenarioResult): LinesView[] {
  if (scenario.name !== 'fanout') return [];
  return CHARTS.flatMap((chart) => {
    const lanes = scenario.lanes.filter((lane) => lane.clients !== undefined && chart.figure(lane) !== undefined);
    const counts = new Set(lanes.map(({ clients }) => clients));
    return counts.size < 2 ? [] : [clientChart(run, scenario, lanes, chart)];
  });
}

function clientChart(run: Run, scenario: ScenarioResult, lanes: readonly Lane[], chart: OverClients): LinesView {
  const series = [...byName(lanes).values()].flatMap((of) => seriesOf(of, lanes, chart));
  return {
    id: chart.id,
    kind: 'lines',
    title: titleOf(scenario, lanes, chart),
    x: { title: 'Clients that each message goes to, logarithmic', scale: 'logarithmic' },
    y: { title: `${chart.axis}, logarithmic`, scale: 'logarithmic' },
    ...frameOf(run, scenario, HOLLOW),
    alt: linesText(chart.axis, 'the number of clients', series),
    series,
  };
}

function seriesOf(of: readonly Lane[], lanes: readonly Lane[], { figure, scale }: OverClients): LineSeries[] {
  const [first] = of;
  if (first === undefined) return [];
  const points = of.flatMap((lane): LinePoint[] => {
    const found = figure(lane);
    if (found === undefined || found.value <= 0) return [];
    return [{ x: lane.clients ?? 1, y: found.value * scale, ...interval(found, scale), ...spoiledMark(lane) }];
  });
  const role = first.control === undefined ? 'measured' : 'control';
  return [{ of: laneName(first), colour: colourOf(first, lanes), role, points: rising(points) }];
}

function titleOf(scenario: ScenarioResult, lanes: readonly Lane[], chart: OverClients): string {
  const most = Math.max(...lanes.map((lane) => lane.clients ?? 0));
  const there = lanes.filter((lane) => lane.clients === most);
  const compare = comparerOf(scenario, chart.path, there[0]?.case);
  const ranked = ranking(entriesOf(there, true, chart.figure), chart.noise, chart.show, compare);
  if (ranked === '') return NO_SOUND_MEASUREMENT;
  const beside = there.flatMap(({ transport, ofControl }) =>
    chart.path !== 'serverCpuUsPerDelivery' || ofControl?.serverCpuUsPerDelivery === undefined
      ? []
      : [`${transport} ${timesWithin({ value: ofControl.serverCpuUsPerDelivery.value })} ${ofControl.control}`],
  );
  return [`With ${plural(most, 'client')} ${chart.what}: ${ranked}`, ...beside].join('; ');
}
