// What the closed forms say of this race: with its own bursts, round trip, interval and hold, and its own weights.

import type { Pace } from '../../../../server/protocol/pace.ts';
import { type BurstForm, longPollingBursts, phasesOf, shortPollingBursts, streamBursts } from '../../../burst-forms.ts';
import {
  longPollingRequestRate,
  pollingByteRate,
  SSE_HEARTBEAT_BYTES,
  shortPollingRequestRate,
  sseDeliveryBytes,
  streamByteRate,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
} from '../../../closed-forms.ts';
import { transports } from '../../../transports/index.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { RaceRecord } from '../record.ts';
import { measure } from './measured.ts';
import { cursorBytes, messageBytes, pollBytes } from './poll-bytes.ts';

/** What the forms are given, in ms. */
export interface RaceConditions {
  /** From the server to the client. */
  readonly oneWayMs: number;
  /** From the server's answer to the arrival of the next request: there and back, by the race's own requests. */
  readonly gapMs: number;
  /** What of `oneWayMs` is no part of the round trip, but this machine's own work. */
  readonly ownWorkMs: number;
}

export interface Prediction {
  /** Mean latency of each message of a burst; empty where nobody talks. */
  readonly latenciesMs: readonly number[];
  /** Null where nobody talks. */
  readonly meanMs: number | null;
  /** At so many different moments between two polls the bursts come, so that no mean can be told; null: at any. */
  readonly phases: number | null;
  readonly requestsPerSecond: number;
  /** Null until enough has been seen to know what things weigh. */
  readonly bytesPerSecond: number | null;
}

const lanesOf = (pace: Pace) => transports.filter((transport) => transport.pace === pace).map(({ name }) => name);
const STREAMS = lanesOf('stream');
const CLOCKED = lanesOf('clock');
const HELD = lanesOf('held');

export function burstMs({ messages, gapMs }: RaceSettings): number {
  return Math.max(0, messages - 1) * gapMs;
}

/** On a stream nothing waits: the quicker one tells how long a message is on its way. */
export function conditionsOf(record: RaceRecord, settings: RaceSettings, since: number): RaceConditions {
  const halfMs = settings.roundTripMs / 2;
  const streams = STREAMS.flatMap((name) => {
    const measured = measure(record.lanes.get(name)?.deliveries ?? [], since, burstMs(settings));
    return measured === null ? [] : [measured.meanMs];
  });
  const oneWayMs = streams.length === 0 ? halfMs : Math.max(halfMs, Math.min(...streams));
  return { oneWayMs, gapMs: gapOf(record, since) ?? 2 * oneWayMs, ownWorkMs: oneWayMs - halfMs };
}

/** @returns the mean time in which a held poll was answered and the next one not there yet; null where none was seen. */
function gapOf({ marks }: RaceRecord, since: number): number | null {
  const gaps: number[] = [];
  const answeredAt = new Map<string, number | null>();
  for (const mark of marks) {
    if (mark.kind !== 'exchange' || mark.purpose !== 'poll' || !HELD.includes(mark.lane)) continue;
    const before = answeredAt.get(mark.lane) ?? null;
    if (before !== null && mark.reachedAt !== null) gaps.push(mark.reachedAt - before);
    answeredAt.set(
      mark.lane,
      mark.failed || mark.answeredAt === null || mark.answeredAt < since ? null : mark.answeredAt,
    );
  }
  return gaps.length === 0 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

interface Model {
  burst(settings: RaceSettings, conditions: RaceConditions): BurstForm;
  /** Requests per ms in a silent room. */
  silence(settings: RaceSettings, conditions: RaceConditions): number;
  /** Bytes per ms in both directions, by the rates per ms. */
  bytes(record: RaceRecord, settings: RaceSettings, form: Rates): number | null;
}

interface Rates {
  readonly rate: number;
  readonly requestRate: number;
  readonly emptyShare: number;
}

function burstsOf({ messages, gapMs, everyMs }: RaceSettings) {
  return { messages, spacing: gapMs, period: everyMs };
}

function pollingBytes(lane: string): Model['bytes'] {
  return (record, _settings, rates) => {
    const bytes = pollBytes(record, lane);
    return bytes === null ? null : pollingByteRate(rates, bytes);
  };
}

const MODELS: ReadonlyMap<string, Model> = new Map<string, Model>([
  [
    'short-polling',
    {
      burst: (settings, { oneWayMs: oneWayDelay }) =>
        shortPollingBursts(burstsOf(settings), { pollInterval: settings.pollIntervalMs, oneWayDelay }),
      silence: ({ pollIntervalMs: pollInterval }) => shortPollingRequestRate({ pollInterval }),
      bytes: pollingBytes('short-polling'),
    },
  ],
  [
    'long-polling',
    {
      burst: (settings, { oneWayMs: oneWayDelay, gapMs: gap }) =>
        longPollingBursts(burstsOf(settings), { hold: settings.waitSeconds * 1000, gap, oneWayDelay }),
      silence: ({ waitSeconds }, { gapMs: gap }) => longPollingRequestRate({ rate: 0, gap, hold: waitSeconds * 1000 }),
      bytes: pollingBytes('long-polling'),
    },
  ],
  [
    'sse',
    {
      burst: (settings, { oneWayMs: oneWayDelay }) => streamBursts(burstsOf(settings), { oneWayDelay }),
      silence: () => 0,
      bytes(record, settings, { rate }) {
        const [message, cursor] = [messageBytes(record), cursorBytes(record)];
        const known = message !== null && cursor !== null;
        if (!known && rate > 0) return null;
        const deliveryBytes = known ? sseDeliveryBytes(Math.round(message), cursor) : 0;
        return streamBytes(rate, deliveryBytes, SSE_HEARTBEAT_BYTES, settings);
      },
    },
  ],
  [
    'websocket',
    {
      burst: (settings, { oneWayMs: oneWayDelay }) => streamBursts(burstsOf(settings), { oneWayDelay }),
      silence: () => 0,
      bytes(record, settings, { rate }) {
        const message = messageBytes(record);
        if (message === null && rate > 0) return null;
        const deliveryBytes = message === null ? 0 : webSocketDeliveryBytes(Math.round(message));
        const heartbeat = WEBSOCKET_HEARTBEAT_BYTES.out + WEBSOCKET_HEARTBEAT_BYTES.in;
        return streamBytes(rate, deliveryBytes, heartbeat, settings);
      },
    },
  ],
]);

function streamBytes(rate: number, deliveryBytes: number, heartbeatBytes: number, settings: RaceSettings): number {
  return streamByteRate({ rate, deliveryBytes, heartbeatBytes, heartbeat: settings.heartbeatSeconds * 1000 });
}

/** @returns a prediction for each lane that has a model. */
export function predict(
  record: RaceRecord,
  settings: RaceSettings,
  conditions: RaceConditions,
): ReadonlyMap<string, Prediction> {
  const talks = settings.messages > 0;
  const predictions = new Map<string, Prediction>();
  for (const [name, model] of MODELS) {
    if (!record.lanes.has(name)) continue;
    const form: BurstForm = talks
      ? model.burst(settings, conditions)
      : { latencies: [], mean: Number.NaN, requestRate: model.silence(settings, conditions), emptyShare: 1 };
    const rate = talks ? settings.messages / settings.everyMs : 0;
    const bytes = model.bytes(record, settings, { rate, ...form });
    predictions.set(name, {
      latenciesMs: form.latencies,
      meanMs: talks ? form.mean : null,
      phases: talks && CLOCKED.includes(name) ? phasesOf(settings.everyMs, settings.pollIntervalMs) : null,
      requestsPerSecond: form.requestRate * 1000,
      bytesPerSecond: bytes === null ? null : bytes * 1000,
    });
  }
  return predictions;
}

/** @returns why this race is none that the forms know, for people; null where it is one. */
export function outsideTheForms(settings: RaceSettings, { traced }: RaceRecord): string | null {
  if (!traced) return 'the network is your own, and nobody keeps to a beat';
  if (settings.silence) return 'packets vanish';
  if (settings.refuse) return 'the network is off';
  if (settings.holdAnswers) return 'a proxy holds answers back';
  if (settings.idleCutMs !== null) return 'a proxy cuts what is quiet';
  if (settings.otherTabs) return 'six other tabs are open';
  return null;
}

/** @returns since when the race has run undisturbed, ms since 1970: after the network's last trouble, or from the first. */
export function undisturbedSince({ bands }: RaceRecord, from: number): number {
  return bands.reduce((latest, { to }) => Math.max(latest, to ?? Number.POSITIVE_INFINITY), from);
}
