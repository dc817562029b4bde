// From the rounds of first messages to one lane per transport and distance. Pure.
import { type LatencyName, mapLatencies } from '../../client/closed-forms.ts';
import type { Transport } from '../../client/transports/transport.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { compareTransports } from './comparisons.ts';
import { type Costs, sumOf } from './context.ts';
import type { Distance } from './distances.ts';
import { type TimedRound, timedFigures } from './timed-figures.ts';

/** What one round of one transport at one distance gave. */
export interface FirstMessageRound extends TimedRound {
  readonly transport: string;
  readonly distance: Distance;
  readonly roundTripMs: number;
  readonly openings: number;
  /** Openings that brought the message. */
  readonly answered: number;
  /** Of all openings. */
  readonly costs: Pick<Costs, 'requests' | 'bytesIn' | 'bytesOut'>;
}

export function firstMessageResult(
  transports: readonly Pick<Transport, 'name'>[],
  distances: readonly Distance[],
  rounds: readonly FirstMessageRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = distances.flatMap((distance) =>
    transports.map(({ name }) => {
      const own = rounds.filter((round) => round.transport === name && round.distance === distance);
      return firstMessageLane(name, distance, own);
    }),
  );
  return { lanes, ...compareTransports(lanes) };
}

function firstMessageLane(transport: string, distance: Distance, rounds: readonly FirstMessageRound[]): Lane {
  const openings = sumOf(rounds, (round) => round.openings);
  const delivered = sumOf(rounds, ({ answered }) => answered);
  const roundTripMs = overRounds(rounds.map((round) => round.roundTripMs));
  const perDelivery = (cost: (costs: FirstMessageRound['costs']) => number) =>
    overRounds(rounds.map(({ costs, answered }) => cost(costs) / Math.max(1, answered)));
  return {
    transport,
    ...distance.lane,
    rounds: rounds.length,
    clients: rounds[0]?.openings ?? 0,
    roundTripMs,
    expected: openings,
    delivered,
    missing: openings - delivered,
    ...timedFigures(rounds),
    requests: sumOf(rounds, ({ costs }) => costs.requests),
    requestsPerDelivery: perDelivery(({ requests }) => requests),
    bytesIn: sumOf(rounds, ({ costs }) => costs.bytesIn),
    bytesOut: sumOf(rounds, ({ costs }) => costs.bytesOut),
    bytesPerDelivery: perDelivery(({ bytesIn, bytesOut }) => bytesIn + bytesOut),
    // Nearby, what the processes need counts for more than the way.
    ...(distance.addedRoundTripMs === 0 ? {} : { predicted: { latencyUs: predictedUs(distance, roundTripMs.value) } }),
  };
}

/**
 * Two round trips: one opens a connection, for which the processes need next to nothing; in the other one a request, or a
 * handshake, is answered with the message.
 */
function predictedUs({ addedRoundTripMs }: Distance, roundTripMs: number): Record<LatencyName, number> {
  return mapLatencies(() => tidy((addedRoundTripMs + roundTripMs) * 1000));
}
