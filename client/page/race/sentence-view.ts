// The sentence: what the race is set to, in words that can be changed in place.
import { byId, within } from '../dom.ts';
import { formatInterval } from '../format.ts';
import type { RaceSettings } from './race-settings.ts';

type Changeable =
  | 'messages'
  | 'gapMs'
  | 'everyMs'
  | 'roundTripMs'
  | 'pollIntervalMs'
  | 'waitSeconds'
  | 'heartbeatSeconds';

const seconds = (value: number) => `${value} s`;
const CHOICES: Readonly<
  Record<Changeable, { readonly values: readonly number[]; readonly words: (value: number) => string }>
> = {
  messages: {
    values: [0, 1, 2, 3, 5, 10],
    words: (count) =>
      count === 0 ? 'nobody speaks' : count === 1 ? 'one message' : count === 2 ? 'two messages' : `${count} messages`,
  },
  gapMs: { values: [0, 10, 30, 60, 100, 200], words: formatInterval },
  everyMs: { values: [50, 100, 500, 1000, 2300, 5100, 10_100, 30_000], words: formatInterval },
  roundTripMs: { values: [0, 10, 20, 50, 100, 200, 300, 500], words: formatInterval },
  pollIntervalMs: { values: [200, 500, 1000, 2000, 5000], words: formatInterval },
  waitSeconds: { values: [1, 2, 5, 10, 30, 60], words: seconds },
  heartbeatSeconds: { values: [1, 2, 5, 10, 15, 20, 30, 60], words: seconds },
};

/** What the server does for a race of its own. */
const SERVERS: readonly Changeable[] = ['messages', 'gapMs', 'everyMs', 'roundTripMs'];

export interface SentenceView {
  /** @param steerable whether there is a bot and a network to be set. */
  show(settings: RaceSettings, story: string, steerable: boolean): void;
}

export function createSentenceView(changed: (change: Partial<RaceSettings>) => void): SentenceView {
  const sentence = byId('race-sentence', HTMLElement);
  const names = Object.keys(CHOICES) as Changeable[];
  const selects = new Map(names.map((name) => [name, within(sentence, `[data-setting=${name}]`, HTMLSelectElement)]));
  for (const [name, select] of selects) {
    select.addEventListener('change', () => changed({ [name]: Number(select.value) }));
  }

  return {
    show(settings, story, steerable) {
      byId('race-story-words', HTMLElement).textContent = story;
      byId('race-gap-words', HTMLElement).hidden = settings.messages < 2;
      for (const [name, select] of selects) {
        select.disabled = !steerable && SERVERS.includes(name);
        const { values, words } = CHOICES[name];
        // What the address or a story asks for may be none of the usual ones.
        const offered = [...new Set([...values, settings[name]])].sort((one, other) => one - other);
        if (select.length !== offered.length || select.value !== String(settings[name])) {
          select.replaceChildren(...offered.map((value) => new Option(words(value), String(value))));
          select.value = String(settings[name]);
        }
      }
    },
  };
}
