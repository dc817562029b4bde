// Tells a story: its buttons, what happens in it by the clock, and its conclusion.
import { byId } from '../dom.ts';
import type { RaceSettings } from './race-settings.ts';
import type { RaceRecord } from './record.ts';
import { STORIES, type Story, storyOf } from './stories.ts';

/** The conclusion stands so long, in ms. */
const CONCLUSION_MS = 12_000;
/** What to look at is said so long, in ms. */
const LOOK_MS = 3500;

export interface StoryListener {
  chosen(story: Story): void;
  set(change: Partial<RaceSettings>): void;
  cut(): void;
}

export interface StoryPlayer {
  /** The race has begun anew, so the story does. */
  restart(): void;
  show(story: string): void;
  /** @returns how the sentence begins. */
  words(settings: RaceSettings): string;
  /** @returns what is to be said of the story now, before anything else; null: what happens speaks for itself. */
  conclusion(record: RaceRecord): string | null;
  /** Does what is due. */
  tick(): void;
}

export function createStoryPlayer({ chosen, set, cut }: StoryListener): StoryPlayer {
  const box = byId('race-stories', HTMLElement);
  let story = STORIES[0] as Story;
  /** Null: it was not asked for, but is what the page opens with. */
  let beganAt: number | null = null;
  let done = 0;
  let concluded: { readonly at: number; readonly words: string } | null = null;

  const buttons = STORIES.map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = one.title;
    button.addEventListener('click', () => {
      story = one;
      chosen(one);
    });
    box.append(button);
    return button;
  });

  return {
    restart() {
      beganAt = performance.now();
      done = 0;
      concluded = null;
    },
    show(id) {
      story = storyOf(id);
      for (const [index, button] of buttons.entries()) button.ariaPressed = String(STORIES[index] === story);
    },
    words: ({ story: id }) => storyOf(id).begins,
    conclusion(record) {
      if (beganAt === null) return null;
      const elapsed = performance.now() - beganAt;
      if (story !== STORIES[0] && elapsed < LOOK_MS) return story.look;
      if (elapsed < story.lastsMs) return null;
      const words = concluded?.words ?? story.conclusion(record);
      if (words === null) return null;
      concluded ??= { at: elapsed, words };
      return elapsed - concluded.at < CONCLUSION_MS ? words : null;
    },
    tick() {
      if (beganAt === null) return;
      const elapsed = performance.now() - beganAt;
      for (const step of story.steps.slice(done)) {
        if (step.atMs > elapsed) break;
        done += 1;
        if (step.set !== undefined) set(step.set);
        if (step.cut === true) cut();
      }
    },
  };
}
