// Tells a story: its buttons, what happens in it by the clock, and its conclusion.
import { byId } from '../dom.ts';
import { formatCountdown } from '../format.ts';
import type { RaceSettings } from './race-settings.ts';
import type { RaceRecord } from './record.ts';
import { STORIES, type Story, storyOf } from './stories.ts';
import { type StoryClock, startStory } from './story-clock.ts';

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
  /** @returns what is to be looked at, to be said before anything else; null: what happens speaks for itself. */
  look(): string | null;
  /** Does what is due, and shows the conclusion from when it can be drawn until the story begins anew. */
  tick(record: RaceRecord): void;
}

export function createStoryPlayer({ chosen, set, cut }: StoryListener): StoryPlayer {
  const box = byId('race-stories', HTMLElement);
  const conclusion = byId('race-conclusion', HTMLElement);
  const due = byId('race-due', HTMLElement);
  let story = STORIES[0] as Story;
  /** Null: it was not asked for, but is what the page opens with. */
  let clock: StoryClock | null = null;

  const buttons = STORIES.map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = one.title;
    button.addEventListener('click', () => chosen(one));
    box.append(button);
    return button;
  });

  function restart(): void {
    clock = startStory(story, () => performance.now());
  }

  return {
    restart,
    show(id) {
      const before = story;
      story = storyOf(id);
      // What another one concluded is not this one's, whoever chose it: a button, or the address.
      if (story !== before && clock !== null) restart();
      for (const [index, button] of buttons.entries()) button.ariaPressed = String(STORIES[index] === story);
    },
    words: ({ story: id }) => storyOf(id).begins,
    look: () => (story === STORIES[0] ? null : (clock?.look() ?? null)),
    tick(record) {
      for (const step of clock?.due() ?? []) {
        if (step.set !== undefined) set(step.set);
        if (step.cut === true) cut();
      }
      const words = clock?.conclusion(record) ?? '';
      conclusion.hidden = words === '';
      write(conclusion, words);
      due.hidden = words !== '' || clock === null;
      if (clock !== null) write(due, dueWords(story, clock.leftMs));
    },
  };
}

function dueWords({ title }: Story, leftMs: number): string {
  const when = leftMs > 0 ? `in ${formatCountdown(leftMs)}` : 'as soon as there is something to sum up';
  return `What “${title}” has shown will stand here ${when}.`;
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
