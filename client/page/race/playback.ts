// Which moment of the race is shown: now, or a moment of before, in slow motion or stopped.
import { arrivalsOf, newestBurst } from './arrivals.ts';
import type { RaceRecord } from './record.ts';

export type Speed = 'live' | 'slow';

/** What is drawn is so much behind, in ms, beside half a round trip: both sides have told of it by then. */
const BEHIND_MS = 80;
export const SLOWER = 10;
/** In slow motion so much of before the newest messages is shown, and of after their last arrival, in ms. */
const BEFORE_MS = 60;
const AFTER_MS = 150;
const MOST_SLOW_MS = 1500;

export interface Playback {
  readonly speed: Speed;
  readonly paused: boolean;
  /** @returns the moment to be shown. */
  timeAt(now: number, record: RaceRecord, roundTripMs: number): number;
  setSpeed(speed: Speed): void;
  pause(on: boolean): void;
  /** Stops at the event after, or before, the one that is shown; `now` where there is none. */
  step(direction: 1 | -1, record: RaceRecord): void;
}

/** @param first the moment that it begins with. */
export function createPlayback(first = 0): Playback {
  let speed: Speed = 'live';
  let paused = false;
  let shown = first;
  /** Of slow motion: when it began to show the moment `from`. */
  let slow: { readonly began: number; readonly from: number; readonly until: number } | null = null;

  function slowTime(now: number, record: RaceRecord, live: number): number {
    if (slow !== null) {
      const time = slow.from + (now - slow.began) / SLOWER;
      if (time <= slow.until) return time;
    }
    const burst = newestBurst(record, live - BEFORE_MS);
    if (burst === null) return live;
    const arrived = burst.seqs.flatMap((seq) => arrivalsOf(record, seq, live).map(({ arrivedAt }) => arrivedAt));
    const until = Math.min(Math.max(burst.at, ...arrived) + AFTER_MS, burst.at + MOST_SLOW_MS);
    slow = { began: now, from: burst.at - BEFORE_MS, until };
    return slow.from;
  }

  return {
    get speed() {
      return speed;
    },
    get paused() {
      return paused;
    },
    timeAt(now, record, roundTripMs) {
      if (paused) return shown;
      const live = now - BEHIND_MS - roundTripMs / 2;
      shown = speed === 'live' ? live : slowTime(now, record, live);
      return shown;
    },
    setSpeed(next) {
      speed = next;
      slow = null;
      paused = false;
    },
    pause(on) {
      if (paused === on) return;
      paused = on;
      slow = null;
    },
    step(direction, record) {
      const events = eventsOf(record);
      const next = direction === 1 ? events.find((at) => at > shown) : events.findLast((at) => at < shown);
      paused = true;
      slow = null;
      if (next !== undefined) shown = next;
    },
  };
}

/** @returns the moments at which something is worth looking at, in order. */
export function eventsOf({ stored, lanes, bands, marks }: RaceRecord): number[] {
  const times = [
    ...stored.map(({ at }) => at),
    ...[...lanes.values()].flatMap(({ deliveries }) => deliveries.map(({ arrivedAt }) => arrivedAt)),
    ...bands.map(({ from }) => from),
    ...marks.flatMap((mark) => (mark.kind === 'outage' ? [mark.at, mark.resumedAt ?? mark.at] : [])),
  ];
  return times.sort((one, other) => one - other);
}
