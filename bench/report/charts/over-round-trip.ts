// What the network's round trip does: latencies as lines over it.
import type { LinePoint, LineSeries, LinesView } from '../../../client/docs-page/run-view.ts';
import type { LatencyName } from '../../../client/latency-names.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { comparerOf, entriesOf, NOISE } from '../contest.ts';
import { ms } from '../format.ts';
import { byName, colourOf, frameOf, HOLLOW, interval, linesText, NO_SOUND_MEASUREMENT, ranking } from './parts.ts';

interface OverRoundTrip {
  readonly id: string;
  readonly scenario: string;
  readonly latency: LatencyName;
  /** Of which latency. */
  readonly axis: string;
  /** Follows the ranking in the title. */
  readonly per: string;
}

const CHARTS: readonly OverRoundTrip[] = [
  {
    id: 'latency-over-rtt',
    scenario: 'rtt',
    latency: 'mean',
    axis: 'Delivery latency, mean',
    per: 'from sending to receipt on average',
  },
  {
    id: 'tail-over-rtt',
    scenario: 'rtt',
    latency: 'p99',
    axis: 'Delivery latency, p99',
    per: 'for 99 of 100 messages',
  },
];

/** @returns none where there were not at least two round trips. */
export function roundTripCharts(run: Run, scenario: ScenarioResult): LinesView[] {
  return CHARTS.filter((chart) => chart.scenario === scenario.name).flatMap((chart) => {
    const lanes = scenario.lanes.filter((lane) => xOf(lane) !== undefined && lane.latencyUs !== undefined);
    const trips = [...new Set(lanes.map((lane) => lane.addedRoundTripMs))];
    return trips.length < 2 ? [] : [roundTripChart(run, scenario, lanes, chart)];
  });
}

/** The round trip that there really was; where it was not measured, what was added. */
function xOf(lane: Lane): number | undefined {
  return lane.addedRoundTripMs === undefined ? undefined : (lane.roundTripMs?.value ?? lane.addedRoundTripMs);
}

function roundTripChart(run: Run, scenario: ScenarioResult, lanes: readonly Lane[], chart: OverRoundTrip): LinesView {
  const series = [...byName(lanes).values()].flatMap((of) => seriesOf(of, lanes, chart.latency));
  const what = `${chart.axis} in ms`;
  return {
    id: chart.id,
    kind: 'lines',
    title: titleOf(scenario, lanes, chart),
    x: { title: 'Round trip of the network, ms', scale: 'linear', min: 0 },
    y: { title: `${what}, logarithmic`, scale: 'logarithmic' },
    ...frameOf(run, scenario, HOLLOW),
    alt: linesText(what, 'the round trip in ms', series),
    series,
  };
}

function seriesOf(of: readonly Lane[], lanes: readonly Lane[], latency: LatencyName): LineSeries[] {
  const [first] = of;
  if (first === undefined) return [];
  const name = first.transport ?? first.control ?? '';
  const look = { of: name, colour: colourOf(first, lanes) };
  const measured = of.map((lane): LinePoint => {
    const figure = lane.latencyUs?.[latency] ?? { value: 0 };
    return { x: xOf(lane) ?? 0, y: figure.value / 1000, ...interval(figure, 1e-3), ...spoiledMark(lane) };
  });
  const predicted = of.flatMap((lane): LinePoint[] => {
    const value = lane.predicted?.latencyUs?.[latency];
    return value === undefined ? [] : [{ x: xOf(lane) ?? 0, y: value / 1000 }];
  });
  return [
    { ...look, role: first.control === undefined ? 'measured' : 'control', points: rising(measured) },
    ...(predicted.length > 1 ? [{ ...look, role: 'predicted' as const, points: rising(predicted) }] : []),
  ];
}

/** @returns what marks a point that says little about the transport. */
export function spoiledMark(lane: Lane): Pick<LinePoint, 'spoiled' | 'note'> {
  return lane.spoiled === true ? { spoiled: true, note: 'the bench itself was the limit' } : {};
}

export function rising(points: readonly LinePoint[]): LinePoint[] {
  return points.toSorted((a, b) => a.x - b.x);
}

/** The finding where the network matters most. */
function titleOf(scenario: ScenarioResult, lanes: readonly Lane[], { latency, per }: OverRoundTrip): string {
  const farthest = Math.max(...lanes.map((lane) => lane.addedRoundTripMs ?? 0));
  const there = lanes.filter((lane) => lane.addedRoundTripMs === farthest);
  const entries = entriesOf(there, true, (lane) => lane.latencyUs?.[latency]);
  const compare = comparerOf(scenario, `latencyUs.${latency}`, there[0]?.case);
  const ranked = ranking(entries, NOISE.latency, (value) => `${ms(value)} ms`, compare);
  return ranked === '' ? NO_SOUND_MEASUREMENT : `${farthest} ms of round trip: ${ranked} ${per}`;
}
