// Where a server that gets ever more to do comes to its limit: the knee of latency over load. docs/method.md defines it.

/** One stretch of a climb: so much was asked, and so late was it served. */
export interface Stretch {
  /** What was asked a second; of the same load tried twice there are two. */
  readonly load: number;
  readonly latencyMs: number;
  /** Whether the server was used up; where it was not, the latency is not its own. */
  readonly serverFull: boolean;
}

export interface Knee {
  readonly load: number;
  /** Whether the server can do more: the climb ended before it did, or it was not the server that made things late. */
  readonly isBound: boolean;
}

/** Later than in quiet by more than this, a server is beyond its knee. */
export const KNEE_DELAY_MS = 25;

/** @returns whether a stretch is served about as soon as in quiet. */
export function isWithin(latencyMs: number, quietMs: number): boolean {
  return latencyMs <= quietMs + KNEE_DELAY_MS;
}

/**
 * The knee lies where the latency passes that of quiet by {@link KNEE_DELAY_MS}, behind the highest load that was still
 * served within it: what disturbs a stretch makes it later, never sooner, so that one that was served in time counts,
 * of a load tried twice the better, and that of quiet is the least of all.
 *
 * @param quietMs the latency where there was nothing else to do. @param stretches in any order.
 * @returns null where there is none.
 */
export function kneeOf(quietMs: number, stretches: readonly Stretch[]): Knee | null {
  const leastMs = Math.min(quietMs, ...stretches.map(({ latencyMs }) => latencyMs));
  const best = new Map<number, Stretch>();
  for (const stretch of stretches) {
    const other = best.get(stretch.load);
    if (other === undefined || stretch.latencyMs < other.latencyMs) best.set(stretch.load, stretch);
  }
  const rising = [...best.values()].toSorted((a, b) => a.load - b.load);
  const last = rising.findLast(({ latencyMs }) => isWithin(latencyMs, leastMs));
  if (last === undefined) return null;
  const next = rising[rising.indexOf(last) + 1];
  if (next === undefined || !next.serverFull) return { load: last.load, isBound: true };
  const limit = Math.log(leastMs + KNEE_DELAY_MS);
  const [from, to] = [Math.log(last.latencyMs), Math.log(next.latencyMs)];
  return { load: last.load * (next.load / last.load) ** ((limit - from) / (to - from)), isBound: false };
}

export interface Climb {
  readonly from: number;
  /** Where it ends, whatever is served. */
  readonly to: number;
  /** From one load to the next, until one is too much. */
  readonly factor: number;
  /** How often the distance between what was served and what was not is then halved. */
  readonly halvings: number;
}

/**
 * Plays ever higher loads until one is not served in time, tried twice, and then what lies between.
 * @param play a stretch; null where nothing more can be played on this server.
 * @returns all stretches, in the order in which they were played.
 */
export async function climb(
  { from, to, factor, halvings }: Climb,
  quietMs: number,
  play: (load: number) => Promise<Stretch | null>,
): Promise<Stretch[]> {
  const played: Stretch[] = [];
  let least = quietMs;
  let over = false;
  const isServed = async (load: number) => {
    for (let attempt = 0; attempt < 2 && !over; attempt += 1) {
      const stretch = await play(load);
      over = stretch === null;
      if (stretch === null) return false;
      played.push(stretch);
      least = Math.min(least, stretch.latencyMs);
      if (isWithin(stretch.latencyMs, least)) return true;
    }
    return false;
  };
  let served = from;
  let tooMuch: number | null = null;
  for (let load = from; tooMuch === null && load <= to; load *= factor) {
    if (await isServed(load)) served = load;
    else tooMuch = load;
  }
  for (let halving = 0; halving < halvings && tooMuch !== null && tooMuch > served && !over; halving += 1) {
    const between: number = Math.round(Math.sqrt(served * tooMuch));
    if (await isServed(between)) served = between;
    else tooMuch = between;
  }
  return played;
}
