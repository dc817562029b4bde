// What a run says, in sentences: who wins what, by how much, and what it costs. Pure functions from lanes to text.

import { byCase, caseLabel, isAboutCrowds } from '../run/lane-labels.ts';
import { type Figure, type Lane, laneName, type Run, type ScenarioResult, type Settings } from '../run/run-file.ts';
import { comparerOf, entriesOf, type Finding, lowest, NOISE, namesOf, outcomeOf } from './contest.ts';
import { bytes, compact, count, ms, sentenceList } from './format.ts';
import { specialFindings } from './special-findings.ts';

interface Contest {
  readonly about: string;
  /** The figure's name in a lane, as comparisons have it. */
  readonly path: string;
  readonly noise: number;
  /** Whether it is told for each case of a scenario, where the cases differ in more than their clients. */
  readonly perCase?: boolean;
  /** Whether it is told only where many at once are what the scenario is about. */
  readonly forCrowds?: boolean;
  figure(lane: Lane): Figure | undefined;
  show(value: number): string;
}

/** What lanes can win, each by the lowest figure. */
const CONTESTS: readonly Contest[] = [
  {
    about: 'Lowest latency',
    path: 'latencyUs.mean',
    noise: NOISE.latency,
    perCase: true,
    figure: (lane) => lane.latencyUs?.mean,
    show: (value) => `${ms(value)} ms on average`,
  },
  {
    about: 'Last one served',
    path: 'lastReceiverUs.mean',
    noise: NOISE.latency,
    forCrowds: true,
    figure: (lane) => lane.lastReceiverUs?.mean,
    show: (value) => `${ms(value)} ms on average`,
  },
  {
    about: 'Fewest requests',
    path: 'requestsPerDelivery',
    noise: NOISE.counts,
    figure: (lane) => lane.requestsPerDelivery,
    show: (value) => `${compact(value)} per delivery`,
  },
  {
    about: 'Fewest bytes',
    path: 'bytesPerDelivery',
    noise: NOISE.counts,
    figure: (lane) => lane.bytesPerDelivery,
    show: (value) => `${compact(value)} per delivery`,
  },
  {
    about: 'Least server CPU',
    path: 'serverCpuUsPerDelivery',
    noise: NOISE.cpu,
    figure: (lane) => lane.serverCpuUsPerDelivery,
    show: (value) => `${compact(value)} µs per delivery`,
  },
  {
    about: 'Fewest requests',
    path: 'requestsPerClientHour',
    noise: NOISE.counts,
    figure: (lane) => lane.requestsPerClientHour,
    show: (value) => `${count(value)} an hour`,
  },
  {
    about: 'Fewest bytes',
    path: 'bytesPerClientHour',
    noise: NOISE.counts,
    figure: (lane) => lane.bytesPerClientHour,
    show: (value) => `${bytes(value)} an hour`,
  },
  {
    about: 'Least server CPU',
    path: 'serverCpuMsPerClientHour',
    noise: NOISE.cpu,
    figure: (lane) => lane.serverCpuMsPerClientHour,
    show: (value) => `${compact(value)} ms an hour`,
  },
  {
    about: 'Least memory',
    path: 'memoryBytesPerConnection',
    // Without intervals, slopes over some thousand connections agree about so well from run to run.
    noise: 0.1,
    figure: (lane) => lane.memoryBytesPerConnection,
    show: (value) => `${bytes(value)} per connection`,
  },
  {
    about: 'Noticed soonest',
    path: 'recovery.detectMs',
    noise: NOISE.latency,
    perCase: true,
    figure: (lane) => lane.recovery?.detectMs,
    show: (value) => `${compact(value)} ms later`,
  },
  {
    about: 'Back soonest',
    path: 'recovery.caughtUpMs',
    noise: NOISE.latency,
    perCase: true,
    // When a silent network speaks again, all go on at the same instant: who is first is the order of service.
    figure: (lane) => (lane.case === 'blackhole' ? undefined : lane.recovery?.caughtUpMs),
    show: (value) => `everything ${compact(value)} ms later`,
  },
  {
    about: 'Least held',
    path: 'unwrittenBytes',
    noise: NOISE.cpu,
    perCase: true,
    figure: (lane) => lane.unwrittenBytes,
    show: (value) => `${bytes(value)} for each stopped reader`,
  },
];

/** @returns a sentence per figure that the scenario measured. What the bench itself spoiled takes no part. */
export function findings(scenario: ScenarioResult): Finding[] {
  return [...contestedCases(scenario).flatMap((one) => caseFindings(scenario, one)), ...specialFindings(scenario)];
}

interface ContestedCase {
  readonly lanes: readonly Lane[];
  readonly contests: readonly Contest[];
  /** Follows what the sentence is about: `, 100 ms RTT`. */
  readonly suffix: string;
}

/** Who wins what in which case: all of it where there is one case, else what the cases are about. */
function contestedCases({ lanes, settings }: ScenarioResult): ContestedCase[] {
  // The calibration is about the bench, and a sweep over rates about where two lines cross.
  if (lanes.some((lane) => lane.measuredDelayMs !== undefined) || sweepsRates(settings['cases'])) return [];
  const cases = [...byCase(lanes).values()];
  const contests = CONTESTS.filter(({ forCrowds = false }) => !forCrowds || isAboutCrowds(settings));
  const [first] = cases;
  if (first === undefined) return [];
  if (cases.length === 1) return [{ lanes: first, contests, suffix: '' }];
  const suffix = (of: readonly Lane[]) => (of[0] === undefined ? '' : `, ${caseLabel(of[0])}`);
  const most = Math.max(...lanes.map((lane) => lane.clients ?? 0));
  const largest = cases.find((of) => of.some((lane) => lane.clients === most));
  // Where ever more clients are what it is about, the most of them tell the transports apart.
  if (Array.isArray(settings['clients']) && largest !== undefined) {
    return [{ lanes: largest, contests, suffix: suffix(largest) }];
  }
  const perCase = contests.filter((contest) => contest.perCase === true && isAbout(settings, contest));
  return cases.map((of) => ({ lanes: of, contests: perCase, suffix: suffix(of) }));
}

/** Beside stopped readers, the others are compared with themselves, not with other transports. */
function isAbout(settings: Settings, { path }: Contest): boolean {
  return settings['stoppedReaders'] === undefined || path !== 'latencyUs.mean';
}

function sweepsRates(cases: unknown): boolean {
  if (!Array.isArray(cases)) return false;
  return new Set(cases.map((one: { messagesPerSecond?: unknown }) => one.messagesPerSecond)).size > 1;
}

function caseFindings(scenario: ScenarioResult, { lanes, contests, suffix }: ContestedCase): Finding[] {
  return contests.flatMap(({ about, path, noise, figure, show }) => {
    const compare = comparerOf(scenario, path, lanes[0]?.case);
    const outcome = outcomeOf(entriesOf(lanes, true, figure), noise, compare);
    const topic = (path === 'latencyUs.mean' && LATENCY_TOPICS.get(scenario.name)) || about;
    return outcome === null ? [] : [{ about: `${topic}${suffix}`, text: lowest(outcome, show) }];
  });
}

/** Where a latency is not that of a delivery. */
const LATENCY_TOPICS: ReadonlyMap<string, string> = new Map([
  ['sending', 'Soonest stored'],
  ['first-message', 'Soonest there'],
]);

/** So many lanes are named. */
const NAMED_LANES = 4;

/** @returns the warnings of the scenario's lanes, each once, with the lanes that it is about. */
export function scenarioWarnings({ lanes }: ScenarioResult): string[] {
  const about = new Map<string, string[]>();
  for (const lane of lanes) {
    const label = caseLabel(lane);
    const name = label === '' ? laneName(lane) : `${laneName(lane)} (${label})`;
    for (const warning of lane.warnings) about.set(warning, [...(about.get(warning) ?? []), name]);
  }
  return [...about].map(([warning, names]) => {
    if (names.length === lanes.length && lanes.length > NAMED_LANES) return `all of them: ${warning}`;
    const more = names.length - NAMED_LANES;
    const named = more > 1 ? [...names.slice(0, NAMED_LANES), `${more} more`] : names;
    return `${sentenceList(named)}: ${warning}`;
  });
}

/** @returns the run in one sentence, for a heading: what an answer is worth here. */
export function headline(run: Run): string {
  const steady = run.scenarios.find(({ name }) => name === 'steady');
  if (steady === undefined) return 'A run of the bench';
  const means = entriesOf(steady.lanes, true, (lane) => lane.latencyUs?.mean);
  const outcome = outcomeOf(means, NOISE.latency, comparerOf(steady, 'latencyUs.mean'));
  if (outcome === null) return 'A run of the bench';
  const worst = outcome.others.at(-1);
  const verb = outcome.winners.length === 1 ? 'delivers' : 'deliver';
  const fastest = `${namesOf(outcome.winners)} ${verb} in ${ms(outcome.best.figure.value)} ms on average`;
  if (worst !== undefined) return `${fastest}, ${worst.name} in ${ms(worst.figure.value)} ms`;
  if (outcome.winners.length === 1) return fastest;
  return `${fastest}, with no ${outcome.sure ? 'detectable' : 'clear'} difference`;
}
