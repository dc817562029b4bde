// One timer for the heartbeats of all streams: each has its slot on a wheel, so that they are spread evenly.

/** Slots of the wheel, about: the most streams that beat in one turn are a 64th of all. */
const SLOTS = 64;
/** A timer can’t be trusted with less, and then a short heartbeat has fewer slots. */
const LEAST_TICK_MS = 5;

export interface Heartbeat {
  /** Calls `beat` every `heartbeatMs`, for the first time within that. @returns what ends it. */
  add(beat: () => void): () => void;
  stop(): void;
}

export function createHeartbeat(heartbeatMs: number): Heartbeat {
  const tickMs = Math.max(LEAST_TICK_MS, Math.round(heartbeatMs / SLOTS));
  const slots = Array.from({ length: Math.round(heartbeatMs / tickMs) }, () => new Set<() => void>());
  let current = 0;
  const timer = setInterval(() => {
    current = (current + 1) % slots.length;
    for (const beat of slots[current] as Set<() => void>) beat();
  }, tickMs).unref();

  return {
    add: (beat) => {
      // The slot that has just passed: a new stream has said enough for one heartbeat.
      const slot = slots[current] as Set<() => void>;
      slot.add(beat);
      return () => void slot.delete(beat);
    },
    stop: () => clearInterval(timer),
  };
}
