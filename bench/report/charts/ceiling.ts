// HTTP ceilings as the CPU that one request takes, and the calibration of the bench itself.
import { type FigureName, figureSpec } from '../../run/figures.ts';
import { compact } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import type { Run, ScenarioResult } from '../../run/run-file.ts';
import { likeness } from '../contest.ts';
import type { RowsView } from '../views.ts';
import { frameOf, pointOf, rowOf, rowsText } from './parts.ts';

const BARE = 'bare-http';
const COST: FigureName = 'serverCpuUsPerRequest';
const DELAY: FigureName = 'measuredDelayMs';

/** What a request costs, rather than how many there are a second: that holds also where the server was not saturated. */
export function ceilingChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const { lanes } = scenario;
  if (scenario.name !== 'http-ceiling') return null;
  const measured = lanes.flatMap((lane) => {
    const point = pointOf(lane, COST);
    return point === null ? [] : [{ lane, point }];
  });
  if (measured.length === 0) return null;
  const rows = measured.map(({ lane, point }) =>
    rowOf(lane, lanes, [point], `${lane.case}: ${nameOf(lane.control ?? 'http')}`),
  );
  const ratios = measured.flatMap(({ lane, point }) => {
    const control = measured.find((other) => other.lane.control === BARE && other.lane.case === lane.case);
    if (lane.control !== undefined || control === undefined) return [];
    return [`${lane.case} ${(point.value / control.point.value).toFixed(2)}`];
  });
  const axis = figureSpec(COST).axis?.title ?? '';
  return {
    id: 'http-ceiling',
    kind: 'bars',
    title:
      ratios.length === 0
        ? 'Server CPU per request under full load'
        : `Server CPU per request, times that of a bare node:http server: ${ratios.join(', ')}`,
    axis,
    scale: 'linear',
    ...frameOf(run, scenario),
    alt: rowsText(axis, rows),
    rows,
  };
}

/** Whether the bench can be believed: a known delay, as it was measured. */
export function calibrationChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const { lanes, comparisons = [] } = scenario;
  const measured = lanes.flatMap((lane) => {
    const point = pointOf(lane, DELAY);
    return point?.predicted === undefined ? [] : [{ lane, point, added: point.predicted }];
  });
  const off = ({ point, added }: (typeof measured)[number]) => Math.abs(point.value - added);
  const [worst] = measured.toSorted((a, b) => off(b) - off(a));
  if (worst === undefined) return null;
  const rows = measured.map(({ lane, point }) => rowOf(lane, lanes, [point]));
  // What a calibration compares is the same transport twice.
  const same = comparisons.map(({ different, ratio }) =>
    different ? 'a difference where there is none' : likeness(ratio),
  );
  const axis = figureSpec(DELAY).axis?.title ?? '';
  return {
    id: 'calibration',
    kind: 'bars',
    title: [
      `${worst.added} ms were added, and measured with an error of ${compact(off(worst))} ms`,
      ...(comparisons.length === 0 ? [] : [`the same transport twice: ${[...new Set(same)].join(', ')}`]),
    ].join('; '),
    axis,
    scale: 'linear',
    predictedLabel: 'added',
    ...frameOf(run, scenario),
    alt: rowsText(axis, rows),
    rows,
  };
}
