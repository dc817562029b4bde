// The model's predictions beside what was measured, and a warning where they part. Pure.

import { defined } from '../../server/protocol/defined.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import type { Lane } from '../run/run-file.ts';
import type { PacedWorkload } from '../scenarios/scenario.ts';
import type { RoundConditions, WireConditions } from '../stats/conditions.ts';
import { deviationWarning, type Tolerance } from '../stats/deviation.ts';
import { combinePredictions, oneWayDelayFrom, predictRound } from '../stats/models.ts';
import { fanOutMs, latencyDeviation } from '../stats/prediction-check.ts';
import { heartbeatsWithin, pollRequestBytes } from '../stats/wire-bytes.ts';
import type { PlayedRound } from './measure.ts';

/** A lane, and the rounds that it was made from. */
export interface PlayedLane {
  readonly lane: Lane;
  readonly pace: Pace;
  readonly rounds: readonly PlayedRound[];
}

export interface PredictionOptions {
  readonly workload: Pick<PacedWorkload, 'arrivals' | 'pollIntervalMs' | 'waitSeconds'>;
  /** What a stream's delay should be, round by round, where that is known from elsewhere. */
  readonly streamDelaysMs?: readonly number[];
}

/** The lab's own, where nobody changes it. */
const HEARTBEAT_MS = 15_000;
const REQUEST_TOLERANCE: Tolerance = { share: 0.03, atLeast: 0.01 };
const BYTE_TOLERANCES = {
  /** Two messages in one turn of the server's event loop save a few bytes. */
  streams: { share: 0.001, atLeast: 0 },
  polls: { share: 0.03, atLeast: 1 },
} as const;

/** @param played lanes of one case: what the streams among them measured is what the polling ones are predicted from. */
export function withPredictions(played: readonly PlayedLane[], options: PredictionOptions): Lane[] {
  const streams = played.filter(({ pace, lane }) => pace === 'stream' && lane.transport !== undefined);
  return played.map((one) => withPrediction(one, streams, options));
}

/** @returns ms from publishing to receipt where nothing waits, as the streams measured it in that round. */
export function streamDelayMs(streams: readonly PlayedLane[], round: number, roundTripMs: number): number {
  return oneWayDelayFrom(
    streams.flatMap(({ lane, rounds }) => {
      const meanUs = rounds[round]?.latency?.mean;
      return meanUs === undefined ? [] : [{ meanUs, fanOutMs: fanOutMs(lane) }];
    }),
    roundTripMs,
  );
}

function withPrediction(
  { lane, pace, rounds }: PlayedLane,
  streams: readonly PlayedLane[],
  options: PredictionOptions,
): Lane {
  const { transport } = lane;
  if (transport === undefined) return lane;
  const predictions = rounds.flatMap((round, index) => {
    const streamDelay = options.streamDelaysMs?.[index];
    const conditions: RoundConditions = {
      schedule: round.schedule,
      arrivals: options.workload.arrivals,
      stored: round.stored,
      untilQuiet: pace !== 'clock',
      clients: round.clients,
      phasesMs: round.phasesMs,
      pollIntervalMs: options.workload.pollIntervalMs,
      holdMs: options.workload.waitSeconds * 1000,
      roundTripMs: round.roundTripMs ?? 0,
      oneWayDelayMs: streamDelayMs(streams, index, round.roundTripMs ?? 0),
      ...defined({ streamDelayMs: streamDelay }),
      fanOutMs: fanOutMs(lane),
      wire: wireOf(transport, pace, round, options),
    };
    return predictRound(transport, conditions) ?? [];
  });
  const predicted = combinePredictions(predictions);
  if (predicted === undefined) return lane;
  // What the bench itself spoiled needs no other reason to be looked for.
  const warnings = lane.spoiled === true ? [] : deviations({ ...lane, predicted }, pace === 'stream');
  return { ...lane, predicted, warnings: [...lane.warnings, ...warnings] };
}

function wireOf(
  transport: string,
  pace: Pace,
  round: PlayedRound,
  { workload }: PredictionOptions,
): WireConditions | null {
  const epoch = round.before.stats?.room.epoch;
  const first = round.stored.find((message) => message !== null);
  if (epoch === undefined || first === undefined || first === null) return null;
  const requests = round.clientIds.map((clientId) =>
    pollRequestBytes(
      {
        transport,
        host: round.host,
        clientId,
        ...(pace === 'clock' ? {} : { waitSeconds: workload.waitSeconds }),
      },
      epoch,
    ),
  );
  const [fromMs, toMs] = [round.before.at - round.startAt, round.after.at - round.startAt];
  return {
    epoch,
    firstSeq: first.seq - 1,
    requestBytes: requests.length === 0 ? null : requests.reduce((sum, bytes) => sum + bytes, 0) / requests.length,
    heartbeats: round.clients * heartbeatsWithin(round.openedMs, HEARTBEAT_MS, fromMs, toMs),
  };
}

function deviations(lane: Lane, isStream: boolean): string[] {
  const { predicted, requestsPerDelivery, bytesPerDelivery } = lane;
  const check = (what: string, measured: number | undefined, expected: number | undefined, tolerance: Tolerance) =>
    measured === undefined || expected === undefined ? null : deviationWarning(what, measured, expected, tolerance);
  return [
    latencyDeviation(lane),
    check(
      'The number of requests per delivery',
      requestsPerDelivery?.value,
      predicted?.requestsPerDelivery,
      REQUEST_TOLERANCE,
    ),
    check(
      'The number of bytes per delivery',
      bytesPerDelivery?.value,
      predicted?.bytesPerDelivery,
      isStream ? BYTE_TOLERANCES.streams : BYTE_TOLERANCES.polls,
    ),
  ].filter((warning) => warning !== null);
}
