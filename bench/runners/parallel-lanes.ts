// From the rounds of several cases at once to one lane per transport and case. Pure.
import type { Transport } from '../../client/transports/transport.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import type { ParallelCase, ParallelWorkload } from '../scenarios/scenario.ts';
import { compareTransports } from './comparisons.ts';
import type { PlayedRound } from './measure.ts';
import { measuredLane } from './measured-lane.ts';
import { type PlayedLane, streamDelayMs, withPredictions } from './predicted-lanes.ts';

export interface ParallelRound extends PlayedRound {
  readonly transport: string;
  readonly case: ParallelCase;
}

export function parallelResult(
  transports: readonly Pick<Transport, 'name' | 'pace'>[],
  workload: ParallelWorkload,
  rounds: readonly ParallelRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const cases = workload.cases.map(({ name, addedRoundTripMs }) => ({
    addedRoundTripMs,
    played: transports.map(({ name: transport, pace }): PlayedLane => {
      const own = rounds.filter((round) => round.transport === transport && round.case.name === name);
      const lane = { ...measuredLane({ transport, case: name }, own, false), addedRoundTripMs };
      return { lane, pace, rounds: own };
    }),
  }));
  const nearest = cases.find(({ addedRoundTripMs }) => addedRoundTripMs === 0);
  const lanes = cases.flatMap(({ addedRoundTripMs, played }) =>
    withPredictions(played, {
      workload,
      // Farther away, a stream should take half of the added round trip longer than near by.
      ...(nearest === undefined || addedRoundTripMs === 0
        ? {}
        : { streamDelaysMs: delaysOf(nearest.played).map((ms) => ms + addedRoundTripMs / 2) }),
    }),
  );
  return { lanes, ...compareTransports(lanes) };
}

/** @returns of each round, what the streams' messages took. */
function delaysOf(played: readonly PlayedLane[]): number[] {
  const streams = played.filter(({ pace }) => pace === 'stream');
  return (streams[0]?.rounds ?? []).map((round, index) => streamDelayMs(streams, index, round.roundTripMs ?? 0));
}
