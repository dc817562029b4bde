// HTTP ceilings as the CPU that one request takes, and the calibration of the bench itself.
import type { RowsView } from '../../../client/docs-page/run-view.ts';
import type { Run, ScenarioResult } from '../../run/run-file.ts';
import { compact } from '../format.ts';
import { figurePoint, frameOf, rowOf, rowsText } from './parts.ts';

const BARE = 'bare-http';

/** What a request costs, rather than how many there are a second: that holds also where the server was not saturated. */
export function ceilingChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const { lanes } = scenario;
  const measured = lanes.flatMap((lane) =>
    lane.serverCpuUsPerRequest === undefined || scenario.name !== 'http-ceiling'
      ? []
      : [{ lane, cost: lane.serverCpuUsPerRequest }],
  );
  if (measured.length === 0) return null;
  const rows = measured.map(({ lane, cost }) =>
    rowOf(lane, lanes, true, [figurePoint('CPU µs', cost, undefined)], `${lane.case}: ${lane.control ?? 'the lab'}`),
  );
  const ratios = measured.flatMap(({ lane, cost }) => {
    const control = measured.find((other) => other.lane.control === BARE && other.lane.case === lane.case);
    if (lane.control !== undefined || control === undefined) return [];
    return [`${lane.case} ${(cost.value / control.cost.value).toFixed(2)}`];
  });
  return {
    id: 'http-ceiling',
    kind: 'bars',
    title:
      ratios.length === 0
        ? 'Server CPU per request under full load'
        : `Server CPU per request, times that of a bare node:http server: ${ratios.join(', ')}`,
    axis: 'Server CPU per request under full load, µs',
    scale: 'linear',
    ...frameOf(run, scenario),
    alt: rowsText('Server CPU per request in µs', rows),
    rows,
  };
}

/** Whether the bench can be believed: a known delay, as it was measured. */
export function calibrationChart(run: Run, scenario: ScenarioResult): RowsView | null {
  const { lanes, comparisons = [] } = scenario;
  const measured = lanes.flatMap((lane) =>
    lane.addedDelayMs === undefined || lane.measuredDelayMs === undefined
      ? []
      : [{ lane, added: lane.addedDelayMs, figure: lane.measuredDelayMs }],
  );
  const [worst] = measured.toSorted((a, b) => off(b) - off(a));
  if (worst === undefined) return null;
  const rows = measured.map(({ lane, added, figure }) =>
    rowOf(lane, lanes, true, [figurePoint('measured', figure, added)]),
  );
  // What a calibration compares is the same transport twice.
  const isSame = comparisons.every(({ different }) => !different);
  const same = isSame ? 'no detectable difference' : 'a difference where there is none';
  return {
    id: 'calibration',
    kind: 'bars',
    title: [
      `${worst.added} ms were added, and measured with an error of ${compact(off(worst))} ms`,
      ...(comparisons.length === 0 ? [] : [`the same transport twice: ${same}`]),
    ].join('; '),
    axis: 'Measured of the delay that was added on purpose, ms',
    scale: 'linear',
    predictedLabel: 'added',
    ...frameOf(run, scenario),
    alt: rowsText('Measured of the delay that was added on purpose, in ms', rows),
    rows,
  };
}

function off({ added, figure }: { added: number; figure: { value: number } }): number {
  return Math.abs(figure.value - added);
}
