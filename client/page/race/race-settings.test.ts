// A race's settings in the address, and the stories that begin with some.
import { describe, expect, it } from 'vitest';
import { phasesOf } from '../../burst-forms.ts';
import { DEFAULT_SETTINGS, settingsFromAddress, settingsToAddress } from './race-settings.ts';
import { raceAsJson } from './save.ts';
import { STORIES, storyOf } from './stories.ts';
import { startStory } from './story-clock.ts';
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
      'On average a message took 53 ms over WebSocket, 54 ms over Server-Sent Events, 90 ms over long polling, which was deaf after each first one, and 585 ms over short polling, which slept.',
    );
  });

  it('concludes with who had to connect anew how often, not only with how often all did', () => {
    const race = pairRace();
    race.lane('sse').reconnects = 2;
    race.lane('websocket').reconnects = 1;
    expect(storyOf('train').conclusion(race.record)).toBe(
      'Connected anew: short polling never, long polling never, Server-Sent Events 2 times and WebSocket once. Of 2 messages nothing is missing anywhere: each lane went on from its cursor.',
    );
  });

  it('concludes a ticker with latencies, too', () => {
    expect(storyOf('ticker').conclusion(pairRace().record)).toMatch(
      /On average a message took 53 ms over WebSocket, 54 ms over Server-Sent Events, 90 ms over long polling and 585 ms over short polling\.$/,
    );
  });

  it('concludes six tabs with why short polling gets through, and what has no such limit', () => {
    const { record } = pairRace();
    record.extraStreams = { open: 6, waiting: 0 };
    record.head = 20;
    for (const name of ['short-polling', 'websocket']) {
      const lane = record.lanes.get(name);
      if (lane !== undefined) lane.position = 20;
    }
    const words = storyOf('tabs').conclusion(record);
    expect(words).toContain('long polling and Server-Sent Events wait for a connection.');
    expect(words).toContain(
      'HTTP/2 has none. Short polling gets through: what is held open is sent with other credentials',
    );
  });

  it.each(STORIES.map((story) => [story.title, story] as const))('%s keeps no step with the polls', (_, story) => {
    let settings = story.settings;
    for (const { set } of [{ set: {} }, ...story.steps]) {
      settings = { ...settings, ...set };
      // What comes but once keeps no step.
      if (settings.everyMs < story.lastsMs) expect(phasesOf(settings.everyMs, settings.pollIntervalMs)).toBeNull();
    }
  });

  it('keeps its conclusion, as it was told, until it begins anew; each step is due once', () => {
    let now = 500;
    const story = storyOf('train');
    const clock = startStory(story, () => now);
    const race = pairRace();
    race.lane('sse').reconnects = 1;
    expect([clock.look(), clock.conclusion(race.record), clock.due()]).toEqual([story.look, null, []]);
    now += 4000;
    expect([clock.look(), clock.due(), clock.due()]).toEqual([null, story.steps.slice(0, 1), []]);
    now = 500 + story.lastsMs;
    const told = clock.conclusion(race.record);
    expect(told).toMatch(/^After 26 s: Connected anew: .* Server-Sent Events once/);
    race.lane('sse').reconnects = 9;
    now += 600_000;
    expect(clock.conclusion(race.record)).toBe(told);
    expect(clock.due()).toEqual(story.steps.slice(1));
    expect(startStory(story, () => now).conclusion(race.record)).toBeNull();
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
