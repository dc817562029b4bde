// Which transport to take in a situation. One rule, for the table in the docs, the map and everybody's own figures.
import { compact } from '../../run/format.ts';
import { type Estimate, estimates, type RunCosts, SHORTEST_POLL_MS, type Situation } from './costs.ts';

/** `take`: of those that will do, the first by preference. */
export type Verdict = 'take' | 'will-do' | 'costly' | 'too-slow';

export interface Option extends Judged {
  /** Why, in a few words. */
  readonly reason: string;
}

/** Too little to choose by. */
export const TOO_LITTLE = { cpuCores: 0.05, bytesPerClientSecond: 100 } as const;
/** So many times the least may a transport cost. */
export const BEARABLE_FACTOR = 2;
/** By each client: from here on one connection for both directions is worth having. */
export const SENDS_OFTEN = 1;

/** The simplest to operate first. Long polling comes last: it is for where streams do not pass. */
const PREFERENCE = ['short-polling', 'sse', 'websocket', 'long-polling'];
const PREFERENCE_OF_SENDERS = ['websocket', 'sse', 'short-polling', 'long-polling'];

/** For people. */
export const RULE =
  'A transport will do where 95 % of the messages come in time, and where server CPU and bytes are at most twice the ' +
  `least, or too little to matter (${TOO_LITTLE.cpuCores * 100} % of a core, ${TOO_LITTLE.bytesPerClientSecond} bytes a ` +
  'second for each client). Short polling polls as rarely as the latency allows, and never more often than every ' +
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
  amount(one: Estimate): number;
  tooLittle(situation: Situation): number;
}[] = [
  { what: 'server CPU', amount: ({ cpuCores }) => cpuCores, tooLittle: () => TOO_LITTLE.cpuCores },
  {
    what: 'bytes',
    amount: ({ bytesPerSecond }) => bytesPerSecond,
    tooLittle: ({ clients }) => TOO_LITTLE.bytesPerClientSecond * clients,
  },
];

/** A transport that is in time, but costs so many times the least of something. */
interface Excess {
  readonly what: string;
  readonly times: number;
}

export interface Judged extends Estimate {
  readonly verdict: Verdict;
  readonly excesses: readonly Excess[];
}

/** @returns every transport with its verdict, in the order of the run's costs; none is to be taken where none is in time. */
export function judge(run: RunCosts, situation: Situation): Judged[] {
  const all = estimates(run, situation);
  const inTime = all.filter(({ latencyMs }) => latencyMs.p95 <= situation.bearableMs);
  const judged = all.map((one): Judged => {
    if (!inTime.includes(one)) return { ...one, verdict: 'too-slow', excesses: [] };
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

function excessesOf(one: Estimate, inTime: readonly Estimate[], situation: Situation): Excess[] {
  return COSTS.flatMap(({ what, amount, tooLittle }) => {
    const least = Math.min(...inTime.map(amount));
    const isExcess = amount(one) > tooLittle(situation) && amount(one) > BEARABLE_FACTOR * least;
    return isExcess ? [{ what, times: amount(one) / least }] : [];
  });
}

/** Where each costs too much of something, the one that costs least CPU. */
function choose(options: readonly Judged[], { sendsPerSecond }: Situation): Judged | undefined {
  const order = sendsPerSecond >= SENDS_OFTEN ? PREFERENCE_OF_SENDERS : PREFERENCE;
  const place = ({ transport }: Judged) => (order.includes(transport) ? order.indexOf(transport) : order.length);
  const [simplest] = options.filter(({ verdict }) => verdict === 'will-do').toSorted((a, b) => place(a) - place(b));
  const [cheapest] = options.filter(({ verdict }) => verdict === 'costly').toSorted((a, b) => a.cpuCores - b.cpuCores);
  return simplest ?? cheapest;
}

function reasonOf({ transport, verdict, latencyMs, excesses }: Judged): string {
  const why = WHY.get(transport) ?? 'in time, and not dear';
  if (verdict === 'take') return `take it: ${why}`;
  if (verdict === 'will-do') return `will do: ${why}`;
  if (verdict === 'too-slow') return `too slow: 95 % within ${compact(latencyMs.p95)} ms`;
  return `costly: ${excesses.map(({ what, times }) => `${compact(times)} times the ${what}`).join(', ')}`;
}
