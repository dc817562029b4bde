// A run as Markdown, with the pictures that docs/charts/ holds.
import { scenarioCharts } from './charts.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';
import type { Run, ScenarioResult } from './run-file.ts';
import { runFacts } from './run-view.ts';
import { scenarioConditions, scenarioTables } from './scenario-tables.ts';
import { markdownTable } from './table.ts';

/** @returns the text of docs/results.md. */
export function resultsMarkdown(run: Run): string {
  return [
    '<!-- Written by npm run docs from results/. Do not edit. -->',
    `# Results: ${headline(run)}`,
    'Short polling, long polling, Server-Sent Events and WebSocket, measured side by side by `npm run bench`. ' +
      '[index.html](index.html) shows the same interactively.',
    ...noteOf(run),
    ...run.scenarios.flatMap((scenario) => scenarioParts(run, scenario)),
    '## How this was measured',
    'Latency is counted from the *intended* time of sending, on a schedule that was fixed beforehand, to the receipt by ' +
      'each client. Messages are published in one way for all transports, by `POST /v1/messages`. Requests, bytes and ' +
      'CPU are the counters of the server, which is a process of its own; bytes are those of TCP, headers and framing ' +
      'included, both directions. The ledger counts each message once per client. ± is half the 95 % interval over ' +
      'rounds; a lane marked * was spoiled by the bench itself. Predictions are closed forms of the model.',
    runFacts(run)
      .map(([label, text]) => `- ${label}: ${label === 'Command' ? `\`${text}\`` : text}`)
      .join('\n'),
    `All figures are in [run.json](../results/${run.id}/run.json), which [schema.json](../results/schema.json) describes.`,
  ]
    .join('\n\n')
    .concat('\n');
}

function noteOf(run: Run): string[] {
  return run.warnings.map((warning) => `> Warning: ${warning}`);
}

function scenarioParts(run: Run, scenario: ScenarioResult): string[] {
  const sentences = findings(scenario).map(({ about, text }) => `- **${about}:** ${text}`);
  const pictures = scenarioCharts(run, scenario).map(({ id, alt }) => `![${alt}](charts/${id}.svg)`);
  const warnings = scenarioWarnings(scenario).map((warning) => `> Warning: ${warning}`);
  return [
    `## ${scenario.name}`,
    `${scenarioConditions(scenario)}.`,
    sentences.join('\n'),
    ...pictures,
    ...scenarioTables(scenario).map(markdownTable),
    ...warnings,
  ].filter((part) => part !== '');
}
