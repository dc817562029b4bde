import { expect, test } from 'vitest';
import { parseChoice } from '../../../bench/report/page/choice.ts';
import { raceLink } from '../../../bench/report/page/race-link.ts';
import { calculatorLink } from './calculator-link.ts';
import { DEFAULT_SETTINGS, settingsFromAddress } from './race-settings.ts';

const hashOf = (link: string) => link.slice(link.indexOf('#'));

test('the calculator takes what the race is set to', () => {
  const settings = {
    ...DEFAULT_SETTINGS,
    messages: 3,
    everyMs: 2000,
    roundTripMs: 60,
    pollIntervalMs: 700,
    waitSeconds: 9,
  };
  const { situation, planned, at } = parseChoice(hashOf(calculatorLink(settings)));
  expect(situation).toMatchObject({ messagesPerSecond: 1.5, roundTripMs: 60, pollIntervalMs: 700 });
  expect(planned).toMatchObject({ holdSeconds: 9, heartbeatSeconds: 15 });
  expect(at).toBe('decision');
});

test('a silent race leaves the calculator its own rate', () => {
  expect(calculatorLink({ ...DEFAULT_SETTINGS, messages: 0 })).not.toContain('rate=');
});

const SITUATION = {
  messagesPerSecond: 2,
  roundTripMs: 50,
  pollIntervalMs: 700,
  holdSeconds: 20,
  heartbeatSeconds: 10,
};

/** As the race reads its address. */
function raceOf(changes: Partial<typeof SITUATION>) {
  const { hash, otherwise } = raceLink({ ...SITUATION, ...changes });
  const parameters = new URLSearchParams(hash.split('?')[1]);
  const settings = settingsFromAddress(parameters, { ...DEFAULT_SETTINGS, messages: 0, everyMs: 0, pollIntervalMs: 0 });
  return { settings, otherwise };
}

test('the race takes what the calculator is told', () => {
  expect(raceOf({})).toEqual({
    settings: expect.objectContaining({
      ...{ roundTripMs: 50, pollIntervalMs: 700, waitSeconds: 20, heartbeatSeconds: 10 },
      ...{ messages: 1, gapMs: 0, everyMs: 500 },
    }),
    otherwise: [],
  });
});

test('what is too fast for one message each time comes several at a time', () => {
  const { settings, otherwise } = raceOf({ messagesPerSecond: 300 });
  expect([settings.messages, settings.everyMs, otherwise]).toEqual([6, 20, []]);
});

test('polls in step with the messages are put out of it', () => {
  expect(raceOf({ messagesPerSecond: 1, pollIntervalMs: 1000 }).settings.everyMs).toBe(1030);
});

test.each([
  [{ roundTripMs: 800 }, 'round trip', { roundTripMs: 500 }],
  [{ pollIntervalMs: 90_000 }, 'polls every', { pollIntervalMs: 60_000 }],
  [{ messagesPerSecond: 0.001 }, '1 message a minute', { everyMs: 60_000 }],
  [{ messagesPerSecond: 5000 }, '1,000 a second', { messages: 20, everyMs: 20 }],
])('what a race can’t be set to is said, and what it is instead: %o', (changes, words, settings) => {
  const race = raceOf(changes);
  expect(race.otherwise).toEqual([expect.stringContaining(words)]);
  expect(race.settings).toMatchObject(settings);
});
