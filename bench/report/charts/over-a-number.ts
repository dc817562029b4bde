// One figure as lines over a number: the network's round trip, or the number of clients.
import { type FigureName, figureSpec } from '../../run/figures.ts';
import { plural } from '../../run/format.ts';
import { shownFigure } from '../../run/lane-figures.ts';
import { isInPairs } from '../../run/lane-labels.ts';
import { latencyMeaning } from '../../run/latency-meanings.ts';
import { type Lane, laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { contestOf } from '../contest.ts';
import type { AxisView, LinePoint, LineSeries, LinesView } from '../views.ts';
import { byName, colourOf, frameOf, HOLLOW, linesText, NO_SOUND_MEASUREMENT, pointOf, ranking } from './parts.ts';

interface Over {
  readonly axis: AxisView;
  /** Of the other axis. */
  readonly scale: AxisView['scale'];
  /** For those who do not see it. */
  readonly what: string;
  /** What the lanes of one case have in common; absent: the lane has no place on the axis. */
  step(lane: Lane): number | undefined;
  /** Where on the axis. */
  at(lane: Lane): number;
}

const ROUND_TRIP: Over = {
  axis: { title: 'Round trip of the network, ms', scale: 'linear', min: 0 },
  // What grows in proportion is a straight line only between two even axes.
  scale: 'linear',
  what: 'the round trip in ms',
  step: (lane) => (isInPairs(lane) ? undefined : lane.addedRoundTripMs),
  // The round trip that there really was; where it was not measured, what was added.
  at: (lane) => lane.roundTripMs?.value ?? lane.addedRoundTripMs ?? 0,
};

const CLIENTS: Over = {
  axis: { title: 'Clients that each message goes to, logarithmic', scale: 'logarithmic' },
  scale: 'logarithmic',
  what: 'the number of clients',
  step: (lane) => lane.clients,
  at: (lane) => lane.clients ?? 1,
};

interface OverANumber {
  readonly id: string;
  readonly scenario: string;
  readonly figure: FigureName;
  readonly over: Over;
  /** The finding where the number is largest. @param ranked everybody's figures there. */
  title(most: number, ranked: string, scenario: string): string;
}

const CHARTS: readonly OverANumber[] = [
  {
    ...{ id: 'latency-over-rtt', scenario: 'rtt', figure: 'mean', over: ROUND_TRIP },
    title: (most, ranked, scenario) => `${most} ms of round trip: ${ranked} ${latencyMeaning(scenario).per}`,
  },
  {
    ...{ id: 'tail-over-rtt', scenario: 'rtt', figure: 'p99', over: ROUND_TRIP },
    title: (most, ranked) => `${most} ms of round trip: ${ranked} ${figureSpec('p99').axis?.per}`,
  },
  {
    ...{ id: 'last-receiver', scenario: 'fanout', figure: 'last.mean', over: CLIENTS },
    title: (most, ranked) => `With ${plural(most, 'client')} the last one has a message after: ${ranked}`,
  },
];

/** @returns none where there were not at least two steps. */
export function chartsOverANumber(run: Run, scenario: ScenarioResult): LinesView[] {
  return CHARTS.filter((chart) => chart.scenario === scenario.name).flatMap((chart) => {
    const { over, figure } = chart;
    const lanes = scenario.lanes.filter(
      (lane) => over.step(lane) !== undefined && (shownFigure(lane, figure)?.value ?? 0) > 0,
    );
    return new Set(lanes.map(over.step)).size < 2 ? [] : [chartOf(run, scenario, lanes, chart)];
  });
}

function chartOf(run: Run, scenario: ScenarioResult, lanes: readonly Lane[], chart: OverANumber): LinesView {
  const { over, figure } = chart;
  const series = [...byName(lanes).values()].flatMap((own) => seriesOf(own, lanes, chart));
  const { title = '' } = figureSpec(figure).axis ?? {};
  return {
    id: chart.id,
    kind: 'lines',
    title: titleOf(scenario, lanes, chart),
    x: over.axis,
    y: { title: over.scale === 'linear' ? title : `${title}, logarithmic`, scale: over.scale },
    ...frameOf(run, scenario, HOLLOW),
    alt: linesText(title, over.what, series),
    series,
  };
}

/** @param own the lanes of one transport or control. */
function seriesOf(own: readonly Lane[], lanes: readonly Lane[], { figure, over }: OverANumber): LineSeries[] {
  const [first] = own;
  if (first === undefined) return [];
  const look = { lane: laneName(first), colour: colourOf(first, lanes) };
  const points = own.flatMap((lane) => {
    const point = pointOf(lane, figure);
    return point === null ? [] : [{ x: over.at(lane), lane, point }];
  });
  const rising = points.toSorted((a, b) => a.x - b.x);
  const measured = rising.map(({ x, lane, point: { label: _, value, predicted: __, ...bounds } }): LinePoint => {
    const mark = lane.spoiled === true ? { spoiled: true, note: 'the bench itself was the limit' } : {};
    return { x, y: value, ...bounds, ...mark };
  });
  const predicted = rising.flatMap(({ x, point }): LinePoint[] =>
    point.predicted === undefined ? [] : [{ x, y: point.predicted }],
  );
  return [
    { ...look, role: first.control === undefined ? 'measured' : 'control', points: measured },
    ...(predicted.length > 1 ? [{ ...look, role: 'predicted' as const, points: predicted }] : []),
  ];
}

function titleOf(scenario: ScenarioResult, lanes: readonly Lane[], { figure, over, title }: OverANumber): string {
  const most = Math.max(...lanes.map((lane) => over.step(lane) ?? 0));
  const there = lanes.filter((lane) => over.step(lane) === most);
  const ranked = ranking(contestOf(scenario, figure, there));
  return ranked === '' ? NO_SOUND_MEASUREMENT : title(most, ranked, scenario.name);
}
