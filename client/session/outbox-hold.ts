// Holds the outbox back after a failure: with backoff, and no sooner than the server asks for.
import { createBackoff } from './backoff.ts';

export interface OutboxHold {
  /** When it ends, on the environment's clock in ms, or null where nothing is held back. */
  readonly until: number | null;
  /** Holds for the next delay of the backoff, after what the server asked for in ms. */
  begin(retryAfterMs: number | null): void;
  /** The backoff begins anew, because something got through. */
  succeeded(): void;
  /** There is reason to try now: ends it, unless the server asked for more time and `force` is false. */
  cutShort(force: boolean): void;
  /** Ends it without a word. */
  close(): void;
}

/**
 * @param now the environment's clock in ms. @param elapsed one that goes on while this machine sleeps.
 * @param ended called when it ends by itself or is cut short.
 */
export function createOutboxHold(
  now: () => number,
  elapsed: () => number,
  random: () => number,
  ended: () => void,
): OutboxHold {
  const backoff = createBackoff(random);
  let until: number | null = null;
  let notBefore = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function end(): void {
    clearTimeout(timer);
    until = null;
    ended();
  }

  return {
    get until() {
      return until;
    },
    begin(retryAfterMs) {
      // What is pipelined fails together: that is one failure, but the longest of the server's wishes counts.
      if (until !== null && retryAfterMs === null) return;
      const wanted = now() + backoff.next(retryAfterMs);
      if (until !== null && wanted <= until) return;
      clearTimeout(timer);
      until = wanted;
      notBefore = elapsed() + (retryAfterMs ?? 0);
      timer = setTimeout(end, Math.ceil(wanted - now()));
    },
    succeeded: backoff.reset,
    cutShort(force) {
      if (!force && elapsed() < notBefore) return;
      backoff.reset();
      if (until !== null) end();
    },
    close() {
      clearTimeout(timer);
      until = null;
    },
  };
}
