// Each lane beside its formula, from when the settings were last changed: what is counted so far was counted under them.
import { wallClockMs } from '../frame-messages.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { LaneRecord, RaceRecord } from '../record.ts';
import { type Measured, measure } from './measured.ts';
import {
  burstMs,
  conditionsOf,
  outsideTheForms,
  type Prediction,
  predict,
  type RaceConditions,
  undisturbedSince,
} from './predictions.ts';

/** After a change, so much is left to what was under way, in ms. */
const SETTLING_MS = 2000;

export interface Comparison {
  readonly lane: LaneRecord;
  readonly measured: Measured | null;
  readonly prediction: Prediction | undefined;
  /** Null where the formulas do not hold, or can tell no mean. */
  readonly predictedMs: number | null;
  /** What the formula expects by now, counted on from what there was when it began to hold; null where it does not. */
  readonly expectedRequests: number | null;
  readonly expectedBytes: number | null;
}

export interface RaceComparison {
  readonly lanes: readonly Comparison[];
  readonly conditions: RaceConditions;
  /** Why the formulas do not hold, for people; null where they do. */
  readonly outside: string | null;
  /** Whether the server tells its side. */
  readonly traced: boolean;
}

interface Baseline {
  readonly record: RaceRecord;
  readonly settings: RaceSettings;
  readonly since: number;
}

/** What had been counted when the formulas began to hold. */
interface Counted {
  readonly at: number;
  readonly since: number;
  readonly lanes: ReadonlyMap<string, { readonly requests: number; readonly bytes: number }>;
}

/** @returns what compares, to be called again and again: it remembers when the settings changed. */
export function createComparison(now = wallClockMs): (record: RaceRecord, settings: RaceSettings) => RaceComparison {
  let baseline: Baseline | null = null;
  let counted: Counted | null = null;

  return (record, settings) => {
    const at = now();
    if (baseline === null || baseline.record !== record || !same(baseline.settings, settings)) {
      baseline = { record, settings, since: at + SETTLING_MS };
    }
    const since = undisturbedSince(record, baseline.since);
    const outside =
      outsideTheForms(settings, record) ?? (othersTalk(record, since) ? 'somebody else talks, too' : null);
    if (at < since || outside !== null) counted = null;
    else if (counted?.since !== since) counted = { at, since, lanes: countersOf(record) };
    const conditions = conditionsOf(record, settings, since);
    // A trouble that lasts is part of the race: what arrives in spite of it is shown, though no formula knows it.
    const measuredSince = Number.isFinite(since) ? since : baseline.since;
    const predictions = predict(record, settings, conditions);
    const elapsedSeconds = counted === null ? 0 : (at - counted.at) / 1000;
    const lanes = [...record.lanes.values()].map((lane) => {
      const prediction = predictions.get(lane.name);
      const begun = counted?.lanes.get(lane.name);
      const expected = (from: number | undefined, rate: number | null | undefined) =>
        from === undefined || rate === null || rate === undefined ? null : from + rate * elapsedSeconds;
      return {
        lane,
        measured: measure(lane.deliveries, measuredSince, burstMs(settings)),
        prediction,
        predictedMs: outside !== null || prediction?.phases != null ? null : (prediction?.meanMs ?? null),
        expectedRequests: expected(begun?.requests, prediction?.requestsPerSecond),
        expectedBytes: record.traced ? expected(begun?.bytes, prediction?.bytesPerSecond) : null,
      };
    });
    return { lanes, conditions, outside, traced: record.traced };
  };
}

function countersOf({ lanes }: RaceRecord): Counted['lanes'] {
  return new Map(
    [...lanes.values()].map(({ name, requests, bytesUp, bytesDown }) => [
      name,
      { requests, bytes: bytesUp + bytesDown },
    ]),
  );
}

/** The bot alone keeps to a beat. */
function othersTalk({ stored }: RaceRecord, since: number): boolean {
  return stored.some(({ message, at }) => at >= since && message.from !== 'bot');
}

function same(one: RaceSettings, other: RaceSettings): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
