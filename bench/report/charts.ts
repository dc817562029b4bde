// The charts of a run, as data: pure functions from a run to what is drawn. Each has its finding as its title.
import type { Run, ScenarioResult } from '../run/run-file.ts';
import { barCharts } from './charts/bars.ts';
import { breakEvenChart } from './charts/break-even.ts';
import { calibrationChart, ceilingChart } from './charts/ceiling.ts';
import { costCharts } from './charts/costs.ts';
import { latencyCharts } from './charts/latency.ts';
import { chartsOverANumber } from './charts/over-a-number.ts';
import { recoveryChart } from './charts/recovery.ts';
import { saturationChart } from './charts/saturation.ts';
import { decisionChart } from './decision/decision.ts';
import type { ChartView } from './views.ts';

/** @returns the charts of one scenario; those that it measured nothing for are left out. */
export function scenarioCharts(run: Run, scenario: ScenarioResult): ChartView[] {
  return [
    ...latencyCharts(run, scenario),
    ...chartsOverANumber(run, scenario),
    breakEvenChart(run, scenario),
    ...barCharts(run, scenario),
    recoveryChart(run, scenario),
    saturationChart(run, scenario),
    ceilingChart(run, scenario),
    ...costCharts(run, scenario),
    calibrationChart(run, scenario),
  ].filter((chart) => chart !== null);
}

/** @returns all charts of a run: which transport to take comes first. */
export function charts(run: Run): ChartView[] {
  const decision = decisionChart(run);
  return [
    ...(decision === null ? [] : [decision]),
    ...run.scenarios.flatMap((scenario) => scenarioCharts(run, scenario)),
  ];
}
