// A run as the docs page shows it: plain data.
import type { DocsData, RunView } from '../../client/docs-page/run-view.ts';
import { scenarioCharts } from './charts.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';
import type { Run } from './run-file.ts';
import { scenarioConditions, scenarioTables } from './scenario-tables.ts';

/** @returns machine, versions, commit and settings, as pairs of a label and a text. */
export function runFacts(run: Run): [label: string, text: string][] {
  const { environment } = run;
  const packages = Object.entries(environment.packages).map(([name, version]) => `${name} ${version}`);
  const state = environment.dirty === true ? ', with uncommitted changes' : '';
  return [
    ['Date', `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
    ['Machine', `${environment.cpu}, ${environment.cores} cores, ${gibibytes(environment.memoryBytes)} of memory`],
    ['System', environment.os],
    ['Load at the start', environment.loadAverage.map((load) => load.toFixed(2)).join(', ')],
    ['Node', environment.node],
    ['Packages', packages.join(', ')],
    ['Commit', environment.commit === null ? 'none' : `${environment.commit}${state}`],
    ['Command', ['npm run bench', ...(environment.flags.length > 0 ? ['--', ...environment.flags] : [])].join(' ')],
    ['Run', run.id],
  ];
}

function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(0)} GiB`;
}

function runView(run: Run): RunView {
  return {
    id: run.id,
    headline: headline(run),
    facts: runFacts(run),
    warnings: run.warnings,
    scenarios: run.scenarios.map((scenario) => ({
      name: scenario.name,
      conditions: scenarioConditions(scenario),
      findings: findings(scenario),
      warnings: scenarioWarnings(scenario),
      charts: scenarioCharts(run, scenario),
      tables: scenarioTables(scenario),
    })),
  };
}

/** @returns the text of docs/run-data.js: a classic script that assigns the runs, the one to show first coming first. */
export function runDataScript(runs: readonly Run[]): string {
  const data: DocsData = { runs: runs.map(runView) };
  return `// Written by npm run docs from results/.\nglobalThis.transportLabDocs = ${JSON.stringify(data, null, 1)};\n`;
}
