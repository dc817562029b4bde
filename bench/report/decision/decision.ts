// Which transport to take: at situations that many meet, as a table that fits the terminal, and as a map. Made from the
// closed forms and from what this very run found each transport to cost.
import { count } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import type { Run } from '../../run/run-file.ts';
import { sourceLine } from '../source-line.ts';
import type { Table } from '../table.ts';
import type { DecisionView, MapView } from '../views.ts';
import type { RunCosts, Situation } from './costs.ts';
import { decide, type Option, RULE, type Verdict } from './decide.ts';
import { decisionMap, mapFinding } from './decision-map.ts';
import { whyNotKnown } from './plan-words.ts';
import { runCosts } from './run-costs.ts';

const ROUND_TRIP_MS = 50;
const MAP_CLIENTS = 1000;
const PER_MINUTE = 1 / 60;

interface Example extends Pick<Situation, 'messagesPerSecond' | 'clients' | 'bearableMs' | 'sendsPerSecond'> {
  /** With its figures; short, so that the table fits the terminal. */
  readonly what: string;
}

const EXAMPLES: readonly Example[] = [
  example('status page: 1/min to 1,000 in 60 s', PER_MINUTE, 1000, 60_000),
  example('news: 1/min to 10,000 in 10 s', PER_MINUTE, 10_000, 10_000),
  example('alerts: 1/min to 10,000 in 500 ms', PER_MINUTE, 10_000, 500),
  example('chat: 1/s to 100 in 1 s', 1, 100, 1000),
  example('chat: 1/s to 100 in 200 ms', 1, 100, 200),
  example('scores: 10/s to 1,000 in 500 ms', 10, 1000, 500),
  example('dashboard: 10/s to 1,000 in 10 s', 10, 1000, 10_000),
  example('prices: 50/s to 5,000 in 200 ms', 50, 5000, 200),
  example('cursors: 20/s among 20 in 100 ms', 20, 20, 100, 1),
];

function example(
  what: string,
  messagesPerSecond: number,
  clients: number,
  bearableMs: number,
  sendsPerSecond = 0,
): Example {
  return { what, messagesPerSecond, clients, bearableMs, sendsPerSecond };
}

/**
 * @returns a row for each of some typical situations: what each transport would do there, and which to take; in a
 * terminal at most 100 columns wide. Null where the run lacks what it is made from.
 */
export function decisionTable(run: Run): Table | null {
  const costs = runCosts(run);
  if (costs === null) return null;
  const { transports, leftOut } = costs;
  return {
    header: [`${ROUND_TRIP_MS} ms away`, ...[...transports, ...leftOut].map(({ transport }) => nameOf(transport))],
    rows: EXAMPLES.map(({ what, ...rest }) => {
      const options = decide(costs, { ...rest, roundTripMs: ROUND_TRIP_MS, pollIntervalMs: null });
      return [what, ...options.map(verdictCell), ...leftOut.map(() => VERDICTS['not-known'])];
    }),
  };
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  take: 'take',
  'will-do': 'will do',
  costly: 'costly',
  'too-slow': 'too slow',
  'not-known': 'not known',
};

function verdictCell({ verdict, excesses }: Option): string {
  // What every run knows, and exactly, is named first: two runs then give one answer.
  const [first] = excesses;
  return first === undefined ? VERDICTS[verdict] : `${VERDICTS[verdict]}: ${first.what}`;
}

/** @returns what one has to know to read the table: conditions and rule, in sentences. */
export function decisionNotes(run: Run): string[] {
  const costs = runCosts(run);
  if (costs === null) return [];
  return [
    `For messages of ${count(costs.textBytes)} bytes, from what this run measured and the closed forms of the model; ` +
      '95 % of the messages come in that time, counted from when the server has them.',
    ...unknownNotes(costs),
    RULE,
    'SSE and WebSocket cost about the same from server to client. SSE is plain HTTP and reconnects by itself; ' +
      'WebSocket also carries what clients send, and binary data. Over HTTP/1.1 a browser opens about six connections to ' +
      'one host, and every open stream or held poll takes one of them.',
  ];
}

/** @returns what the run does not tell, each reason once. */
export function unknownNotes({ transports, leftOut }: RunCosts): string[] {
  return [
    ...leftOut.map(({ transport, reason }) => `More of ${nameOf(transport)} is not known: ${reason}.`),
    ...whyNotKnown(
      'Server CPU',
      transports.map(({ transport, cpu }) => ({ transport, value: cpu })),
    ),
  ];
}

/** @returns which transport to take, over message rate and bearable latency; null as with the table. */
export function decisionChart(run: Run): MapView | null {
  const costs = runCosts(run);
  if (costs === null) return null;
  const situation = { clients: MAP_CLIENTS, roundTripMs: ROUND_TRIP_MS, sendsPerSecond: 0 };
  const map = decisionMap(costs, situation);
  const finding = mapFinding(map, situation);
  return {
    ...map,
    id: 'decision',
    places: EXAMPLES.filter(isOnTheMap).map(({ what, messagesPerSecond, bearableMs }) => ({
      x: messagesPerSecond,
      y: bearableMs,
      label: what.split(':')[0] ?? what,
    })),
    title: finding,
    conditions:
      `${count(MAP_CLIENTS)} clients, ${ROUND_TRIP_MS} ms of round trip, messages of ${count(costs.textBytes)} bytes; ` +
      'clients send less than once a second. Drawn from the closed forms and what this run measured',
    source: sourceLine(run),
    alt:
      `Which transport to take, by message rate and bearable latency. ${finding}. From the least ` +
      `bearable latency up: ${map.areas.map(({ name }) => name).join('; ')}.`,
  };
}

function isOnTheMap({ clients, sendsPerSecond }: Example): boolean {
  return clients === MAP_CLIENTS && sendsPerSecond === 0;
}

/** @returns all of it for the page, which also weighs anyone's own situation with it; null as with the table. */
export function decisionView(run: Run): DecisionView | null {
  const [costs, table] = [runCosts(run), decisionTable(run)];
  return costs === null || table === null ? null : { table, notes: decisionNotes(run), costs };
}
