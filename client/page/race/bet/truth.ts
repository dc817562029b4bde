// After the bet: one sentence for each lane, made of what was said, what was measured, and what the formula knows.
import { formatCount, formatLatency } from '../../format.ts';
import { type Measured, parts } from '../charts/measured.ts';
import type { Prediction } from '../charts/predictions.ts';
import { times } from '../charts/titles.ts';
import { asSentence, laneInWords, listed } from '../words/lane-names.ts';

/** A bet is right within this factor: rulers are coarse, and so are people. */
const CLOSE = 1.2;

export interface LaneTruth {
  readonly lane: string;
  readonly saidMs: number;
  /** Null: nothing came. */
  readonly measured: Measured | null;
  /** Null: no formula holds. */
  readonly predictedMs: number | null;
  readonly prediction: Prediction | undefined;
}

export function laneSentence(truth: LaneTruth): string {
  const { lane, saidMs, measured } = truth;
  const who = asSentence(laneInWords(lane));
  if (measured === null) return `${who}: you said ${formatLatency(saidMs)}, and nothing has come at all.`;
  const was = formatLatency(measured.meanMs);
  const said = formatLatency(saidMs);
  const ratio = measured.meanMs / saidMs;
  if (ratio < CLOSE && ratio > 1 / CLOSE)
    return `${who}: you said ${said}, and it was ${was}. Well said: ${reason(truth)}.`;
  return `${who}: you said ${said}, it was ${was}: ${reason(truth)}.`;
}

function reason({ lane, measured, predictedMs, prediction }: LaneTruth): string {
  if (measured !== null && predictedMs !== null && parts(measured, predictedMs) === true) {
    return `the formula says ${formatLatency(predictedMs)}, so something was going on that it does not know`;
  }
  if (lane === 'short-polling') return 'a message sleeps until the next question, half an interval on average';
  if (lane !== 'long-polling') return 'the server writes at once, and nothing waits but for the way';
  const [first = 0, second = first, third] = prediction?.latenciesMs ?? [];
  if (second === first) return 'a question was waiting there each time, so it is as quick as a stream';
  return third === undefined ? 'every pair pays the gap' : 'every burst pays the gap';
}

/** @param requests made while the bet was on, by transport. */
export function requestsSentence(said: string, requests: ReadonlyMap<string, number>): string {
  const most = Math.max(0, ...requests.values());
  const makers = [...requests].filter(([, count]) => count === most).map(([lane]) => lane);
  const who = listed(makers.map(laneInWords));
  const all = [...requests]
    .filter(([lane]) => !makers.includes(lane))
    .map(([lane, count]) => `${laneInWords(lane)} ${formatCount(count)}`);
  const rest = all.length > 0 ? `; ${listed(all)}` : '';
  return makers.includes(said)
    ? `Most requests: ${who}, as you said, ${formatCount(most)}${rest}.`
    : `Most requests: you said ${laneInWords(said)}, it was ${who}: ${formatCount(most)}${rest}.`;
}

/** @returns who was slowest, and by how much, beside what the bet had. */
export function slowestSentence(truths: readonly LaneTruth[]): string {
  const measured = truths.flatMap(({ lane, measured: one }) => (one === null ? [] : [{ lane, ms: one.meanMs }]));
  const [slowest] = measured.toSorted((a, b) => b.ms - a.ms);
  const [quickest] = measured.toSorted((a, b) => a.ms - b.ms);
  if (slowest === undefined || quickest === undefined) return 'Nothing has come at all.';
  const most = Math.max(...truths.map(({ saidMs }) => saidMs));
  const saidSlowest = truths.filter(({ saidMs }) => saidMs === most);
  const right = saidSlowest.some(({ lane }) => lane === slowest.lane) && saidSlowest.length === 1;
  return `Slowest on average: ${laneInWords(slowest.lane)}${right ? ', as you said' : ''}, ${times(slowest.ms / quickest.ms)} as slow as ${laneInWords(quickest.lane)}.`;
}
