// The one list of scenarios, in the order in which they run.
import { burst } from './burst.ts';
import { calibration } from './calibration.ts';
import { capacity } from './capacity.ts';
import { costs } from './costs.ts';
import { crossover } from './crossover.ts';
import { fanout } from './fanout.ts';
import { firstMessage } from './first-message.ts';
import { folklore } from './folklore.ts';
import { httpCeiling } from './http-ceiling.ts';
import { idle } from './idle.ts';
import { nodes } from './nodes.ts';
import { recovery } from './recovery.ts';
import { rtt } from './rtt.ts';
import { saturation } from './saturation.ts';
import type { BenchSettings, RunSize, Scenario } from './scenario.ts';
import { sending } from './sending.ts';
import { slowReader } from './slow-reader.ts';
import { steady } from './steady.ts';

const SCENARIOS: ReadonlyMap<string, (settings: BenchSettings) => Scenario> = new Map([
  ['calibration', calibration],
  ['steady', steady],
  ['rtt', rtt],
  ['crossover', crossover],
  ['fanout', fanout],
  ['burst', burst],
  ['sending', sending],
  ['first-message', firstMessage],
  ['idle', idle],
  ['recovery', recovery],
  ['slow-reader', slowReader],
  ['capacity', capacity],
  ['saturation', saturation],
  ['http-ceiling', httpCeiling],
  ['costs', costs],
  ['nodes', nodes],
  ['folklore', folklore],
]);

export const SCENARIO_NAMES: readonly string[] = [...SCENARIOS.keys()];

/** In no usual run: they are about limits of the machine, take a program that is not ours, or are about what others have said. */
export const BY_NAME_ONLY: readonly string[] = ['capacity', 'nodes', 'folklore'];

/** What is run where nobody chooses. */
export const USUAL_SCENARIOS: Readonly<Record<RunSize, readonly string[]>> = {
  quick: ['steady', 'rtt', 'idle'],
  default: ['calibration', 'steady', 'rtt', 'fanout', 'idle'],
  full: SCENARIO_NAMES.filter((name) => !BY_NAME_ONLY.includes(name)),
};

/** @returns the scenarios that were chosen, in the list's order. */
export function chosenScenarios(settings: BenchSettings): Scenario[] {
  return [...SCENARIOS].filter(([name]) => settings.scenarios.includes(name)).map(([, make]) => make(settings));
}
