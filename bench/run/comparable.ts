// What may be compared with what: runs of the same workload, and times only where the machine was the same too.
import { laneKey } from './lane-labels.ts';
import type { Lane, Run, ScenarioResult, Settings } from './run-file.ts';

/** Something that two runs differ in. */
export interface Difference {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

/** How long and how often was measured, not what; and what a lane's case says better. */
const IRRELEVANT_SETTINGS = new Set([
  'rounds',
  'durationMs',
  'seed',
  'browserHeadBytes',
  'warmUpMs',
  'warmUpMessagesPerSecond',
  'settleMs',
  'openings',
  'controls',
  'transports',
  'memoryConnections',
  'memoryRounds',
  'clients',
  'cases',
  'faults',
  'addedRoundTripsMs',
]);

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
}

/** @returns the settings in which they differ, for either having a name that the other lacks too. */
export function settingDifferences(
  a: Settings,
  b: Settings,
  irrelevant: ReadonlySet<string> = new Set(),
): Difference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !irrelevant.has(name));
  return names.flatMap((what) => {
    const [ofA, ofB] = [text(a[what]), text(b[what])];
    return ofA === ofB ? [] : [{ what, a: ofA, b: ofB }];
  });
}

/** @returns why the scenario's figures can't be compared: what differs in its workload; null where they can. */
export function whyScenariosDiffer(a: ScenarioResult, b: ScenarioResult): string | null {
  const unshared = unsharedSettings(a, b).map(({ what }) => what);
  return reason(settingDifferences(a.settings, b.settings, new Set([...IRRELEVANT_SETTINGS, ...unshared])));
}

/** @returns settings that only one of them has: from an older bench, which did what was not yet to be chosen. */
export function unsharedSettings(a: ScenarioResult, b: ScenarioResult): Difference[] {
  return settingDifferences(a.settings, b.settings, IRRELEVANT_SETTINGS).filter(
    ({ what }) => !(what in a.settings && what in b.settings),
  );
}

/** @returns why the two lanes' figures can't be compared; null where they can. */
export function whyLanesDiffer(
  a: { readonly scenario: ScenarioResult; readonly lane: Lane },
  b: { readonly scenario: ScenarioResult; readonly lane: Lane },
): string | null {
  if (a.lane.spoiled === true || b.lane.spoiled === true) return 'the bench itself was the limit';
  const conditions = ({ scenario, lane }: typeof a): Settings => ({
    clients: lane.clients ?? null,
    addedRoundTripMs: lane.addedRoundTripMs ?? null,
    case: caseSettings(scenario, lane),
  });
  return reason(settingDifferences(conditions(a), conditions(b)));
}

/** What the scenario's settings say about the lane's case. */
function caseSettings({ settings: { cases } }: ScenarioResult, lane: Lane): Settings[string] {
  if (!Array.isArray(cases)) return null;
  const isOurs = (one: Settings[string]) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) && one['name'] === lane.case;
  return cases.find(isOurs) ?? null;
}

function reason(differences: readonly Difference[]): string | null {
  return differences.length === 0 ? null : differences.map(({ what, a, b }) => `${what} ${a} and ${b}`).join(', ');
}

/** @returns in what machine, system and Node differ: then times of the two can't be compared, ratios to controls can. */
export function machineDifferences(a: Run, b: Run): Difference[] {
  const machine = ({ environment: { cpu, cores, memoryBytes, os, node }, settings }: Run): Settings => ({
    processor: cpu,
    cores,
    memory: `${(memoryBytes / 1024 ** 3).toFixed(0)} GiB`,
    system: os,
    Node: node,
    target: settings['target'] ?? 'this machine',
  });
  return settingDifferences(machine(a), machine(b));
}

/** @returns in what the programs differ: what one compares runs for. */
export function programDifferences(a: Run, b: Run): Difference[] {
  const program = ({ environment: { commit, dirty, packages } }: Run): Settings => ({
    commit: `${commit?.slice(0, 7) ?? 'none'}${dirty === true ? ' with changes' : ''}`,
    ...packages,
  });
  return settingDifferences(program(a), program(b));
}

/** @returns the run's lane of the same transport or control and the same case. */
export function sameLane(scenario: ScenarioResult, lane: Lane): Lane | undefined {
  return scenario.lanes.find((one) => laneKey(one) === laneKey(lane));
}
