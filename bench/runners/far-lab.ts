// A lab and the way to it: directly, or over a network that the impairment proxy makes longer.
import { farther, type ImpairedNetwork, startImpairment } from '../load/impaired.ts';
import { attachLab, type Lab, startLab } from '../load/lab-server.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';

/** How far away the lab is, and how the lanes say it. */
export interface Distance {
  readonly addedRoundTripMs: number;
  readonly lane: { readonly case?: string; readonly addedRoundTripMs?: number };
}

/** @returns the distances to be played. A lab deployed elsewhere is as far away as it is. */
export function distancesOf(addedRoundTripsMs: readonly number[], target: string | null): Distance[] {
  if (target !== null) return [{ addedRoundTripMs: 0, lane: {} }];
  return addedRoundTripsMs.map((addedRoundTripMs) => ({
    addedRoundTripMs,
    lane: { case: `${addedRoundTripMs} ms`, addedRoundTripMs },
  }));
}

export interface FarLab {
  /** To be asked directly. */
  readonly lab: Lab;
  /** Where clients reach it, `http://HOST:PORT`. */
  readonly origin: string;
  /** Of an empty request on an open connection: the median. */
  readonly roundTripMs: number;
  /** Rejects when a process of it ends; never resolves. */
  readonly ended: Promise<never>;
  /** May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a lab, or takes the one deployed elsewhere. Where nothing is added to its round trip, no proxy stands before it.
 * Rejects, with nothing left running, where that fails.
 */
export async function startFarLab(target: string | null, { addedRoundTripMs }: Distance): Promise<FarLab> {
  const lab = target === null ? await startLab() : attachLab(target);
  let network: ImpairedNetwork | undefined;
  const stop = async () => {
    await network?.stop();
    await lab.stop();
  };
  try {
    if (addedRoundTripMs > 0) {
      network = await startImpairment(lab.origin);
      await network.set(farther(addedRoundTripMs));
    }
    const origin = network?.origin ?? lab.origin;
    const roundTripMs = await measureRoundTripMs(lab, origin);
    const ended = Promise.race([lab.ended, ...(network === undefined ? [] : [network.ended])]);
    // Whoever waits for it is told; that nobody does is no error.
    ended.catch(() => undefined);
    return { lab, origin, roundTripMs, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
