// The races that are open: leases, each freed soon after the page that watches it has gone.
import type { LabConfig } from '../../config.ts';
import { createQueueBudget } from '../../network/pipe.ts';
import { type Race, type RaceListener, type StartRaceLab, startRace } from './race.ts';

/** Ms that a race is kept while nobody watches it: before its trace is opened, and after it has closed. */
export const LEASE_MS = 10_000;

/** Bytes that may wait in the networks of all races together. */
const MOST_QUEUED_BYTES = 8 * 1024 * 1024;

export interface Races {
  /** Resolves with a new race, or with null where there are as many as may be; rejects where no port is to be had. */
  open(): Promise<Race | null>;
  find(id: string): Race | undefined;
  /**
   * Lets one listener hear the race; the one before it hears no more. @returns what ends that, and begins the time after
   * which the race is freed.
   */
  watch(race: Race, listener: RaceListener, replaced: () => void): () => void;
  /** Resolves when the race's ports are free. */
  end(race: Race): Promise<void>;
  /** Ends all. Resolves when nothing is left; no race can be opened any more. */
  close(): Promise<void>;
}

interface Lease {
  readonly race: Race;
  /** Told when another watcher takes its place. */
  replaced: (() => void) | null;
  timer: NodeJS.Timeout | undefined;
}

/** @param startLab starts the lab of a race. */
export function createRaces(config: LabConfig, startLab: StartRaceLab): Races {
  const leases = new Map<string, Lease>();
  const ending = new Set<Promise<void>>();
  const budget = createQueueBudget(MOST_QUEUED_BYTES);
  let opening = 0;
  let closed = false;

  function end(race: Race): Promise<void> {
    const lease = leases.get(race.state().id);
    clearTimeout(lease?.timer);
    leases.delete(race.state().id);
    supplant(lease);
    const ended = race.close().finally(() => ending.delete(ended));
    ending.add(ended);
    return ended;
  }

  function supplant(lease: Lease | undefined): void {
    const replaced = lease?.replaced;
    if (lease !== undefined) lease.replaced = null;
    replaced?.();
  }

  function expire(lease: Lease): void {
    clearTimeout(lease.timer);
    lease.timer = setTimeout(() => void end(lease.race), LEASE_MS).unref();
  }

  return {
    open: async () => {
      if (closed || leases.size + opening >= config.maxRaces) return null;
      opening += 1;
      let race: Race;
      try {
        race = await startRace(config, startLab, budget);
      } finally {
        opening -= 1;
      }
      if (closed) {
        await race.close();
        return null;
      }
      const lease: Lease = { race, replaced: null, timer: undefined };
      leases.set(race.state().id, lease);
      expire(lease);
      return race;
    },
    find: (id) => leases.get(id)?.race,
    watch: (race, listener, replaced) => {
      const lease = leases.get(race.state().id);
      if (lease === undefined) return () => undefined;
      clearTimeout(lease.timer);
      supplant(lease);
      lease.replaced = replaced;
      race.listen(listener);
      return () => {
        if (lease.replaced !== replaced) return;
        lease.replaced = null;
        race.listen(null);
        expire(lease);
      };
    },
    end,
    close: async () => {
      closed = true;
      for (const { race } of [...leases.values()]) void end(race);
      await Promise.all(ending);
    },
  };
}
