// Keeps a link to Redis: where one ends another is made, at once and then again and again, and what is amiss is said.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisAddress } from '../../command/redis-address.ts';
import { StoreError } from '../store.ts';
import { type Link, openLink } from './link.ts';
import { isForGood, redisProblem } from './problems.ts';

/** As of `startMs`. */
const START_MS = 10_000;
/** The pauses between two attempts, in ms. */
const RETRY_MS = { first: 50, most: 1000 };

export interface LinkKeeperParts {
  readonly address: RedisAddress;
  readonly timeoutMs: number;
  /** For how many ms an attempt at the start is repeated: Redis may be starting too. */
  readonly startMs?: number;
  readonly say: (line: string) => void;
  /**
   * Opens the log over a new link. Resolves with what makes it the node's own, which is called in a turn of its own;
   * rejects where it can't be used.
   */
  open(link: Link): Promise<() => void>;
  /** From now on it is the current one. */
  began(link: Link): void;
  /** The current one is over. */
  ended(error: StoreError): void;
  /** There is none, and an attempt to make one has failed. */
  failed(error: StoreError): void;
}

export interface LinkKeeper {
  /** The current one, or null. */
  readonly link: Link | null;
  /** Why there is none and the last attempt failed, or null. */
  readonly away: StoreError | null;
  /** Resolves with the first link; rejects where none can be made for some seconds. */
  begin(): Promise<void>;
  /** Resolves with the current link, or the one that is being made; rejects where that fails, and at once while away. */
  current(): Promise<Link>;
  /** The link is not to be gone on with. */
  lost(link: Link, reason: unknown): void;
  close(): void;
}

export function createLinkKeeper(parts: LinkKeeperParts): LinkKeeper {
  const { address, timeoutMs, startMs = START_MS, say } = parts;
  const { shown } = address;
  let current: Link | null = null;
  let making: Promise<Link> | null = null;
  let away: StoreError | null = null;
  let closed = false;

  async function make(): Promise<Link> {
    const link: Link = await openLink(address, timeoutMs, (reason) => lost(link, reason));
    try {
      const takeOver = await parts.open(link);
      // Whoever was just given a span or messages has gone on with them by then.
      await new Promise((resolve) => setImmediate(resolve));
      if (link.over) throw new StoreError(`the store ${shown} has closed the connection`);
      if (closed) throw new StoreError(`the store ${shown} is closed`);
      takeOver();
    } catch (error) {
      link.end();
      throw error;
    }
    current = link;
    making = null;
    away = null;
    parts.began(link);
    return link;
  }

  function lost(link: Link, reason: unknown): void {
    if (current !== link) return;
    current = null;
    link.end();
    parts.ended(redisProblem(shown, reason));
    making = make().catch((error: unknown) => {
      const problem = isAway(error);
      void keepTrying();
      throw problem;
    });
    making.catch(() => undefined);
  }

  async function keepTrying(): Promise<void> {
    const since = performance.now();
    for (let pauseMs = RETRY_MS.first; !closed; pauseMs = Math.min(2 * pauseMs, RETRY_MS.most)) {
      await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { ref: false });
      try {
        await make();
        say(`the store ${shown} is back after ${Math.round(performance.now() - since)} ms`);
        return;
      } catch (error) {
        isAway(error);
      }
    }
  }

  function isAway(error: unknown): StoreError {
    const problem = redisProblem(shown, error);
    if (away?.message !== problem.message && !closed) say(problem.message);
    away = problem;
    making = null;
    parts.failed(problem);
    return problem;
  }

  return {
    get link() {
      return current;
    },
    get away() {
      return away;
    },
    async begin() {
      const until = performance.now() + startMs;
      for (let first = true; ; first = false) {
        try {
          await make();
          return;
        } catch (error) {
          const problem = redisProblem(shown, error);
          if (performance.now() >= until || isForGood(error)) throw problem;
          if (first) say(`${problem.message}; trying for ${startMs / 1000} s`);
          await sleep(RETRY_MS.most / 4);
        }
      }
    },
    current() {
      if (current !== null) return Promise.resolve(current);
      return making ?? Promise.reject(away ?? new StoreError(`the store ${shown} is closed`));
    },
    lost,
    close() {
      closed = true;
      const link = current;
      current = null;
      link?.end();
    },
  };
}
