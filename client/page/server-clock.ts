// Estimates the server's clock from exchanges that carry its time, as NTP does: the one with the lowest round trip tells
// the most, because its answer was made in the middle of it, give or take half of it.

/** Exchanges that are remembered: a minute of them, at one every two seconds. */
const SAMPLES = 30;
/** The server's time comes in whole ms. */
const RESOLUTION_MS = 1;

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

export interface ServerClock {
  /**
   * An exchange: when it was sent and when its answer came, on the local clock; `at` is the server's time in the
   * answer, in ms since 1970.
   */
  sample(sentAt: number, receivedAt: number, at: number): void;
  /** @returns the server's time at a moment of the local clock, or null before the first exchange. */
  serverTime(localTime: number): number | null;
  /** Half the lowest round trip: how far off the estimate may be, beside the clocks' resolution; null as above. */
  readonly errorMs: number | null;
}

export function createServerClock(): ServerClock {
  let samples: Sample[] = [];
  let best: Sample | null = null;

  return {
    sample(sentAt, receivedAt, at) {
      const roundTripMs = receivedAt - sentAt;
      const next = { offsetMs: at - (sentAt + roundTripMs / 2), roundTripMs };
      // Two estimates that can't both be right: a clock was set, or this machine slept. Only the newer one counts.
      if (best !== null && Math.abs(next.offsetMs - best.offsetMs) > uncertainty(next) + uncertainty(best))
        samples = [];
      samples = [...samples.slice(1 - SAMPLES), next];
      best = samples.reduce((a, b) => (b.roundTripMs <= a.roundTripMs ? b : a));
    },
    serverTime: (localTime) => (best === null ? null : localTime + best.offsetMs),
    get errorMs() {
      return best === null ? null : best.roundTripMs / 2;
    },
  };
}

function uncertainty(sample: Sample): number {
  return sample.roundTripMs / 2 + RESOLUTION_MS;
}
