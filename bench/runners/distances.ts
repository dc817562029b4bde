// How far away the lab is: rounds of every transport from every distance.
import type { Transport } from '../../client/transports/transport.ts';
import type { RunContext } from './context.ts';
import { playRounds } from './rounds.ts';

/** How far away the lab is, and how the lanes say it. */
export interface Distance {
  readonly addedRoundTripMs: number;
  readonly lane: { readonly case?: string; readonly addedRoundTripMs?: number };
}

/** A transport, from one distance. */
export interface DistantTransport {
  readonly transport: Transport;
  readonly distance: Distance;
}

/** @returns the distances to be played. A lab deployed elsewhere is as far away as it is. */
export function distancesOf(addedRoundTripsMs: readonly number[], target: string | null): Distance[] {
  if (target !== null) return [{ addedRoundTripMs: 0, lane: {} }];
  return addedRoundTripsMs.map((addedRoundTripMs) => ({
    addedRoundTripMs,
    lane: { case: `${addedRoundTripMs} ms`, addedRoundTripMs },
  }));
}

/** @returns all rounds of all transports. */
export async function playDistances<Round>(
  distances: readonly Distance[],
  rounds: number,
  { transports, progress }: RunContext,
  play: (one: DistantTransport, round: number) => Promise<Round>,
): Promise<Round[]> {
  const each = distances.flatMap((distance) => transports.map((transport) => ({ transport, distance })));
  const name = ({ transport, distance }: DistantTransport) =>
    transport.name + (distance.lane.case === undefined ? '' : ` at ${distance.lane.case}`);
  const played = await playRounds(each, { rounds, name, progress }, play);
  return [...played.values()].flat();
}
