// What happens after a fault, on a time line for each transport: noticed, connected again, everything received.
import { figureSpec } from '../../run/figures.ts';
import { figureOf } from '../../run/lane-figures.ts';
import { byCase } from '../../run/lane-labels.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { contestOf } from '../contest.ts';
import { type ChartPoint, type ChartRow, namedByHeading, type RowsView } from '../views.ts';
import { frameOf, headingRow, interval, NO_SOUND_MEASUREMENT, ranking, rowOf, rowsText, settingOf } from './parts.ts';

const SPANS = ['not noticed yet', 'trying to connect', 'catching up'] as const;
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['cut', 'cut: connections are reset, new ones refused'],
  ['blackhole', 'blackhole: nothing passes, nothing is closed'],
  ['kill', 'kill: the server is killed and started again'],
]);

/** @returns null for a scenario that breaks nothing. */
export function recoveryChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const { lanes } = scenario;
  const offlineMs = settingOf(scenario, 'offlineMs');
  if (offlineMs === undefined) return null;
  const rows = [...byCase(lanes)].flatMap(([fault, lanesOfFault]): ChartRow[] => {
    const ofFault = lanesOfFault.flatMap((lane) => {
      const points = pointsOf(lane, offlineMs / 1000);
      return points.length === 0 ? [] : [rowOf(lane, lanes, points)];
    });
    if (ofFault.length === 0) return [];
    return [headingRow(FAULTS.get(fault) ?? fault), ...ofFault];
  });
  if (rows.length === 0) return null;
  const axis = 'Seconds since the fault began';
  return {
    id: 'recovery',
    kind: 'spans',
    title: titleOf(scenario),
    axis,
    scale: 'linear',
    ...frameOf(run, scenario),
    alt: rowsText(axis, namedByHeading(rows)),
    rows,
    spans: SPANS,
    shade: { from: 0, to: offlineMs / 1000, label: 'offline' },
  };
}

/** On one time line: what is counted from the fault's end comes after the time offline. */
function pointsOf(lane: Lane, offlineS: number): ChartPoint[] {
  if (lane.recovery === undefined) return [];
  const steps = [
    { name: 'detectMs', from: 0 },
    { name: 'reconnectMs', from: offlineS },
    { name: 'caughtUpMs', from: offlineS },
  ] as const;
  let last = 0;
  return steps.map(({ name, from }) => {
    const label = figureSpec(name).column;
    const figure = figureOf(lane, name);
    // What was not measured takes no time; nothing comes before what it follows.
    if (figure === undefined) return { label, value: last };
    const at = (value: number) => from + value / 1000;
    last = Math.max(last, at(figure.value));
    return { label, value: last, ...interval(figure, at) };
  });
}

/** Of the worst fault: the one after which the slowest transport takes longest, of those that can be compared. */
function titleOf(scenario: ScenarioResult): string {
  const contests = [...byCase(scenario.lanes)].map(([fault, lanes]) => ({
    fault,
    contest: contestOf(scenario, 'caughtUpMs', lanes),
  }));
  const slowest = ({ contest }: (typeof contests)[number]) =>
    Math.max(0, ...contest.entries.map(({ figure }) => figure.value));
  const [worst] = contests.toSorted((a, b) => slowest(b) - slowest(a));
  const ranked = worst === undefined ? '' : ranking(worst.contest);
  return ranked === ''
    ? NO_SOUND_MEASUREMENT
    : `Everything received again after the end of a ${worst?.fault}: ${ranked}`;
}
