// Deliveries a second raised until they are late: latency over the load, the server's CPU below it, and the knees.
import { figureSpec } from '../../run/figures.ts';
import { nameOf } from '../../run/names.ts';
import { type Lane, laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { kneeText } from '../lane-columns.ts';
import type { LinePoint, LineSeries, LinesView } from '../views.ts';
import { colourOf, frameOf, interval, linesText } from './parts.ts';

const SHARE = { title: 'Server CPU, % of a core', scale: 'linear', min: 0 } as const;

/** @returns null for a scenario without loads. */
export function saturationChart(run: Run, scenario: ScenarioResult): LinesView | null {
  const { lanes } = scenario;
  const loaded = lanes.filter(({ saturation = [] }) => saturation.length > 1);
  if (loaded.length === 0) return null;
  const title = `${figureSpec('mean').axis?.title ?? ''}, logarithmic`;
  const latencies = loaded.map((lane) => seriesOf(lane, lanes, 'latencyUs', 1000));
  return {
    id: 'saturation',
    kind: 'lines',
    title: titleOf(loaded),
    x: { title: 'Deliveries a second that were asked for, logarithmic', scale: 'logarithmic' },
    y: { title, scale: 'logarithmic' },
    lower: SHARE,
    ...frameOf(run, scenario),
    alt: `${linesText(title, 'deliveries a second', latencies)} ${kneesText(loaded)}.`,
    series: [
      ...latencies,
      ...loaded.flatMap((lane) => kneeSeries(lane, lanes)),
      ...loaded.map((lane) => ({ ...seriesOf(lane, lanes, 'serverCpuShare', 0.01), panel: 'lower' as const })),
    ],
  };
}

function seriesOf(
  lane: Lane,
  lanes: readonly Lane[],
  figure: 'latencyUs' | 'serverCpuShare',
  drawnIn: number,
): LineSeries {
  const points = (lane.saturation ?? []).map((load): LinePoint => {
    const at = (value: number) => value / drawnIn;
    return { x: load.deliveriesPerSecond, y: at(load[figure].value), ...interval(load[figure], at) };
  });
  return { ...look(lane, lanes), role: lane.control === undefined ? 'measured' : 'control', points };
}

function look(lane: Lane, lanes: readonly Lane[]): Pick<LineSeries, 'lane' | 'colour'> {
  return { lane: laneName(lane), colour: colourOf(lane, lanes) };
}

/** On the lane's own line, between the loads that it lies between. */
function kneeSeries(lane: Lane, lanes: readonly Lane[]): LineSeries[] {
  const { deliveriesAtKnee: knee, saturation = [] } = lane;
  if (knee === undefined) return [];
  const below = saturation.findLast(({ deliveriesPerSecond }) => deliveriesPerSecond <= knee.value) ?? saturation[0];
  const above = saturation.find(({ deliveriesPerSecond }) => deliveriesPerSecond > knee.value) ?? below;
  if (below === undefined || above === undefined) return [];
  const [from, to] = [Math.log(below.deliveriesPerSecond), Math.log(above.deliveriesPerSecond)];
  const share = to === from ? 0 : Math.max(0, (Math.log(knee.value) - from) / (to - from));
  const y = below.latencyUs.value * (above.latencyUs.value / below.latencyUs.value) ** share;
  return [
    { ...look(lane, lanes), role: 'knee', points: [{ x: knee.value, y: y / 1000, note: `knee: ${kneeText(lane)}` }] },
  ];
}

function titleOf(lanes: readonly Lane[]): string {
  const knees = kneesText(lanes.filter(({ transport }) => transport !== undefined));
  return knees === '' ? 'Not one load was delivered in time' : `Deliveries a second at the knee: ${knees}`;
}

function kneesText(lanes: readonly Lane[]): string {
  return lanes
    .filter(({ deliveriesAtKnee }) => deliveriesAtKnee !== undefined)
    .toSorted((a, b) => (b.deliveriesAtKnee?.value ?? 0) - (a.deliveriesAtKnee?.value ?? 0))
    .map((lane) => `${nameOf(laneName(lane))} ${kneeText(lane)}`)
    .join(', ');
}
