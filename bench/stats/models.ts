// What the model says of a round, of a silence and of a lane: a replay of the round's own schedule, and beside it the
// closed form at the achieved rate. A transport without a model gets no prediction.
import { messageJsonBytes } from '../../client/answer-bytes.ts';
import { mapLatencies } from '../../client/closed-forms.ts';
import { LIMIT, PAGE_BYTES } from '../../server/protocol/limits.ts';
import type { Message } from '../../server/protocol/messages.ts';
import type { Lane, Predicted } from '../run/run-file.ts';
import type { RoundConditions, SilenceConditions } from './conditions.ts';
import type { LatencySummary } from './latency.ts';
import { overRounds, tidy } from './over-rounds.ts';
import { deliveriesOf, type ReplayRound, requestsOf } from './replay.ts';
import { MODELS } from './transport-models.ts';
import type { WireBytes } from './wire-bytes.ts';

/** What one round is to give. Requests, deliveries and bytes are those that the server counts, of all clients. */
export interface RoundPrediction {
  /** Of the measured messages. */
  readonly latencyUs: LatencySummary | null;
  readonly requests: number;
  readonly deliveries: number;
  readonly bytes: WireBytes | null;
  readonly closedForm: ClosedFormPrediction | null;
}

export interface ClosedFormPrediction {
  readonly latencyUs: LatencySummary | null;
  readonly requests: number;
  readonly deliveries: number;
  /** In both directions. */
  readonly bytes: number | null;
}

/** @returns null for a transport that has no model. */
export function predictRound(transport: string, conditions: RoundConditions): RoundPrediction | null {
  const model = MODELS.get(transport);
  if (model === undefined) return null;
  const { schedule, clients, wire } = conditions;
  const { fromMs, toMs } = schedule;
  const kept = schedule.offsetsMs.flatMap((offset, index) => {
    const message = conditions.stored[index];
    return message === null || message === undefined ? [] : [{ offset, message }];
  });
  const messages = kept.map(({ message }) => message);
  const measured = kept.filter(({ offset }) => offset >= fromMs && offset < toMs).map(({ message }) => message);
  const round: ReplayRound = {
    offsetsMs: kept.map(({ offset }) => offset),
    fromMs,
    toMs,
    countedToMs: conditions.untilQuiet ? Number.POSITIVE_INFINITY : toMs,
    clients,
    publishDelayMs: 0,
    oneWayDelayMs: conditions.oneWayDelayMs,
    gapMs: conditions.roundTripMs + (conditions.turnaroundMs ?? 0),
    fanOutMs: conditions.fanOutMs,
    pageMessages: pageMessages(messages),
  };
  const replay = model.replay(round, conditions);
  const deliveries = measured.length * clients;
  return {
    latencyUs: replay.latency,
    requests: requestsOf(replay),
    deliveries: model.pace === 'stream' ? deliveries : deliveriesOf(replay),
    bytes: wire === null ? null : model.bytes({ replay, messages, measured, clients, wire }),
    closedForm: closedForm(transport, conditions, round, measured),
  };
}

/** A page ends at its count or at its bytes, whichever comes first. */
function pageMessages(messages: readonly Message[]): number {
  const largest = messages.reduce((most, message) => Math.max(most, messageJsonBytes(message)), 1);
  return Math.max(1, Math.min(LIMIT.default, Math.floor(PAGE_BYTES / largest)));
}

/** @returns null where there is none: without messages, or with several at one instant. */
function closedForm(
  transport: string,
  conditions: RoundConditions,
  round: ReplayRound,
  measured: readonly Message[],
): ClosedFormPrediction | null {
  const model = MODELS.get(transport);
  const windowMs = round.toMs - round.fromMs;
  if (model === undefined || measured.length === 0 || conditions.schedule.inGroups) return null;
  const { latency, requestRate, byteRate } = model.closedForm(
    { ...conditions, gapMs: round.gapMs, rate: measured.length / windowMs },
    measured,
  );
  return {
    latencyUs: latency === null ? null : mapLatencies((name) => latency[name] * 1000),
    requests: requestRate * windowMs * round.clients,
    deliveries: measured.length * round.clients,
    bytes: byteRate === null ? null : byteRate * windowMs * round.clients,
  };
}

/**
 * @param streams what was measured of streams in the same round: on them nothing waits, so that their latency is the
 *   delay itself, and half of the fan-out. @param roundTripMs tells it where no stream was measured.
 * @returns ms from publishing to receipt where nothing waits and nobody else is served.
 */
export function oneWayDelayFrom(
  streams: readonly { readonly meanUs: number; readonly fanOutMs: number }[],
  roundTripMs: number,
): number {
  if (streams.length === 0) return roundTripMs / 2 + PUBLISHING_MS;
  return Math.min(...streams.map(({ meanUs, fanOutMs }) => Math.max(0, meanUs / 1000 - fanOutMs / 2)));
}

/** About what it takes to send a POST over loopback, to parse and to store it. */
const PUBLISHING_MS = 0.3;

const MS_PER_HOUR = 3_600_000;

/** @returns what clients cost in a room in which nobody says anything; null for a transport that has no model. */
export function predictSilence(transport: string, conditions: SilenceConditions): Predicted | null {
  const model = MODELS.get(transport);
  if (model === undefined) return null;
  const { clients, elapsedMs, heartbeatMs, requestBytes } = conditions;
  const requests = model.silentRequestRate(conditions) * elapsedMs * clients;
  const bytes = model.silentBytes({ requests, heartbeats: (elapsedMs / heartbeatMs) * clients, requestBytes });
  const perClientHour = (amount: number) => tidy((amount / (clients * elapsedMs)) * MS_PER_HOUR);
  return {
    requests: tidy(requests),
    requestsPerClientHour: perClientHour(requests),
    ...(bytes === null
      ? {}
      : {
          bytesIn: tidy(bytes.bytesIn),
          bytesOut: tidy(bytes.bytesOut),
          bytesPerClientHour: perClientHour(bytes.bytesIn + bytes.bytesOut),
        }),
  };
}

/**
 * The predictions of a lane's rounds, combined as its measured figures are: latencies and ratios over rounds, counts in
 * all. @returns undefined where there is no round.
 */
export function combinePredictions(rounds: readonly RoundPrediction[]): Lane['predicted'] {
  if (rounds.length === 0) return undefined;
  const closedForms = rounds.flatMap((round) => round.closedForm ?? []);
  const bytes = rounds.flatMap((round) => round.bytes ?? []);
  const inBoth = bytes.map(({ bytesIn, bytesOut }) => bytesIn + bytesOut);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    ...combined(rounds, inBoth),
    ...(bytes.length < rounds.length
      ? {}
      : {
          bytesIn: Math.round(total(bytes.map(({ bytesIn }) => bytesIn))),
          bytesOut: Math.round(total(bytes.map(({ bytesOut }) => bytesOut))),
        }),
    ...(closedForms.length < rounds.length
      ? {}
      : {
          closedForm: combined(
            closedForms,
            closedForms.flatMap((one) => one.bytes ?? []),
          ),
        }),
  };
}

type Countable = Pick<RoundPrediction, 'latencyUs' | 'requests' | 'deliveries'>;

/** @param bytes in both directions, of each round; too few: they are left out. */
function combined(rounds: readonly Countable[], bytes: readonly number[]): Predicted {
  const latencies = rounds.flatMap(({ latencyUs }) => latencyUs ?? []);
  const perDelivery = (values: readonly number[]) =>
    overRounds(values.map((value, round) => value / Math.max(1, rounds[round]?.deliveries ?? 1))).value;
  return {
    ...(latencies.length === 0
      ? {}
      : { latencyUs: mapLatencies((name) => overRounds(latencies.map((latency) => latency[name])).value) }),
    requests: Math.round(rounds.reduce((sum, { requests }) => sum + requests, 0)),
    requestsPerDelivery: perDelivery(rounds.map(({ requests }) => requests)),
    ...(bytes.length < rounds.length ? {} : { bytesPerDelivery: perDelivery(bytes) }),
  };
}
