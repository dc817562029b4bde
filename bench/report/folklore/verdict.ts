// What a claim comes to, by rules that are data: so the text that states a threshold and the code that applies it are one.
import { type ClaimFigure, claimFigure } from '../../run/claims.ts';
import { compact, withUnit } from '../../run/format.ts';
import type { ClaimResult, Figure } from '../../run/run-file.ts';

/**
 * `held then`: it was true of the programs or machines of its time. `holds only if`: a condition follows. `other work`:
 * nothing here could bear it out or refute it. `open`: there is no verdict in this run.
 */
export type Verdict = 'holds' | 'held then' | 'holds only if' | 'not reproduced' | 'other work' | 'open';

/** What a figure must be; both ends belong to it. */
export interface Condition {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A verdict, where all conditions are met. */
export interface Rule {
  readonly verdict: Exclude<Verdict, 'other work' | 'open'>;
  readonly when: readonly Condition[];
  /** What follows the verdict: the condition of `holds only if`, or the reason. */
  readonly because: string;
}

/** The first rule that applies; the last one applies in any other case. Or why there can be none. */
export type Judgement =
  | { readonly rules: readonly Rule[]; readonly otherwise: Omit<Rule, 'when'> }
  | { readonly otherWork: string };

export interface Judged {
  readonly verdict: Verdict;
  /** A sentence without its first capital and its full stop. */
  readonly because: string;
  /** What the verdict goes by whose interval reaches over a threshold: another run may say otherwise. */
  readonly doubts: readonly string[];
}

export function judge({ claim, figures, open }: ClaimResult, judgement: Judgement): Judged {
  if (open !== undefined) return { verdict: 'open', because: open, doubts: [] };
  if ('otherWork' in judgement) return { verdict: 'other work', because: judgement.otherWork, doubts: [] };
  const { rules, otherwise } = judgement;
  const asked = [...new Set(rules.flatMap(({ when }) => when.map(({ figure }) => figure)))];
  const missing = asked.filter((name) => figures[name] === undefined);
  if (missing.length > 0) {
    const names = missing.map((name) => claimFigure(claim, name)?.label ?? name);
    return { verdict: 'open', because: `this run lacks: ${names.join('; ')}`, doubts: [] };
  }
  const at = rules.findIndex(({ when }) => when.every((condition) => isMet(condition, figures)));
  const { verdict, because } = rules[at] ?? otherwise;
  // Those before the one that applies did not, and that was close too.
  const weighed = (at === -1 ? rules : rules.slice(0, at + 1)).flatMap(({ when }) => when);
  const close = weighed.filter((condition) => isClose(condition, figures[condition.figure]));
  const doubts = [...new Set(close.map(({ figure }) => claimFigure(claim, figure)?.label ?? figure))];
  return { verdict, because, doubts };
}

function isMet({ figure, atLeast, atMost }: Condition, figures: ClaimResult['figures']): boolean {
  const value = figures[figure]?.value;
  return value !== undefined && value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

function isClose({ atLeast, atMost }: Condition, figure: Figure | undefined): boolean {
  const { low, high } = figure ?? {};
  if (low === undefined || high === undefined) return false;
  return [atLeast, atMost].some((limit) => limit !== undefined && low < limit && limit < high);
}

/** @returns the rules in words, in order, with their thresholds; none where there is no verdict to derive. */
export function ruleTexts(claim: number, judgement: Judgement): string[] {
  if ('otherWork' in judgement) return [];
  const { rules, otherwise } = judgement;
  const each = rules.map(({ verdict, when }) => {
    const conditions = when.map((condition) => conditionText(claim, condition));
    return `${verdict}: ${conditions.join('; ')}`;
  });
  return [...each, `${otherwise.verdict}: in any other case`];
}

function conditionText(claim: number, { figure, atLeast, atMost }: Condition): string {
  const spec = claimFigure(claim, figure);
  const say = (value: number) => claimValue(value, spec);
  const bounds =
    atLeast === atMost && atLeast !== undefined
      ? [`exactly ${say(atLeast)}`]
      : [
          ...(atLeast === undefined ? [] : [`at least ${say(atLeast)}`]),
          ...(atMost === undefined ? [] : [`at most ${say(atMost)}`]),
        ];
  return `*${spec?.label ?? figure}* ${bounds.join(' and ')}`;
}

/** @returns the value with its unit. */
export function claimValue(value: number, figure: ClaimFigure | undefined): string {
  const unit = figure?.unit ?? '1';
  if (unit === '1') return number(value);
  return unit === '%' || unit === 'GB' || unit === 'Mbit/s' ? `${number(value)} ${unit}` : withUnit(value, unit);
}

/** Whole numbers without a point. */
function number(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-GB') : compact(value);
}

/** @returns the figure with its unit and, where it has one, its interval. */
export function claimFigureText(figure: Figure, spec: ClaimFigure | undefined): string {
  const { value, low, high } = figure;
  const say = (one: number) => claimValue(one, spec);
  if (low === undefined || high === undefined) return say(value);
  return `${say(value)} [${say(low)}, ${say(high)}]`;
}
