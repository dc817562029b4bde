// What a race is set to: its network, its clients, and who talks. It stands in the address, so that it can be sent on.

export interface NetworkConditions {
  readonly roundTripMs: number;
  /** Each round trip takes up to so much longer. */
  readonly jitterMs: number;
  /** Packets vanish, and nobody is told. */
  readonly silence: boolean;
  /** New connections are refused: offline. */
  readonly refuse: boolean;
  /** A proxy ends what has been quiet for so long; null: there is none. */
  readonly idleCutMs: number | null;
  /** A proxy buffers answers. */
  readonly holdAnswers: boolean;
}

/** Bursts of messages by the server's bot; 0 messages: it is silent. */
export interface TalkingBot {
  readonly messages: number;
  readonly gapMs: number;
  readonly everyMs: number;
}

/** How the four clients connect. */
export interface ClientSettings {
  /** Of short polling. */
  readonly pollIntervalMs: number;
  /** Of long polling. */
  readonly waitSeconds: number;
  /** Of the streams. */
  readonly heartbeatSeconds: number;
}

export interface RaceSettings extends NetworkConditions, TalkingBot, ClientSettings {
  /** The story's id. */
  readonly story: string;
  /** Streams as six other tabs would have them, on the race's port. */
  readonly otherTabs: boolean;
}

export const DEFAULT_SETTINGS: RaceSettings = {
  story: 'chat',
  roundTripMs: 100,
  jitterMs: 0,
  silence: false,
  refuse: false,
  idleCutMs: null,
  holdAnswers: false,
  messages: 2,
  gapMs: 30,
  // No multiple of the poll interval, or all of a race's pairs would meet the same moment of it.
  everyMs: 2300,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  heartbeatSeconds: 15,
  otherTabs: false,
};

/** What the address calls the settings that it can carry, with the bounds of their values. */
const NUMBERS = [
  ['rtt', 'roundTripMs', 0, 500],
  ['jitter', 'jitterMs', 0, 200],
  ['messages', 'messages', 0, 20],
  ['gap', 'gapMs', 0, 10_000],
  ['every', 'everyMs', 20, 60_000],
  ['poll', 'pollIntervalMs', 100, 60_000],
  ['hold', 'waitSeconds', 1, 60],
  ['heartbeat', 'heartbeatSeconds', 1, 60],
] as const;

/** @returns the base, with what the address says; what is no number within its bounds is passed over. */
export function settingsFromAddress(parameters: URLSearchParams, base: RaceSettings): RaceSettings {
  const changes: Partial<Record<(typeof NUMBERS)[number][1], number>> = {};
  for (const [name, member, least, most] of NUMBERS) {
    const text = parameters.get(name);
    const value = Number(text);
    if (text !== null && /^\d+$/.test(text) && value >= least && value <= most) changes[member] = value;
  }
  return { ...base, ...changes };
}

/** Writes what differs from the story's own settings; other parameters stay. */
export function settingsToAddress(parameters: URLSearchParams, settings: RaceSettings, base: RaceSettings): void {
  parameters.set('story', settings.story);
  for (const [name, member] of NUMBERS) {
    if (settings[member] === base[member] && member !== 'roundTripMs') parameters.delete(name);
    else parameters.set(name, String(settings[member]));
  }
}
