// A run as Markdown: docs/results.md with the pictures that docs/charts/ holds, and the run's own summary.md without.
import type { Run, ScenarioResult } from '../run/run-file.ts';
import { ANSWER, answeringFirst, byQuestion, everywhereTable, questionOf } from './answer.ts';
import { scenarioCharts } from './charts.ts';
import { scenarioConditions } from './conditions.ts';
import { decisionChart, decisionNotes, decisionTable } from './decision/decision.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';
import { runFacts } from './run-data.ts';
import { scenarioTables } from './scenario-tables.ts';
import { allWarnings, harnessText, ledgerText, SUMMARY_LEGEND, summaryTable } from './summary.ts';
import { markdownTable } from './table.ts';
import type { ChartView } from './views.ts';

const WHAT = 'Short polling, long polling, Server-Sent Events and WebSocket, measured side by side by `npm run bench`.';
const METHOD =
  'Latency is counted from the *intended* time of sending, on a schedule that was fixed beforehand, to the receipt by ' +
  'each client. Messages are published in one way for all transports, by `POST /v1/messages`. Requests, bytes and ' +
  'CPU are the counters of the server, which is a process of its own; bytes are those of the TCP payload, HTTP headers ' +
  "and framing included, both directions; memory is the process's, without the kernel's, which stands beside it " +
  'where it was measured. The ledger counts each message once per client. ± is half the 95 % interval over ' +
  'rounds; a comparison, "x times [low, high]", is paired by round, at 99.5 %; a lane marked * was spoiled by the bench ' +
  "itself. The predictions replay the run's own schedule through the model; the closed forms hold for the achieved rate.";

/** @returns the text of docs/results.md. */
export function resultsMarkdown(run: Run): string {
  return document([
    '<!-- Written by npm run docs from results/. Do not edit. -->',
    `# Results: ${ANSWER}`,
    `${WHAT} [index.html](index.html) shows the same interactively.`,
    ...summaryParts(run, pictures([decisionChart(run)])),
    ...byQuestion(run.scenarios).flatMap((scenario) =>
      scenarioParts(scenario, pictures(answeringFirst(scenario.name, scenarioCharts(run, scenario))), folded),
    ),
    ...methodParts(run),
    `All figures are in [run.json](../results/${run.id}/run.json), which [schema.json](../results/schema.json) describes.`,
  ]);
}

/** @returns the text of summary.md, which lies in the run's folder. */
export function summaryMarkdown(run: Run): string {
  return document([
    `# ${headline(run)}`,
    `${WHAT} report.html shows the same with charts; run.json and run.csv hold all figures.`,
    ...summaryParts(run, []),
    ...byQuestion(run.scenarios).flatMap((scenario) => scenarioParts(scenario, [], unfolded)),
    ...methodParts(run),
  ]);
}

function document(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Some of it may be what a server said: its markup is shown, not obeyed. CommonMark, 2.4. */
function inMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>&|]/g, '\\$&');
}

function quoted(warnings: readonly string[]): string[] {
  return warnings.map((warning) => `> Warning: ${inMarkdown(warning)}`);
}

function summaryParts(run: Run, decisionPictures: readonly string[]): string[] {
  const [summary, decision, ledger] = [summaryTable(run), decisionTable(run), ledgerText(run)];
  const decisionParts =
    decision === null
      ? []
      : ['## Which one to take', markdownTable(decision), ...decisionPictures, decisionNotes(run).join('\n\n')];
  const everywhere = everywhereTable(run);
  return [
    ...(everywhere === null
      ? []
      : ['What holds on every machine, because it is the way and not the machine:', markdownTable(everywhere)]),
    ...decisionParts,
    '## At a glance',
    `${headline(run)}.`,
    ...(summary === null ? [] : [markdownTable(summary), SUMMARY_LEGEND]),
    [`**The bench itself:** ${harnessText(run)}`, ...(ledger === '' ? [] : [`**Ledger:** ${ledger}`])].join('\n\n'),
    ...quoted(allWarnings(run).ofRun),
  ];
}

/** As docs/charts/ holds them. */
function pictures(views: readonly (ChartView | null)[]): string[] {
  return views.flatMap((view) => (view === null ? [] : [`![${view.alt}](charts/${view.id}.svg)`]));
}

/** In markup that every renderer of Markdown leaves as it is. */
function folded(parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : ['<details>', '<summary>All its numbers</summary>', ...parts, '</details>'];
}

function unfolded(parts: readonly string[]): readonly string[] {
  return parts;
}

function scenarioParts(scenario: ScenarioResult, pictures: readonly string[], fold: typeof unfolded): string[] {
  return [
    `## ${questionOf(scenario)}`,
    `${scenarioConditions(scenario)} (\`${scenario.name}\`).`,
    findings(scenario)
      .map(({ about, text }) => `- **${about}:** ${text}`)
      .join('\n'),
    ...pictures.slice(0, 1),
    ...fold([
      ...pictures.slice(1),
      ...scenarioTables(scenario).map(markdownTable),
      ...quoted(scenarioWarnings(scenario)),
    ]),
  ];
}

function methodParts(run: Run): string[] {
  const facts = runFacts(run).map(([label, text]) => `- ${label}: ${label === 'Command' ? `\`${text}\`` : text}`);
  return ['## How this was measured', METHOD, facts.join('\n')];
}
