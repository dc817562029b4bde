// The two clocks of a log: the time of day that messages are stamped with, and one that can't jump for how long ids are
// remembered.

/** How far, in ms, a log may run ahead of the time of day to keep `at` from decreasing: a day, as no time zone reaches. */
const MOST_AHEAD_MS = 86_400_000;
/** Ids are told apart by age in so many steps of their window. */
const STEPS = 100;

export interface LogClock {
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set; default `performance.now`. */
  readonly elapsed?: () => number;
}

/**
 * @param lastAt the stamp of the message before. @param now the time of day, in ms.
 * @returns the stamp of the next message: not before `lastAt`, because a clock that is set back must not make time run
 * backwards in the log; but where that was more than a day ahead, the clock was wrong then, and counts no more.
 */
export function nextAt(lastAt: number, now: number): number {
  return lastAt - now > MOST_AHEAD_MS ? now : Math.max(lastAt, now);
}

export interface IdAges {
  /** The ids up to a seq were taken by this moment of `elapsed`. Neither may be less than the time before. */
  taken(seq: number, at: number): void;
  /** @returns the last seq whose id was taken more than the window ago; 0 where there is none. */
  forgettable(now: number): number;
}

/** Remembers when ids were taken, in a hundred steps however many there are: an id may last a hundredth longer. */
export function createIdAges(windowMs: number): IdAges {
  const stepMs = Math.floor(windowMs / STEPS);
  const marks: { seq: number; readonly since: number; at: number }[] = [];
  let old = 0;
  return {
    taken(seq, at) {
      const last = marks.at(-1);
      if (last === undefined || at - last.since >= stepMs) marks.push({ seq, since: at, at });
      else Object.assign(last, { seq, at });
    },
    forgettable(now) {
      for (let first = marks[0]; first !== undefined && now - first.at > windowMs; first = marks[0]) {
        old = first.seq;
        marks.shift();
      }
      return old;
    },
  };
}
