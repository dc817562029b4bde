import { describe, expect, it } from 'vitest';
import { mapLatencies } from '../../client/closed-forms.ts';
import { calibration } from '../scenarios/calibration.ts';
import type { CalibrationWorkload } from '../scenarios/scenario.ts';
import { playedRound } from '../testing/rounds.ts';
import { benchSettings } from '../testing/settings.ts';
import { type CalibrationRound, calibrationResult } from './calibration-lanes.ts';

const workload = calibration(benchSettings()).workload as CalibrationWorkload;

function rounds(delaysUs: readonly number[], bFactor = 1): CalibrationRound[] {
  return delaysUs.map((delayUs, index) => {
    const noise = 1 + index / 1000;
    return {
      plain: playedRound('websocket', 1000 * noise, 0),
      delayed: playedRound('websocket', 1000 * noise + delayUs, 0),
      a: playedRound('websocket', 1000 * noise, 0),
      b: playedRound('websocket', 1000 * noise * bFactor, 0),
      echo: mapLatencies(() => 30),
    };
  });
}

describe('the calibration', () => {
  it('tells the median of the measured delay, which one bad round does not change', () => {
    const { lanes } = calibrationResult('websocket', workload, rounds([5050, 5060, 5070, 5080, 50_000]));
    const delayed = lanes.find((lane) => lane.addedDelayMs !== undefined);
    expect(delayed).toMatchObject({ case: '+5 ms', addedDelayMs: 5, measuredDelayMs: { value: 5.07 }, warnings: [] });
    expect(lanes.at(-1)).toMatchObject({ control: 'tcp-echo', latencyUs: { p50: { value: 30 } } });
  });

  it('warns where the delay is measured as something else', () => {
    const { lanes } = calibrationResult('websocket', workload, rounds([5300, 5300, 5300, 5300, 5300]));
    expect(lanes[1]?.warnings.join()).toContain('5 ms was measured as 5.30 ms');
  });

  it('compares the same transport with itself, and warns where that shows a difference', () => {
    const same = calibrationResult('websocket', workload, rounds([5000, 5000, 5000, 5000, 5000]));
    expect(same.comparisons).toMatchObject([{ of: 'websocket A', to: 'websocket B', different: false }]);
    const other = calibrationResult('websocket', workload, rounds([5000, 5000, 5000, 5000, 5000], 1.5));
    expect(other.comparisons?.[0]?.different).toBe(true);
    expect(other.lanes.flatMap((lane) => lane.warnings).join()).toContain('measured twice');
  });
});
