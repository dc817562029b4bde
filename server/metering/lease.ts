// Who of the polling clients is here: those with a poll under way, and those whose last one ended within the lease.

export interface Lease {
  /** A poll that is answered at once. */
  touch(client: string): void;
  /** A poll that is held; it owes a call of `release`. */
  hold(client: string): void;
  /** The held poll was answered. */
  release(client: string): void;
  /** The client hung up on the held poll. */
  abandon(client: string): void;
  /** The client reads over another transport now. */
  leave(client: string): void;
  count(): number;
  has(client: string): boolean;
}

/**
 * `leaseMs`: how long after its last poll a client counts as here. `most`: clients that are remembered beside those with
 * a poll under way; the one whose last poll is the longest ago is forgotten first. `now`: a monotonic clock in ms.
 */
export function createLease(leaseMs: number, most: number, now: () => number = () => performance.now()): Lease {
  const held = new Map<string, number>();
  // In the order of the last poll, so that those who are gone are at the front.
  const seen = new Map<string, number>();

  let forgetAt = now() + leaseMs;

  const touch = (client: string) => {
    const at = now();
    seen.delete(client);
    seen.set(client, at);
    if (seen.size > most) seen.delete(seen.keys().next().value as string);
    // Now and then here too: nobody may ever ask who is here.
    if (at >= forgetAt) forget();
  };
  const unhold = (client: string) => {
    const polls = (held.get(client) ?? 1) - 1;
    if (polls === 0) held.delete(client);
    else held.set(client, polls);
  };
  const forget = () => {
    const before = now() - leaseMs;
    forgetAt = before + 2 * leaseMs;
    for (const [client, at] of seen) {
      if (at > before) return;
      seen.delete(client);
    }
  };

  return {
    touch,
    hold: (client) => {
      held.set(client, (held.get(client) ?? 0) + 1);
      touch(client);
    },
    release: (client) => {
      unhold(client);
      touch(client);
    },
    abandon: (client) => {
      unhold(client);
      seen.delete(client);
    },
    leave: (client) => void seen.delete(client),
    count: () => {
      forget();
      let count = seen.size;
      for (const client of held.keys()) if (!seen.has(client)) count += 1;
      return count;
    },
    has: (client) => {
      forget();
      return held.has(client) || seen.has(client);
    },
  };
}
