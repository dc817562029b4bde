import { describe, expect, it } from 'vitest';
import { sampleRun, sampleScenario } from '../testing/sample-run.ts';
import { FIGURE_NAMES, FIGURES } from './figures.ts';
import { laneFigure, laneFigures } from './lane-figures.ts';
import type { Lane } from './run-file.ts';

/** What is in a lane and no figure of its own. */
const ASIDE = new Set([
  'rounds',
  'clients',
  'addedRoundTripMs',
  'messagesPerSecond',
  'nominalPerSecond',
  'addedDelayMs',
]);
const ELSEWHERE = new Set(['loader', 'warmUp', 'predicted', 'memory', 'saturation', 'warnings']);

/** Each figure and each number of a lane, found without knowing their names. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if ('value' in value) return [value.value as number];
  return Object.entries(value).flatMap(([name, one]) => (ASIDE.has(name) || ELSEWHERE.has(name) ? [] : numbersIn(one)));
}

describe('the figures of a lane', () => {
  it('are all that it has', () => {
    const lanes = sampleRun().scenarios.flatMap((scenario) => scenario.lanes);
    const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
    for (const lane of lanes) {
      expect(sorted(laneFigures(lane).map(({ figure }) => figure.value))).toEqual(sorted(numbersIn(lane)));
    }
  });

  it('every name is there once, and the sample has each of them', () => {
    expect(new Set(FIGURE_NAMES).size).toBe(FIGURE_NAMES.length);
    const seen = new Set(
      sampleRun().scenarios.flatMap(({ lanes }) => lanes.flatMap((lane) => laneFigures(lane).map(({ name }) => name))),
    );
    expect(FIGURE_NAMES.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('come with what is predicted for them, and with their ratio to the control', () => {
    const lane = (transport: string) =>
      sampleScenario('steady').lanes.find((one) => one.transport === transport) ??
      ({ rounds: 0, warnings: [] } as Lane);
    expect(laneFigure(lane('long-polling'), 'p99')).toMatchObject({
      unit: 'us',
      lowerIsBetter: true,
      figure: { value: 4560 },
      predicted: 4465,
      closedForm: 4408,
    });
    expect(laneFigure(lane('sse'), 'serverCpuUsPerDelivery')?.ofControl?.value).toBe(0.83);
    expect(laneFigure(lane('sse'), 'p99')).not.toHaveProperty('predicted');
    expect(laneFigure(lane('sse'), 'detectMs')).toBeUndefined();
    const [delayed] = sampleScenario('calibration').lanes.filter((one) => one.addedDelayMs !== undefined);
    expect(delayed && laneFigure(delayed, 'measuredDelayMs')?.predicted).toBe(5);
  });

  it('stand in the lane where their paths say, and the run file’s comparisons name them so', () => {
    const paths = new Set<string>(FIGURES.map(({ path }) => path));
    expect(paths.size).toBe(FIGURES.length);
    const compared = sampleRun().scenarios.flatMap(({ comparisons = [] }) => comparisons.map(({ figure }) => figure));
    expect(compared.filter((path) => !paths.has(path))).toEqual([]);
  });
});
