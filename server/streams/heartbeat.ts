// One timer for the heartbeats of all streams of an interval: each has its slot on a wheel, so that they are spread evenly.

/** Slots of the wheel, about: the most streams that beat in one turn are a 64th of all. */
const SLOTS = 64;
/** A timer can’t be trusted with less, and then a short heartbeat has fewer slots. */
const LEAST_TICK_MS = 5;

export interface Heartbeat {
  /** Calls `beat` every `intervalMs`, for the first time within that. @returns what ends it. */
  add(intervalMs: number, beat: () => void): () => void;
  stop(): void;
}

/** A wheel for each interval that somebody uses: the server's own, and the whole seconds that clients ask for. */
export function createHeartbeat(): Heartbeat {
  const wheels = new Map<number, Wheel>();
  return {
    add: (intervalMs, beat) => {
      const wheel = wheels.get(intervalMs) ?? new Wheel(intervalMs);
      wheels.set(intervalMs, wheel);
      const slot = wheel.add(beat);
      return () => {
        slot.delete(beat);
        if (wheel.isEmpty) {
          wheel.stop();
          wheels.delete(intervalMs);
        }
      };
    },
    stop: () => {
      for (const wheel of wheels.values()) wheel.stop();
    },
  };
}

class Wheel {
  readonly #slots: Set<() => void>[];
  readonly #timer: NodeJS.Timeout;
  #current = 0;

  constructor(intervalMs: number) {
    const tickMs = Math.max(LEAST_TICK_MS, Math.round(intervalMs / SLOTS));
    this.#slots = Array.from({ length: Math.round(intervalMs / tickMs) }, () => new Set());
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  get isEmpty(): boolean {
    return this.#slots.every(({ size }) => size === 0);
  }

  /** @returns the slot it is in: the one that has just passed, for a new stream has said enough for one heartbeat. */
  add(beat: () => void): Set<() => void> {
    const slot = this.#slots[this.#current] as Set<() => void>;
    slot.add(beat);
    return slot;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#current = (this.#current + 1) % this.#slots.length;
    for (const beat of this.#slots[this.#current] as Set<() => void>) beat();
  }
}
