// From the rounds of sending to one lane per transport and distance. Pure.
import { mapLatencies } from '../../client/closed-forms.ts';
import type { Transport } from '../../client/transports/transport.ts';
import type { Receipt } from '../../server/protocol/messages.ts';
import { type LedgerTotals, sumTotals } from '../load/ledger.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import type { SendingWorkload } from '../scenarios/scenario.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { compareTransports } from './comparisons.ts';
import { sumOf } from './context.ts';
import type { Distance } from './distances.ts';
import { type TimedRound, timedFigures } from './timed-figures.ts';

/**
 * Clients that send in turn. Over HTTP each posts one message at a time, or they would overtake each other: a single one
 * would send no faster than one message a round trip.
 */
export const SENDERS = 10;

export interface SentMessage {
  readonly sender: number;
  /** Null where none has come. */
  receipt: Pick<Receipt, 'seq' | 'duplicate'> | null;
}

/** What one round of one transport at one distance gave. */
export interface SendingRound extends TimedRound {
  readonly transport: string;
  readonly distance: Distance;
  readonly roundTripMs: number;
  /** In the order of the schedule. */
  readonly sent: readonly SentMessage[];
  readonly requests: number;
  readonly bytesIn: number;
}

export function sendingResult(
  transports: readonly Pick<Transport, 'name'>[],
  distances: readonly Distance[],
  workload: SendingWorkload,
  rounds: readonly SendingRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = distances.flatMap((distance) =>
    transports.map(({ name }) => {
      const own = rounds.filter((round) => round.transport === name && round.distance === distance);
      return sendingLane(name, distance, workload, own);
    }),
  );
  return { lanes, ...compareTransports(lanes) };
}

function sendingLane(
  transport: string,
  distance: Distance,
  workload: SendingWorkload,
  rounds: readonly SendingRound[],
): Lane {
  const messages = sumOf(rounds, ({ sent }) => sent.length);
  const roundTripMs = overRounds(rounds.map((round) => round.roundTripMs));
  return {
    transport,
    ...distance.lane,
    rounds: rounds.length,
    clients: SENDERS,
    roundTripMs,
    messages,
    messagesPerSecond: tidy((messages * 1000) / (rounds.length * workload.durationMs)),
    ...sumTotals(rounds.map(({ sent }) => sentTotals(sent))),
    ...timedFigures(rounds),
    requests: sumOf(rounds, (round) => round.requests),
    bytesIn: sumOf(rounds, (round) => round.bytesIn),
    // Nearby, what the processes need counts for more than the way.
    ...(distance.addedRoundTripMs === 0
      ? {}
      : { predicted: { latencyUs: mapLatencies(() => tidy(roundTripMs.value * 1000)) } }),
  };
}

/** @returns what became of the messages: each is to be stored once, and each sender's in the order in which it sent them. */
export function sentTotals(sent: readonly SentMessage[]): LedgerTotals {
  const stored = sent.flatMap(({ sender, receipt }) => (receipt === null ? [] : [{ sender, ...receipt }]));
  const lastOf = new Map<number, number>();
  let outOfOrder = 0;
  for (const { sender, seq } of stored) {
    if (seq < (lastOf.get(sender) ?? 0)) outOfOrder += 1;
    else lastOf.set(sender, seq);
  }
  return {
    expected: sent.length,
    delivered: stored.length,
    missing: sent.length - stored.length,
    duplicated: stored.filter(({ duplicate }) => duplicate).length,
    outOfOrder,
  };
}
