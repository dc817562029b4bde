// The one list of scenarios, in the order in which they run.
import { httpCeiling } from './http-ceiling.ts';
import { idle } from './idle.ts';
import type { BenchSettings, Scenario } from './scenario.ts';
import { steady } from './steady.ts';

const SCENARIOS: ReadonlyMap<string, (settings: BenchSettings) => Scenario> = new Map([
  ['steady', steady],
  ['idle', idle],
  ['http-ceiling', httpCeiling],
]);

export const SCENARIO_NAMES: readonly string[] = [...SCENARIOS.keys()];

/** @returns the scenarios that were chosen, in the list's order. */
export function chosenScenarios(settings: BenchSettings): Scenario[] {
  return [...SCENARIOS].filter(([name]) => settings.scenarios.includes(name)).map(([, make]) => make(settings));
}
