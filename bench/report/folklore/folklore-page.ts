// docs/folklore.md: each published claim with its source, our figures and what they make of it.
import { CLAIM_NUMBERS, claimFigure } from '../../run/claims.ts';
import type { ClaimResult, Run } from '../../run/run-file.ts';
import { sourceLine } from '../source-line.ts';
import { allWarnings } from '../summary.ts';
import { markdownTable } from '../table.ts';
import { verdictSentence } from './claim-findings.ts';
import { type Claim, claimOf, commandOf } from './claims.ts';
import { claimFigureText, type Judged, judge, ruleTexts } from './verdict.ts';

const INTRO =
  'What others have published about short polling, long polling, Server-Sent Events and WebSocket, in our own words, ' +
  'each repeated here as a small experiment under its own conditions, as far as one machine allows. `npm run bench -- ' +
  '--scenarios folklore` repeats them all in less than six minutes; below each one stands the command that repeats it alone.';
const VERDICTS =
  'A verdict follows from the figures by rules that stand with it. “Holds” and “not reproduced” are meant for this lab ' +
  'on this machine; “held then”: it was so with the programs or machines of its time; “holds only if”: the condition is ' +
  'what is left out where it is retold; “other work”: nothing here could bear it out or refute it; “open”: this run can’t say. An interval in ' +
  'brackets is the 95 % interval over rounds; a figure without one is a count, or a single round.';
const NONE_YET = 'not run: no run in `results/` has repeated all of them yet';

/** @returns the newest complete run that repeated every claim; null where there is none. */
export function folkloreRun(runs: readonly Run[]): Run | null {
  const repeats = (run: Run) => {
    const repeated = new Set(claimsOf(run).map(({ claim }) => claim));
    return run.complete && CLAIM_NUMBERS.every((claim) => repeated.has(claim));
  };
  return runs.filter(repeats).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null;
}

function claimsOf({ scenarios }: Run): readonly ClaimResult[] {
  return scenarios.flatMap(({ claims = [] }) => claims);
}

/** @param run null: every claim stands there, and none is judged. @returns the text of docs/folklore.md. */
export function folkloreMarkdown(run: Run | null): string {
  const results = run === null ? CLAIM_NUMBERS.map(notYet) : claimsOf(run);
  const judged = results.flatMap((result) => {
    const claim = claimOf(result.claim);
    return claim === undefined ? [] : [{ result, claim, judged: judge(result, claim.judgement) }];
  });
  return [
    '<!-- Written by npm run docs from results/. Do not edit. -->',
    '# Folklore: what is told of these transports, and what of it holds',
    INTRO,
    ...(run === null ? [] : [`Measured on ${sourceLine(run)}: [run.json](../results/${run.id}/run.json).`]),
    ...(run === null ? [] : allWarnings(run).ofRun.map((warning) => `> Warning: ${warning}`)),
    judged
      .map(({ result, claim, judged: { verdict } }) => {
        const heading = headingOf(result, claim);
        return `- [${heading}](#${slugOf(heading)}): **${verdict}**`;
      })
      .join('\n'),
    VERDICTS,
    ...judged.flatMap(({ result, claim, judged: one }) => claimParts(result, claim, one)),
  ]
    .join('\n\n')
    .concat('\n');
}

function notYet(claim: number): ClaimResult {
  return { claim, figures: {}, open: NONE_YET, warnings: [] };
}

function headingOf({ claim }: ClaimResult, { title }: Claim): string {
  return `${claim} ${title}`;
}

/** As the documentation's headings are anchored. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-');
}

function claimParts(result: ClaimResult, claim: Claim, judged: Judged): string[] {
  const figures = Object.entries(result.figures).map(([name, figure]) => {
    const spec = claimFigure(result.claim, name);
    return [spec?.label ?? name, claimFigureText(figure, spec)];
  });
  const rules = ruleTexts(result.claim, claim.judgement);
  return [
    `## ${headingOf(result, claim)}`,
    `**Claim:** ${claim.claim}`,
    `**Source:** ${claim.source}.`,
    `**Verdict: ${emphasised(verdictSentence(judged), judged)}`,
    ...judged.doubts.map(
      (label) => `The interval of *${label}* reaches over a threshold, so that another run may say otherwise.`,
    ),
    ...(figures.length === 0 ? [] : [markdownTable({ header: ['Ours', ''], rows: figures })]),
    ...result.warnings.map((warning) => `> Warning: ${warning}`),
    `**Conditions:** ${claim.conditions}`,
    `\`\`\`sh\n${commandOf(result.claim)}\n\`\`\``,
    // In markup that every renderer of Markdown leaves as it is.
    ...(rules.length === 0
      ? []
      : [
          '<details>',
          '<summary>How the verdict follows</summary>',
          rules.map((rule) => `- ${rule}`).join('\n'),
          '</details>',
        ]),
  ];
}

/** Closes the emphasis behind the verdict. */
function emphasised(sentence: string, { verdict }: Judged): string {
  return `${verdict}**${sentence.slice(verdict.length)}`;
}
