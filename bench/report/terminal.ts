// A run for the terminal, in at most 100 columns.
import type { Run, ScenarioResult } from '../run/run-file.ts';
import { scenarioConditions } from './conditions.ts';
import type { Finding } from './contest.ts';
import { decisionNotes, decisionTable } from './decision/decision.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';
import { scenarioTables } from './scenario-tables.ts';
import { allWarnings, harnessText, ledgerText, SUMMARY_LEGEND, summaryTable } from './summary.ts';
import { INDENT, labelled, tableLines } from './table.ts';

/** Warnings of single lanes that the summary repeats. */
const SHOWN_LANE_WARNINGS = 4;

function findingLines(all: readonly Finding[]): string[] {
  const width = Math.max(0, ...all.map(({ about }) => about.length)) + 2;
  return all.flatMap(({ about, text }) => labelled(INDENT + `${about}:`.padEnd(width), text));
}

/** @returns the lines with an empty one after them, where there are any. */
function paragraph(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}

/** @returns one scenario: what was done, its tables, who wins what, and its warnings. */
export function scenarioText(scenario: ScenarioResult): string {
  const warnings = scenarioWarnings(scenario).flatMap((warning) => labelled(`${INDENT}Warning: `, warning));
  return [
    ...labelled(`${scenario.name}: `, scenarioConditions(scenario)),
    '',
    ...scenarioTables(scenario).flatMap((table) => tableLines(table)),
    ...paragraph(findingLines(findings(scenario))),
    ...paragraph(warnings),
  ].join('\n');
}

/** @returns the end of a run, which says at once who wins what, what it costs, and how far that can be believed. */
export function summaryText(run: Run): string {
  const table = summaryTable(run);
  const ledger = ledgerText(run);
  return [
    ...labelled('Summary: ', `${headline(run)}.`),
    '',
    ...(table === null ? [] : [...tableLines(table).slice(0, -1), INDENT + SUMMARY_LEGEND, '']),
    ...labelled('The bench itself: ', harnessText(run)),
    ...(ledger === '' ? [] : labelled('Ledger: ', ledger)),
    ...warningLines(run),
    ...decisionLines(run),
  ].join('\n');
}

function warningLines(run: Run): string[] {
  const { ofRun, ofLanes } = allWarnings(run);
  const more = ofLanes.length - SHOWN_LANE_WARNINGS;
  return [
    ...[...ofRun, ...ofLanes.slice(0, SHOWN_LANE_WARNINGS)].flatMap((warning) => labelled('Warning: ', warning)),
    ...(more > 0 ? [`Warning: … and ${more} more about single lanes: they stand with their scenarios.`] : []),
  ];
}

function decisionLines(run: Run): string[] {
  const table = decisionTable(run);
  if (table === null) return [];
  const [first = ''] = decisionNotes(run);
  // It needs the whole width.
  return ['', 'Which one to take', ...tableLines(table, '').slice(0, -1), ...labelled('', first)];
}
