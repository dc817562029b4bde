// What a reader came for: the answer, the one table that holds on every machine, and the questions that the rest is
// told by.
import { compact } from '../run/format.ts';
import { shownFigure } from '../run/lane-figures.ts';
import { isInPairs } from '../run/lane-labels.ts';
import { nameOf } from '../run/names.ts';
import type { Lane, Run, ScenarioResult } from '../run/run-file.ts';
import { MODELS } from '../stats/transport-models.ts';
import type { Table } from './table.ts';

export const ANSWER =
  "Take SSE; WebSocket if clients send often; poll if seconds don't matter; long polling where no stream gets through.";

interface Question {
  readonly scenario: string;
  readonly question: string;
  /** Of the one chart that answers it; the others are folded. */
  readonly chart?: string;
}

/** In the order in which they are told. */
const QUESTIONS: readonly Question[] = [
  { scenario: 'rtt', question: 'How late do messages come over a real network?', chart: 'latency-over-rtt' },
  { scenario: 'crossover', question: 'When does long polling make more requests than polling?', chart: 'break-even' },
  { scenario: 'idle', question: 'What does silence cost?', chart: 'idle-requests' },
  { scenario: 'steady', question: 'What does a message cost on the way?', chart: 'bytes-per-delivery' },
  { scenario: 'fanout', question: 'And when a thousand listen?', chart: 'last-receiver' },
  { scenario: 'burst', question: 'And when many messages come at once?', chart: 'burst' },
  { scenario: 'sending', question: 'Does it matter which way a client sends?', chart: 'sending' },
  { scenario: 'first-message', question: 'How soon is the first message there?', chart: 'first-message' },
  { scenario: 'recovery', question: 'What happens when the network breaks?', chart: 'recovery' },
  { scenario: 'slow-reader', question: 'What does a reader cost who stops reading?' },
  { scenario: 'capacity', question: 'How many can be connected?' },
  { scenario: 'saturation', question: 'How much can one server deliver?', chart: 'saturation' },
  { scenario: 'costs', question: 'What does the server’s processor take?', chart: 'cost-of-requests' },
  { scenario: 'http-ceiling', question: 'What does the lab cost beside a bare server?', chart: 'http-ceiling' },
  { scenario: 'calibration', question: 'Can the bench be believed?', chart: 'calibration' },
  { scenario: 'folklore', question: 'What of that which others have published holds?' },
];

/** @returns what a scenario asks, in plain words; its name where nobody has put it so. */
export function questionOf({ name }: ScenarioResult): string {
  return QUESTIONS.find(({ scenario }) => scenario === name)?.question ?? name;
}

/** @returns the scenarios in the order of the questions; those without one last. */
export function byQuestion(scenarios: readonly ScenarioResult[]): ScenarioResult[] {
  const place = ({ name }: ScenarioResult) => {
    const found = QUESTIONS.findIndex(({ scenario }) => scenario === name);
    return found === -1 ? QUESTIONS.length : found;
  };
  return scenarios.toSorted((a, b) => place(a) - place(b));
}

/** @returns the charts, the one that answers the scenario's question first. */
export function answeringFirst<Chart extends { readonly id: string }>(
  scenario: string,
  charts: readonly Chart[],
): Chart[] {
  const main = QUESTIONS.find((one) => one.scenario === scenario)?.chart;
  return charts.toSorted((a, b) => Number(b.id === main) - Number(a.id === main));
}

/**
 * Over a long way the way is nearly all there is: that holds on any machine.
 * @returns how late messages come at the run's longest round trip, streams together; null where it has none.
 */
export function everywhereTable(run: Run): Table | null {
  const rtt = run.scenarios.find(({ name }) => name === 'rtt');
  const longest = Math.max(0, ...(rtt?.lanes ?? []).map((lane) => lane.addedRoundTripMs ?? 0));
  const lanes = (rtt?.lanes ?? []).filter(
    (lane) => lane.addedRoundTripMs === longest && lane.transport !== undefined && lane.spoiled !== true,
  );
  if (rtt === undefined || longest === 0 || lanes.length === 0) return null;
  const paceOf = ({ transport = '' }: Lane) => MODELS.get(transport)?.pace ?? 'stream';
  const singly = lanes.filter((lane) => !isInPairs(lane));
  const streams = singly.filter((lane) => paceOf(lane) === 'stream');
  // On a stream, and to who asks by the clock, it makes no difference how close messages come.
  const held = lanes.filter((lane) => isInPairs(lane) && paceOf(lane) === 'held');
  const others = [...singly.filter((lane) => paceOf(lane) !== 'stream'), ...held].toSorted(
    (a, b) => meanOf(a) - meanOf(b),
  );
  const groups = [...(streams.length === 0 ? [] : [streams]), ...others.map((lane) => [lane])];
  return {
    header: [`At ${longest} ms of round trip`, 'mean, ms', '99 % within, ms'],
    rows: groups.map((group) => [labelOf(group, rtt), range(group, 'mean'), range(group, 'p99')]),
  };
}

function meanOf(lane: Lane): number {
  return shownFigure(lane, 'mean')?.value ?? Number.POSITIVE_INFINITY;
}

function labelOf(group: readonly Lane[], { settings: { pollIntervalMs } }: ScenarioResult): string {
  const names = group.map(({ transport = '' }) => nameOf(transport)).join(', ');
  const [first] = group;
  const clock = MODELS.get(first?.transport ?? '')?.pace === 'clock' && typeof pollIntervalMs === 'number';
  if (first !== undefined && isInPairs(first)) return `${names}, two messages close together`;
  return clock ? `${names}, every ${compact(pollIntervalMs / 1000).replace(/\.0+$/, '')} s` : names;
}

/** Written alike, once; else from the least to the most. */
function range(group: readonly Lane[], name: 'mean' | 'p99'): string {
  const values = group.flatMap((lane) => shownFigure(lane, name)?.value ?? []).map((us) => us / 1000);
  if (values.length === 0) return 'not known';
  const [least, most] = [compact(Math.min(...values)), compact(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}
