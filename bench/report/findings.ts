// What a run says, in sentences: who wins what, by how much, and what it costs. Pure functions from lanes to text.
import { FIGURES, type FigureName, figureSpec } from '../run/figures.ts';
import { sentenceList } from '../run/format.ts';
import { byCase, caseLabel, isAboutCrowds } from '../run/lane-labels.ts';
import { latencyMeaning } from '../run/latency-meanings.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, type Run, type ScenarioResult, type Settings } from '../run/run-file.ts';
import { contestOf, type Finding, lowest, namesOf, outcomeOf } from './contest.ts';
import { claimFindings } from './folklore/claim-findings.ts';
import { SENDING } from './setting-findings.ts';
import { specialFindings } from './special-findings.ts';

/** What lanes can win. */
const RANKED = FIGURES.flatMap(({ name, finding }) => (finding === undefined ? [] : [name]));
/** Told for each case of a scenario, where the cases differ in more than their clients. */
const PER_CASE: readonly FigureName[] = ['mean', 'detectMs', 'unwrittenBytes'];

/** @returns a sentence per figure that the scenario measured. What the bench itself spoiled takes no part. */
export function findings(scenario: ScenarioResult): Finding[] {
  return [
    ...contestedCases(scenario).flatMap((one) => caseFindings(scenario, one)),
    ...specialFindings(scenario),
    ...claimFindings(scenario),
  ];
}

interface ContestedCase {
  readonly lanes: readonly Lane[];
  readonly figures: readonly FigureName[];
  /** Follows what the sentence is about: `, 100 ms RTT`. */
  readonly suffix: string;
}

/** Who wins what in which case: all of it where there is one case, else what the cases are about. */
function contestedCases({ name, lanes, settings }: ScenarioResult): ContestedCase[] {
  // The calibration is about the bench, and a sweep over rates about where two lines cross.
  if (lanes.some((lane) => lane.measuredDelayMs !== undefined) || sweepsRates(settings['cases'])) return [];
  // Most of them send by one and the same request: see what is special.
  if (name === SENDING) return [];
  const cases = [...byCase(lanes).values()];
  const figures = RANKED.filter((name) => name !== 'last.mean' || isAboutCrowds(settings));
  const [first] = cases;
  if (first === undefined) return [];
  if (cases.length === 1) return [{ lanes: first, figures, suffix: '' }];
  const suffix = ([lane]: readonly Lane[]) => (lane === undefined ? '' : `, ${caseLabel(lane)}`);
  const most = Math.max(...lanes.map((lane) => lane.clients ?? 0));
  const largest = cases.find((ofCase) => ofCase.some((lane) => lane.clients === most));
  // Where ever more clients are what it is about, the most of them tell the transports apart.
  if (Array.isArray(settings['clients']) && largest !== undefined) {
    return [{ lanes: largest, figures, suffix: suffix(largest) }];
  }
  const perCase = PER_CASE.filter((name) => isAbout(settings, name));
  return cases.map((ofCase) => ({ lanes: ofCase, figures: perCase, suffix: suffix(ofCase) }));
}

/** Beside stopped readers, the others are compared with themselves, not with other transports. */
function isAbout(settings: Settings, name: FigureName): boolean {
  return settings['stoppedReaders'] === undefined || name !== 'mean';
}

function sweepsRates(cases: unknown): boolean {
  if (!Array.isArray(cases)) return false;
  return new Set(cases.map((one: { messagesPerSecond?: unknown }) => one.messagesPerSecond)).size > 1;
}

function caseFindings(scenario: ScenarioResult, { lanes, figures, suffix }: ContestedCase): Finding[] {
  return figures.flatMap((name) => {
    const outcome = outcomeOf(contestOf(scenario, name, lanes));
    const { finding, say } = figureSpec(name);
    if (outcome === null || finding === undefined) return [];
    const { about, per } = finding;
    const topic = name === 'mean' ? latencyMeaning(scenario.name).about : about;
    return [{ about: `${topic}${suffix}`, text: lowest(outcome, say, per) }];
  });
}

/** So many lanes are named. */
const NAMED_LANES = 4;

/** @returns the warnings of the scenario's lanes, each once, with the lanes that it is about. */
export function scenarioWarnings({ lanes }: ScenarioResult): string[] {
  const about = new Map<string, string[]>();
  for (const lane of lanes) {
    const label = caseLabel(lane);
    const name = label === '' ? nameOf(laneName(lane)) : `${nameOf(laneName(lane))} (${label})`;
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
  const outcome = outcomeOf(contestOf(steady, 'mean'));
  if (outcome === null) return 'A run of the bench';
  const worst = outcome.others.at(-1);
  const verb = outcome.winners.length === 1 ? 'delivers' : 'deliver';
  const { say } = figureSpec('mean');
  const [low, high] = [Math.min, Math.max].map((end) => say(end(...outcome.winners.map(({ figure }) => figure.value))));
  const within = low === high ? low : `${low} to ${high}`;
  const fastest = `${namesOf(outcome.winners)} ${verb} in ${within} on average`;
  return worst === undefined ? fastest : `${fastest}, ${nameOf(worst.name)} in ${say(worst.figure.value)}`;
}
