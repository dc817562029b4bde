// A race's settings in the address, and the stories that begin with some.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsFromAddress, settingsToAddress } from './race-settings.ts';
import { raceAsJson } from './save.ts';
import { STORIES, storyOf } from './stories.ts';
import { pairRace, startRace } from './testing/told-race.ts';

describe('the address', () => {
  it('carries the story and what differs from its settings, there and back', () => {
    for (const { settings } of STORIES) {
      const set = { ...settings, roundTripMs: 40, pollIntervalMs: 700 };
      const parameters = new URLSearchParams('bet=1');
      settingsToAddress(parameters, set, settings);
      expect(String(parameters)).toBe(`bet=1&story=${settings.story}&rtt=40&poll=700`);
      expect(settingsFromAddress(parameters, storyOf(parameters.get('story')).settings)).toEqual(set);
    }
  });

  it.each(['rtt=501', 'rtt=-1', 'rtt=x', 'rtt=', 'hold=0', 'every=19', 'messages=21', 'nonsense=1'])(
    'that says %s says nothing',
    (query) => {
      expect(settingsFromAddress(new URLSearchParams(query), DEFAULT_SETTINGS)).toEqual(DEFAULT_SETTINGS);
    },
  );
});

describe('a story', () => {
  it.each(STORIES.map((story) => [story.title, story] as const))(
    '%s has its steps in order, before its end',
    (_, story) => {
      const times = story.steps.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(Math.max(0, ...times)).toBeLessThan(story.lastsMs);
      expect(story.settings.story).toBe(story.id);
      // Nothing has happened, so nothing is concluded.
      expect(story.conclusion(startRace().record)).toBeNull();
    },
  );

  it('concludes with what this race brought', () => {
    expect(storyOf('chat').conclusion(pairRace().record)).toBe(
      'On average a message took 53 ms over WebSocket, 90 ms over long polling, which was deaf after each first one, and 585 ms over short polling, which slept.',
    );
  });

  it('that is not known is the first', () => {
    expect([storyOf(null).id, storyOf('nonsense').id]).toEqual(['chat', 'chat']);
  });
});

describe('a race that is saved', () => {
  it('is JSON with its settings, lanes, messages and marks', () => {
    const saved: unknown = JSON.parse(raceAsJson(pairRace().record, DEFAULT_SETTINGS));
    expect(saved).toMatchObject({
      format: 'transport-lab-race',
      version: 1,
      settings: { roundTripMs: 100 },
      stored: [{ at: 1000 }, { at: 1030 }],
      lanes: [{ name: 'short-polling', delivered: 2 }, {}, {}, { name: 'websocket', delivered: 2 }],
    });
  });
});
