// The reader's situation as a race at the lab: what the address of a race can carry of it.
import { phasesOf } from '../../../client/burst-forms.ts';

export interface RaceSituation {
  readonly messagesPerSecond: number;
  readonly roundTripMs: number;
  readonly pollIntervalMs: number;
  readonly holdSeconds: number;
  readonly heartbeatSeconds: number;
}

export interface RaceLink {
  /** With its `#`. */
  readonly hash: string;
  /** What is otherwise there than here, for people. */
  readonly otherwise: readonly string[];
}

/** What a race can be set to; a test holds them against the race's own. */
const MOST_ROUND_TRIP_MS = 500;
const EVERY_MS = { least: 20, most: 60_000 };
const POLL_MS = { least: 100, most: 60_000 };
const MOST_MESSAGES = 20;
/** In step with the polls, all messages would meet the same few moments between two of them. */
const OUT_OF_STEP = 1.03;

/** @returns the address of a race of one client each that is as near to the situation as a race can be. */
export function raceLink(situation: RaceSituation): RaceLink {
  const { messagesPerSecond, roundTripMs, pollIntervalMs, holdSeconds, heartbeatSeconds } = situation;
  const otherwise: string[] = [];
  const within = (value: number, { least, most }: typeof EVERY_MS, words: string) => {
    const taken = Math.round(Math.min(most, Math.max(least, value)));
    if (value < least || value > most) otherwise.push(words);
    return taken;
  };
  const poll = within(pollIntervalMs, POLL_MS, 'it polls every 0.1 to 60 s');
  // So often that one message each time would be too fast: several at once.
  const messages = Math.min(MOST_MESSAGES, Math.max(1, Math.ceil((messagesPerSecond * EVERY_MS.least) / 1000)));
  const period = (messages * 1000) / messagesPerSecond;
  const every = within(period, EVERY_MS, 'it has 1 message a minute to 1,000 a second');
  const inStep = phasesOf(every, poll) !== null;
  const parts = new URLSearchParams({
    story: 'chat',
    rtt: String(within(roundTripMs, { least: 0, most: MOST_ROUND_TRIP_MS }, 'its round trip is 500 ms at most')),
    messages: String(messages),
    gap: '0',
    every: String(inStep && every < EVERY_MS.most ? Math.round(every * OUT_OF_STEP) : every),
    poll: String(poll),
    hold: String(holdSeconds),
    heartbeat: String(heartbeatSeconds),
  });
  return { hash: `#race?${parts}`, otherwise };
}

/** Where `npm start` is, unless it was told otherwise. */
const USUAL_LAB = 'http://127.0.0.1:8080/';

/**
 * @param page the address of this page. @param alone whether nothing lies beside it.
 * @returns the lab's address, and whether somebody has to start it first: only a lab serves its docs one level below
 *   its page; from a file there is none beside.
 */
export function labBeside(page: URL, alone: boolean): { readonly url: string; readonly toBeStarted: boolean } {
  const served = /^https?:$/.test(page.protocol) && !alone;
  return served ? { url: new URL('../', page).href, toBeStarted: false } : { url: USUAL_LAB, toBeStarted: true };
}
