// What happens after a fault, on a time line for each transport: noticed, connected again, everything received.
import type { ChartPoint, ChartRow, RowsView } from '../../../client/docs-page/run-view.ts';
import { byCase } from '../../run/lane-labels.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { comparerOf, entriesOf, NOISE } from '../contest.ts';
import { duration } from '../format.ts';
import { frameOf, NO_SOUND_MEASUREMENT, namedByHeading, ranking, rowOf, rowsText, settingOf } from './parts.ts';

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
  const rows = [...byCase(lanes)].flatMap(([fault, of]): ChartRow[] => {
    const ofFault = of.flatMap((lane) => {
      const points = pointsOf(lane, offlineMs / 1000);
      return points.length === 0 ? [] : [rowOf(lane, lanes, true, points)];
    });
    if (ofFault.length === 0) return [];
    return [{ name: FAULTS.get(fault) ?? fault, of: '', colour: '', points: [] }, ...ofFault];
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
function pointsOf({ recovery }: Lane, offlineS: number): ChartPoint[] {
  if (recovery === undefined) return [];
  const { detectMs, reconnectMs, caughtUpMs } = recovery;
  const steps = [
    { label: 'noticed', figure: detectMs, from: 0 },
    { label: 'connected again', figure: reconnectMs, from: offlineS },
    { label: 'has everything', figure: caughtUpMs, from: offlineS },
  ];
  let last = 0;
  return steps.map(({ label, figure, from }) => {
    // What was not measured takes no time; nothing comes before what it follows.
    if (figure === undefined) return { label, value: last };
    const at = (value: number) => from + value / 1000;
    last = Math.max(last, at(figure.value));
    const { low, high } = figure;
    return {
      label,
      value: last,
      ...(low === undefined || high === undefined ? {} : { low: at(low), high: at(high) }),
    };
  });
}

/** Of the worst fault: the one after which the slowest transport takes longest. */
function titleOf(scenario: ScenarioResult): string {
  const caughtUp = (lane: Lane) => lane.recovery?.caughtUpMs;
  const slowest = (of: readonly Lane[]) => Math.max(...of.map((lane) => caughtUp(lane)?.value ?? 0));
  const [worst] = [...byCase(scenario.lanes)].toSorted(([, a], [, b]) => slowest(b) - slowest(a));
  if (worst === undefined) return NO_SOUND_MEASUREMENT;
  const [fault, of] = worst;
  const ranked = ranking(
    entriesOf(of, true, caughtUp),
    NOISE.cpu,
    duration,
    comparerOf(scenario, 'recovery.caughtUpMs', fault),
  );
  return ranked === '' ? NO_SOUND_MEASUREMENT : `Everything received again after the end of a ${fault}: ${ranked}`;
}
