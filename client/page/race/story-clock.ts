// A story by the clock: what is to be looked at, what is due, and what it concluded.
import type { RaceRecord } from './record.ts';
import type { Story, StoryStep } from './stories.ts';

/** What to look at is said so long, in ms. */
const LOOK_MS = 3500;

export interface StoryClock {
  /** Ms until the conclusion can be drawn; negative from then on. */
  readonly leftMs: number;
  /** @returns what is to be said instead of what happens; null: that speaks for itself. */
  look(): string | null;
  /** @returns what was concluded, and after how long: once told, it stays as it is. Null before. */
  conclusion(record: RaceRecord): string | null;
  /** @returns the steps that are due, each once. */
  due(): readonly StoryStep[];
}

/** @param now in ms, on any clock that goes on. The story begins with the call. */
export function startStory(story: Story, now: () => number): StoryClock {
  const beganAt = now();
  let done = 0;
  let concluded: string | null = null;

  return {
    get leftMs() {
      return beganAt + story.lastsMs - now();
    },
    look: () => (now() - beganAt < LOOK_MS ? story.look : null),
    conclusion(record) {
      const elapsed = now() - beganAt;
      if (concluded !== null || elapsed < story.lastsMs) return concluded;
      const words = story.conclusion(record);
      if (words !== null) concluded = `After ${Math.round(elapsed / 1000)} s: ${words}`;
      return concluded;
    },
    due() {
      const elapsed = now() - beganAt;
      const steps = story.steps.slice(done).filter(({ atMs }) => atMs <= elapsed);
      done += steps.length;
      return steps;
    },
  };
}
