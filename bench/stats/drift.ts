// Do the rounds of a run drift, each a little slower or faster than the one before? Then their mean depends on how many
// there were, and their interval is none.

import { studentT } from '../../client/student-t.ts';
import { logsOf } from './logs.ts';
import { ROUNDS_FOR_INTERVAL } from './over-rounds.ts';

/** A run checks dozens of figures; so that a warning means something, one in two hundred may be chance. */
const UPPER_END = 0.9975;
/** Less than this, from the first round to the last, nobody would notice. */
const LEAST_CHANGE = Math.log(1.05);

/**
 * A straight line is laid through the logarithms over the rounds' numbers. It is a drift where its slope is beyond what
 * chance gives (Student's t, 99.5 %) and makes a difference.
 * @param what the figure, as a sentence begins: `The mean latency`.
 * @param rounds each round's figure, in order.
 * @returns a warning with reason and remedy, or null; always null with fewer than five rounds, or with a round of 0.
 */
export function driftWarning(what: string, rounds: readonly number[]): string | null {
  const logs = logsOf(rounds);
  if (logs === null || logs.count < ROUNDS_FOR_INTERVAL) return null;
  const middle = (logs.count - 1) / 2;
  const offsets = rounds.map((value, round) => ({ x: round - middle, y: Math.log(value) - logs.mean }));
  const squares = offsets.reduce((sum, { x }) => sum + x * x, 0);
  const slope = offsets.reduce((sum, { x, y }) => sum + x * y, 0) / squares;
  const degrees = logs.count - 2;
  const scatter = offsets.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2, 0) / degrees;
  const change = slope * (logs.count - 1);
  if (Math.abs(change) < LEAST_CHANGE) return null;
  if (Math.abs(slope) <= studentT(UPPER_END, degrees) * Math.sqrt(scatter / squares)) return null;
  const share = `${Math.round(100 * Math.abs(Math.expm1(change)))} %`;
  return (
    `${what} ${change > 0 ? 'rose' : 'fell'} by ${share} from the first round to the last, in step. The machine was ` +
    'not the same throughout: a processor that got warm and slowed down, or a program that started or ended. Let the ' +
    'machine come to rest, close other programs, and run again; more --rounds make a drift visible, not smaller.'
  );
}
