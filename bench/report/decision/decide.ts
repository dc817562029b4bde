// Which transport to take in a situation. One rule, for the table in the docs, the map and everybody's own figures.
import { compact, count, duration } from '../../run/format.ts';
import { isKnown, type NotKnown } from '../../stats/cost-curves.ts';
import type { CpuShare } from '../../stats/cost-share.ts';
import type { Bounded } from './bounded.ts';
import { type Estimate, estimates, type RunCosts, SHORTEST_POLL_MS, type Situation } from './costs.ts';

/** `take`: of those that will do, the first by preference. `not-known`: the run does not tell. */
export type Verdict = 'take' | 'will-do' | 'costly' | 'too-slow' | 'not-known';

export interface Option extends Judged {
  /** Why, in a few words. */
  readonly reason: string;
}

/** Too little to choose by. */
export const TOO_LITTLE = { cpuShare: 0.05, bytesPerClientSecond: 100 } as const;
/** So many times the least may a transport cost. */
export const BEARABLE_FACTOR = 2;
/** By each client: from here on one connection for both directions is worth having. */
export const SENDS_OFTEN = 1;

/** The simplest to operate first. Long polling comes last: it is for where streams do not pass. */
const PREFERENCE = ['short-polling', 'sse', 'websocket', 'long-polling'];
const PREFERENCE_OF_SENDERS = ['websocket', 'sse', 'short-polling', 'long-polling'];

/** For people. */
export const RULE =
  'A transport will do where 95 % of the messages come in time, and where bytes, and server CPU where the run knows it, ' +
  `are at most twice the least, or too little to matter (${TOO_LITTLE.bytesPerClientSecond} bytes a second for each ` +
  `client, ${TOO_LITTLE.cpuShare * 100} % of a core). ` +
  'CPU makes a transport costly only where that is sure: over the whole of its 95 % interval, and beyond what the run ' +
  'measured only as far as the bound there says. ' +
  'Short polling polls as rarely as the latency allows, and never more often than every ' +
  `${SHORTEST_POLL_MS / 1000} s. Of those that will do, take the simplest: short polling, then SSE, then WebSocket, and ` +
  'long polling where a proxy lets no stream through; but WebSocket first where each client sends a message a second or ' +
  'more.';

const WHY: ReadonlyMap<string, string> = new Map([
  ['short-polling', 'plain requests, nothing stays open'],
  ['long-polling', 'passes every proxy'],
  ['sse', 'plain HTTP that reconnects by itself'],
  ['websocket', 'one connection for both directions'],
]);

/** What may be at most so many times the least, unless it is too little to matter. */
const COSTS: readonly {
  readonly what: string;
  amount(one: Estimate): Bounded | NotKnown;
  tooLittle(situation: Situation): number;
}[] = [
  {
    what: 'bytes',
    amount: ({ bytesPerSecond: value }) => (isKnown(value) ? { value, low: value, high: value } : value),
    tooLittle: ({ clients }) => TOO_LITTLE.bytesPerClientSecond * clients,
  },
  {
    what: 'CPU',
    amount: ({ cpuShare }) => (isKnown(cpuShare) ? surely(cpuShare) : cpuShare),
    tooLittle: () => TOO_LITTLE.cpuShare,
  },
];

/** Beyond more or fewer clients or rates than were measured, by the same slope: it may be so many times off. */
const CAUTION = 2;

/** @returns between which bounds it lies, also beyond what was measured. */
function surely({ value, low, high, bound }: CpuShare): Bounded {
  if (bound === 'at least') return { value, low, high: Number.POSITIVE_INFINITY };
  if (bound === 'at most') return { value, low: 0, high };
  return bound === 'about' ? { value, low: low / CAUTION, high: high * CAUTION } : { value, low, high };
}

/** A transport that is in time, but costs so many times the least of something. */
interface Excess {
  readonly what: string;
  readonly times: number;
}

export interface Judged extends Estimate {
  readonly verdict: Verdict;
  readonly excesses: readonly Excess[];
}

/** @returns every transport with its verdict, in the order of the run's costs; none is to be taken where none will do. */
export function judge(run: RunCosts, situation: Situation): Judged[] {
  const all = estimates(run, situation);
  const { bearableMs } = situation;
  const inTime = all.filter(({ p95Ms }) => p95Ms.high <= bearableMs);
  const judged = all.map((one): Judged => {
    if (one.p95Ms.low > bearableMs) return { ...one, verdict: 'too-slow', excesses: [] };
    if (!inTime.includes(one) || !isKnown(one.bytesPerSecond)) return { ...one, verdict: 'not-known', excesses: [] };
    const excesses = excessesOf(one, inTime, situation);
    return { ...one, verdict: excesses.length > 0 ? 'costly' : 'will-do', excesses };
  });
  const taken = choose(judged, situation);
  return judged.map((one) => (one === taken ? { ...one, verdict: 'take' } : one));
}

/** @returns the same with reasons. */
export function decide(run: RunCosts, situation: Situation): Option[] {
  return judge(run, situation).map((one) => ({ ...one, reason: reasonOf(one) }));
}

/** Of what is known of all that are in time: one alone tells nothing of the least. */
function excessesOf(one: Estimate, inTime: readonly Estimate[], situation: Situation): Excess[] {
  return COSTS.flatMap(({ what, amount, tooLittle }) => {
    const amounts = inTime.map(amount).filter(isKnown);
    const own = amount(one);
    if (amounts.length < inTime.length || !isKnown(own)) return [];
    const least = Math.min(...amounts.map(({ high }) => high));
    const [cheapest] = amounts.toSorted((a, b) => a.value - b.value);
    return own.low > tooLittle(situation) && own.low > BEARABLE_FACTOR * least
      ? [{ what, times: own.value / (cheapest?.value ?? least) }]
      : [];
  });
}

/** Where each costs too much of something, the one whose excess is least; nobody, where another may yet do. */
function choose(options: readonly Judged[], { sendsPerSecond }: Situation): Judged | undefined {
  const order = sendsPerSecond >= SENDS_OFTEN ? PREFERENCE_OF_SENDERS : PREFERENCE;
  const place = ({ transport }: Judged) => (order.includes(transport) ? order.indexOf(transport) : order.length);
  const having = (...verdicts: Verdict[]) => options.filter(({ verdict }) => verdicts.includes(verdict));
  const [simplest] = having('will-do', 'not-known').toSorted((a, b) => place(a) - place(b));
  if (simplest !== undefined) return simplest.verdict === 'will-do' ? simplest : undefined;
  const excess = ({ excesses }: Judged) => Math.max(...excesses.map(({ times }) => times));
  return having('costly').toSorted((a, b) => excess(a) - excess(b))[0];
}

function reasonOf(judged: Judged): string {
  const { transport, verdict, p95Ms, excesses } = judged;
  const why = WHY.get(transport) ?? 'in time, and not dear';
  if (verdict === 'take') return `take it: ${why}`;
  if (verdict === 'will-do') return `will do: ${why}`;
  if (verdict === 'too-slow') return `too slow: 95 % within ${duration(p95Ms.low)} at best`;
  if (verdict === 'not-known') return `not known from this run: ${whyNotKnown(judged)}`;
  return `costly: ${excesses.map(({ what, times }) => `${compact(times)} times the ${what}`).join(', ')}`;
}

function whyNotKnown({ bytesPerSecond, beyondClients, p95Ms }: Judged): string {
  if (!isKnown(bytesPerSecond)) return bytesPerSecond.notKnown;
  const between = `95 % within ${duration(p95Ms.low)} to ${duration(p95Ms.high)}`;
  return beyondClients === null ? between : `it had ${count(beyondClients)} clients at most; ${between}`;
}
