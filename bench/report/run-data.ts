// A run as the docs page shows it, and docs/run-data.js.
import { duration, percent } from '../run/format.ts';
import type { Quiet, Run } from '../run/run-file.ts';
import { tidy } from '../stats/over-rounds.ts';
import { ANSWER, answeringFirst, byQuestion, everywhereTable, questionOf } from './answer.ts';
import { scenarioCharts } from './charts.ts';
import { scenarioConditions } from './conditions.ts';
import { decisionView } from './decision/decision.ts';
import { runUpkeep } from './decision/run-costs.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';
import { runDiffs } from './run-diff.ts';
import { scenarioTables } from './scenario-tables.ts';
import { allWarnings, harnessText, ledgerText, SUMMARY_LEGEND, summaryTable } from './summary.ts';
import type { ChartView, DocsData, OverviewView, RunView } from './views.ts';

/** @returns machine, versions, commit and settings, as pairs of a label and a text. */
export function runFacts(run: Run): [label: string, text: string][] {
  const { environment } = run;
  const packages = Object.entries(environment.packages).map(([name, version]) => `${name} ${version}`);
  const state = environment.dirty === true ? ', with uncommitted changes' : '';
  return [
    ['Date', `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
    ['Machine', `${environment.cpu}, ${environment.cores} cores, ${gibibytes(environment.memoryBytes)} of memory`],
    ['System', environment.os],
    ...(environment.quiet === undefined ? [] : [['Quiet', quietText(environment.quiet)] as [string, string]]),
    ...othersFact(run),
    ['Load at the start', environment.loadAverage.map((load) => load.toFixed(2)).join(', ')],
    ['Node', environment.node],
    ['Packages', packages.join(', ')],
    ['Commit', environment.commit === null ? 'none' : `${environment.commit}${state}`],
    ['Command', ['npm run bench', ...(environment.flags.length > 0 ? ['--', ...environment.flags] : [])].join(' ')],
    ['Run', run.id],
  ];
}

/** @returns how long was waited for a quiet machine, and what came of it. */
export function quietText({ waitedMs, found, busyShare }: Quiet): string {
  const used = `${percent(busyShare, 1)} of the processors’ time was used`;
  return `${found ? 'waited' : 'waited in vain'} for ${duration(Math.round(waitedMs / 1000) * 1000)}; then ${used}`;
}

function othersFact({ scenarios }: Run): [label: string, text: string][] {
  const shares = scenarios.flatMap(({ othersShare }) => othersShare ?? []);
  if (shares.length === 0) return [];
  return [
    [
      'Other programs',
      `used ${percent(Math.max(...shares), 1)} of the processors’ time, in the scenario in which they used most`,
    ],
  ];
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(0)} GiB`;
}

function runView(run: Run): RunView {
  const scenarios = byQuestion(run.scenarios).map((scenario) => ({
    name: scenario.name,
    question: questionOf(scenario),
    conditions: scenarioConditions(scenario),
    findings: findings(scenario),
    warnings: scenarioWarnings(scenario),
    charts: answeringFirst(scenario.name, scenarioCharts(run, scenario)),
    tables: scenarioTables(scenario),
  }));
  return {
    id: run.id,
    label: labelOf(run),
    headline: headline(run),
    facts: runFacts(run),
    warnings: allWarnings(run).ofRun,
    names: namesOf(
      run,
      scenarios.flatMap(({ charts }) => charts),
    ),
    answer: ANSWER,
    everywhere: everywhereTable(run),
    overview: overview(run),
    upkeep: runUpkeep(run),
    decision: decisionView(run),
    scenarios,
  };
}

/** The transports in the run's order, then the controls. */
function namesOf({ settings: { transports }, scenarios }: Run, charts: readonly ChartView[]): RunView['names'] {
  const drawn = charts.flatMap((view): readonly { readonly lane: string; readonly colour: string }[] => {
    if (view.kind === 'map') return [];
    return view.kind === 'lines' ? view.series : view.rows;
  });
  const colours = new Map(drawn.map(({ lane, colour }) => [lane, colour]));
  const controls = scenarios.flatMap(({ lanes }) => lanes.flatMap(({ control }) => control ?? []));
  const names = [...(Array.isArray(transports) ? transports.map(String) : []), ...new Set(controls)];
  return names.flatMap((name) => {
    const colour = colours.get(name);
    return colour === undefined ? [] : [{ name, colour }];
  });
}

function overview(run: Run): OverviewView {
  const ledger = ledgerText(run);
  return {
    table: summaryTable(run),
    legend: SUMMARY_LEGEND,
    notes: [['The bench itself', harnessText(run)], ...(ledger === '' ? [] : [['Ledger', ledger] as const])],
  };
}

/** @returns what a person tells runs by: date, size and commit. */
function labelOf({ startedAt, settings, environment: { commit } }: Run): string {
  const size = typeof settings['size'] === 'string' ? [settings['size']] : [];
  const version = commit === null ? [] : [`commit ${commit.slice(0, 7)}`];
  return [`${startedAt.slice(0, 16).replace('T', ' ')} UTC`, ...size, ...version].join(', ');
}

export interface RunDataOptions {
  /** Whether the page is a single file, with nothing beside it to link to; default false. */
  readonly alone?: boolean;
}

/** @returns the text of docs/run-data.js: a classic script that assigns the runs, the one to show first coming first. */
export function runDataScript(runs: readonly Run[], { alone = false }: RunDataOptions = {}): string {
  const data: DocsData = { runs: runs.map(runView), diffs: runDiffs(runs), alone };
  return `// Written by npm run docs from results/.\nglobalThis.transportLabDocs = ${JSON.stringify(data, rounded)};\n`;
}

/** Of exp and log the last digit differs from one version of Node to another. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? tidy(value) : value;
}
