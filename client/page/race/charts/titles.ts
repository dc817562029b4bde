// The titles of the charts: sentences made of what was measured, so that each says what its chart proves.
import { formatBytes, formatCount, formatLatency } from '../../format.ts';
import { asSentence, laneInWords, listed } from '../words/lane-names.ts';
import { type Measured, parts } from './measured.ts';

/** Two means are one word where they differ by no more than this, as a share or in ms. */
const ALIKE = { share: 0.1, ms: 5 };

export interface Amount {
  readonly lane: string;
  readonly value: number;
}

/** Groups of those that are alike, the quickest first; within a group in the given order, so that names don't jump. */
function groups(means: readonly Amount[]): { lanes: string[]; value: number }[] {
  const found: { lanes: string[]; value: number }[] = [];
  for (const { lane, value } of means.toSorted((a, b) => a.value - b.value)) {
    const last = found.at(-1);
    if (last !== undefined && value - last.value <= Math.max(ALIKE.share * last.value, ALIKE.ms)) last.lanes.push(lane);
    else found.push({ lanes: [lane], value });
  }
  const order = means.map(({ lane }) => lane);
  for (const { lanes } of found) lanes.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return found;
}

/** @returns `1.7 times`, `12 times`. */
export function times(ratio: number): string {
  return `${ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio)} times`;
}

/**
 * @param means in ms. @param without the lanes to which nothing has come that counts.
 * @param hasArrived whether anything has come at all.
 */
export function latencyTitle(means: readonly Amount[], without: readonly string[], hasArrived: boolean): string {
  const [least, ...others] = groups(means);
  if (least === undefined) {
    return `How long a message takes: ${hasArrived ? 'counted from when the race has settled.' : 'none has arrived yet.'}`;
  }
  const begin = `${asSentence(listed(least.lanes.map(laneInWords)))}: ${formatLatency(least.value)} on average.`;
  const rest = others.map(
    ({ lanes, value }) =>
      `${asSentence(listed(lanes.map(laneInWords)))}: ${formatLatency(value)}, ${times(value / least.value)} that.`,
  );
  const nothing = without.length === 0 ? [] : [`${asSentence(listed(without.map(laneInWords)))}: nothing yet.`];
  return [begin, ...rest, ...nothing].join(' ');
}

export interface Asked extends Amount {
  /** Of them, those that were answered with nothing. */
  readonly empty: number;
}

export function requestsTitle(asked: readonly Asked[]): string {
  const sorted = asked.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  if (sorted.length === 0) return 'Nobody has asked for anything yet.';
  const often = (count: number) => (count === 1 ? 'once' : `${formatCount(count)} times`);
  const once = sorted.filter(({ value }) => value === 1);
  const words = sorted
    .filter(({ value }) => value > 1)
    .map(
      ({ lane, value, empty }) =>
        `${laneInWords(lane)} has asked ${often(value)}${empty > 0 ? `, ${often(empty)} for nothing` : ''}`,
    );
  if (once.length > 0) {
    const who = listed(once.map(({ lane }) => laneInWords(lane)));
    words.push(once.length > 1 ? `${who} once each` : `${who} once`);
  }
  return `${asSentence(words.join('; '))}.`;
}

export function bytesTitle(moved: readonly Amount[]): string {
  const sorted = moved.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (most === undefined || least === undefined) return 'No byte has moved yet.';
  const begin = `${asSentence(laneInWords(most.lane))} has moved ${formatBytes(most.value)}`;
  if (most === least) return `${begin}.`;
  return `${begin}, ${times(most.value / least.value)} as much as ${laneInWords(least.lane)} (${formatBytes(least.value)}).`;
}

/** One lane beside its formula. */
export interface Compared {
  readonly lane: string;
  readonly measured: Measured;
  readonly predictedMs: number;
}

/** @returns what is to be said of formulas and measurements; null where nothing can be yet. */
export function verdict(compared: readonly Compared[]): string | null {
  const known = compared.flatMap((one) => {
    const apart = parts(one.measured, one.predictedMs);
    return apart === null ? [] : [{ ...one, apart }];
  });
  if (known.length === 0) return null;
  const apart = known.filter((one) => one.apart);
  if (apart.length === 0) {
    const events = Math.min(...known.map(({ measured }) => measured.events));
    return `Formula and measurement agree for ${listed(known.map(({ lane }) => laneInWords(lane)))}, as far as ${events} independent arrivals can tell.`;
  }
  const sentences = apart.map(({ lane, measured, predictedMs }) => {
    const [low = 0, high = 0] = measured.interval ?? [];
    return (
      `${asSentence(laneInWords(lane))}: ${formatLatency(measured.meanMs)}, where the formula says ` +
      `${formatLatency(predictedMs)}. They part by more than chance: at 99.9 %, ${measured.events} independent arrivals ` +
      `put the mean between ${formatLatency(low)} and ${formatLatency(high)}.`
    );
  });
  return `${sentences.join(' ')} Something is going on that the formula does not know: a busy machine, for one.`;
}
