// The model of each transport: how it replays a round, what its bytes are, and its closed forms. One entry each; a new
// transport is predicted as soon as it has one here.
import { EMPTY_ANSWER_BYTES, messageJsonBytes, pageAnswerBytes } from '../../client/answer-bytes.ts';
import {
  longPollingEmptyShare,
  longPollingLatency,
  longPollingPeriodicLatency,
  longPollingPeriodicRequestRate,
  longPollingRequestRate,
  mapLatencies,
  type PredictedLatency,
  pollingByteRate,
  shortPollingEmptyShare,
  shortPollingLatency,
  shortPollingPeriodicEmptyShare,
  shortPollingRequestRate,
  withFanOut,
} from '../../client/closed-forms.ts';
import { formatCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import type { RoundConditions, SilenceConditions, WireConditions } from './conditions.ts';
import { type Replay, type ReplayRound, replayLongPolling, replayShortPolling, replayStream } from './replay.ts';
import { pollingBytes, type Sent, sseBytes, type WireBytes, webSocketBytes } from './wire-bytes.ts';

/** Conditions for the closed forms; the rate is in messages per ms. */
export interface SteadyConditions extends RoundConditions {
  readonly rate: number;
  readonly gapMs: number;
}

/** Rates per ms and client. Null: not predicted. */
export interface ClosedForm {
  readonly latency: PredictedLatency | null;
  readonly requestRate: number;
  readonly byteRate: number | null;
}

/** What the bytes of a round follow from. */
export interface Carried {
  readonly replay: Replay;
  readonly messages: readonly Message[];
  /** Those of the window. */
  readonly measured: readonly Message[];
  readonly clients: number;
  readonly wire: WireConditions;
}

export interface Model {
  readonly pace: Pace;
  replay(round: ReplayRound, conditions: RoundConditions): Replay;
  bytes(carried: Carried): WireBytes | null;
  /** @param measured the messages of the window; at least one. */
  closedForm(conditions: SteadyConditions, measured: readonly Message[]): ClosedForm;
  /** @returns requests per ms and client in a silent room. */
  silentRequestRate(conditions: SilenceConditions): number;
  silentBytes(silence: {
    readonly requests: number;
    readonly heartbeats: number;
    readonly requestBytes: number | null;
  }): WireBytes | null;
}

interface PollingForm {
  readonly latency: PredictedLatency;
  readonly requestRate: number;
  readonly emptyShare: number;
}

/** What short and long polling have in common: their requests and answers. */
function pollingModel(
  parts: Pick<Model, 'pace' | 'replay' | 'silentRequestRate'> & { form(conditions: SteadyConditions): PollingForm },
): Model {
  return {
    ...parts,
    bytes: ({ replay, messages, wire: { epoch, firstSeq, requestBytes } }) =>
      requestBytes === null
        ? null
        : pollingBytes({ messages, exchanges: replay.exchanges, epoch, firstSeq, requestBytes }),
    closedForm: (conditions, measured) => {
      const { latency, requestRate, emptyShare } = parts.form(conditions);
      const { rate, wire } = conditions;
      const polls = { rate, requestRate, emptyShare };
      return { latency, requestRate, byteRate: wire === null ? null : pollByteRate(polls, wire, measured) };
    },
    silentBytes: ({ requests, requestBytes }) =>
      // In a room without messages the cursor's seq is 0.
      requestBytes === null
        ? null
        : { bytesIn: requests * (requestBytes + 1), bytesOut: requests * EMPTY_ANSWER_BYTES },
  };
}

function pollByteRate(
  polls: Parameters<typeof pollingByteRate>[0],
  { epoch, requestBytes }: WireConditions,
  measured: readonly Message[],
): number | null {
  // One in the middle stands for all: they differ by the digits of their numbers.
  const typical = measured[Math.floor(measured.length / 2)];
  if (requestBytes === null || typical === undefined) return null;
  const message = measured.reduce((sum, one) => sum + messageJsonBytes(one), 0) / measured.length;
  const answer = pageAnswerBytes([typical], formatCursor(epoch, typical.seq), false);
  return pollingByteRate(polls, {
    request: requestBytes + String(typical.seq).length,
    emptyAnswer: EMPTY_ANSWER_BYTES,
    answerWithoutMessages: answer - messageJsonBytes(typical),
    message,
  });
}

const shortPolling = pollingModel({
  pace: 'clock',
  replay: (round, { pollIntervalMs, phasesMs, roundTripMs }) =>
    replayShortPolling(round, { pollIntervalMs, phasesMs: phasesMs.map((phase) => phase + roundTripMs / 2) }),
  form: ({ pollIntervalMs: pollInterval, oneWayDelayMs: oneWayDelay, rate, arrivals }) => ({
    latency: shortPollingLatency({ pollInterval, oneWayDelay }),
    requestRate: shortPollingRequestRate({ pollInterval }),
    emptyShare:
      arrivals === 'poisson'
        ? shortPollingEmptyShare({ pollInterval, rate })
        : shortPollingPeriodicEmptyShare({ pollInterval, period: 1 / rate }),
  }),
  silentRequestRate: ({ pollIntervalMs: pollInterval }) => shortPollingRequestRate({ pollInterval }),
});

const longPolling = pollingModel({
  pace: 'held',
  replay: (round, { holdMs }) => {
    // All come back at once, and a server that still answers the others takes no request: half of its time goes into
    // the answers.
    const gapMs = Math.max(round.gapMs, round.fanOutMs / 2);
    return replayLongPolling({ ...round, gapMs }, { holdMs });
  },
  form: ({ holdMs: hold, gapMs: gap, oneWayDelayMs: oneWayDelay, fanOutMs, rate, arrivals }) =>
    arrivals === 'poisson'
      ? {
          latency: withFanOut(longPollingLatency({ rate, gap, hold, oneWayDelay }), fanOutMs),
          requestRate: longPollingRequestRate({ rate, gap, hold }),
          emptyShare: longPollingEmptyShare({ rate, gap, hold }),
        }
      : {
          latency: withFanOut(longPollingPeriodicLatency({ period: 1 / rate, gap, oneWayDelay }), fanOutMs),
          requestRate: longPollingPeriodicRequestRate({ period: 1 / rate, gap }),
          emptyShare: 0,
        },
  silentRequestRate: ({ holdMs: hold, roundTripMs: gap }) => longPollingRequestRate({ rate: 0, gap, hold }),
});

function streamModel(bytesOf: (sent: Sent) => WireBytes): Model {
  return {
    pace: 'stream',
    replay: (round, { streamDelayMs }) =>
      streamDelayMs === undefined
        ? { latency: null, exchanges: [] }
        : replayStream({ ...round, oneWayDelayMs: streamDelayMs }),
    bytes: ({ measured, clients, wire: { epoch, heartbeats = 0 } }) =>
      bytesOf({ messages: measured, clients, epoch, heartbeats }),
    closedForm: ({ streamDelayMs: delay, fanOutMs, clients, schedule, wire }, measured) => ({
      latency:
        delay === undefined
          ? null
          : withFanOut(
              mapLatencies(() => delay),
              fanOutMs,
            ),
      requestRate: 0,
      byteRate: wire === null ? null : byteRate(bytesOf, { measured, clients, wire }, schedule.toMs - schedule.fromMs),
    }),
    silentRequestRate: () => 0,
    silentBytes: ({ heartbeats }) => bytesOf({ messages: [], clients: 0, epoch: '', heartbeats }),
  };
}

function byteRate(
  bytesOf: (sent: Sent) => WireBytes,
  { measured, clients, wire }: Pick<Carried, 'measured' | 'clients' | 'wire'>,
  windowMs: number,
): number {
  const { bytesIn, bytesOut } = bytesOf({
    messages: measured,
    clients,
    epoch: wire.epoch,
    heartbeats: wire.heartbeats ?? 0,
  });
  return (bytesIn + bytesOut) / (clients * windowMs);
}

export const MODELS: ReadonlyMap<string, Model> = new Map([
  ['short-polling', shortPolling],
  ['long-polling', longPolling],
  ['sse', streamModel(sseBytes)],
  ['websocket', streamModel(webSocketBytes)],
]);
