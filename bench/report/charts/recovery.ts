// What happens after a fault, on a time line for each transport: noticed, connected again, everything received.
import { figureSpec } from '../../run/figures.ts';
import { duration } from '../../run/format.ts';
import { figureOf } from '../../run/lane-figures.ts';
import { byCase } from '../../run/lane-labels.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { type ChartPoint, type ChartRow, namedByHeading, type RowsView } from '../views.ts';
import { frameOf, headingRow, interval, rowOf, rowsText, settingOf } from './parts.ts';

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
    title: titleOf(lanes, offlineMs),
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

/** No contest: the same timers bring back the clients of all transports. */
function titleOf(lanes: readonly Lane[], offlineMs: number): string {
  const back = lanes.flatMap((lane) => figureOf(lane, 'caughtUpMs')?.value ?? []);
  return (
    `After ${duration(offlineMs)} offline clients have everything within ${duration(Math.max(0, ...back))} on average: ` +
    'when their own timers fire, whatever the transport'
  );
}
