// A run for the terminal, in at most 100 columns.
import { type Finding, findings, scenarioWarnings } from './findings.ts';
import type { Run, ScenarioResult } from './run-file.ts';
import { scenarioConditions, scenarioTables } from './scenario-tables.ts';
import { terminalTable, wrap } from './table.ts';

const WIDTH = 100;
const INDENT = '  ';

/** @returns the text in lines that fit, the first after its label and the others below its beginning. */
function labelled(label: string, text: string): string[] {
  const lines = wrap(text, WIDTH - label.length);
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

function findingLines(all: readonly Finding[]): string[] {
  const width = Math.max(0, ...all.map(({ about }) => about.length)) + 2;
  return all.flatMap(({ about, text }) => labelled(INDENT + `${about}:`.padEnd(width), text));
}

/** @returns one scenario: what was done, its tables, who wins what, and its warnings. */
export function scenarioText(scenario: ScenarioResult): string {
  const tables = scenarioTables(scenario).flatMap((table) => [
    ...terminalTable(table).map((line) => INDENT + line),
    '',
  ]);
  const warnings = scenarioWarnings(scenario).flatMap((warning) => labelled(`${INDENT}Warning: `, warning));
  return [
    ...labelled(`${scenario.name}: `, scenarioConditions(scenario)),
    '',
    ...tables,
    ...findingLines(findings(scenario)),
    ...(warnings.length > 0 ? ['', ...warnings] : []),
    '',
  ].join('\n');
}

/** @returns what is left to say at the end, about the run as a whole; empty where that is nothing. */
export function summaryText(run: Run): string {
  return run.warnings.flatMap((warning) => labelled('Warning: ', warning)).join('\n');
}
