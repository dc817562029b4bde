// The five stories, as data: how the race is set, what happens in it, and what it taught, by what it brought.
import { formatCount, formatLatency } from '../format.ts';
import { DEFAULT_SETTINGS, type RaceSettings } from './race-settings.ts';
import type { LaneRecord, RaceRecord } from './record.ts';
import { laneInWords, listed } from './words/lane-names.ts';

export interface StoryStep {
  /** After the story's beginning. */
  readonly atMs: number;
  readonly set?: Partial<RaceSettings>;
  readonly cut?: true;
}

export interface Story {
  readonly id: string;
  readonly title: string;
  /** How the sentence of its settings begins. */
  readonly begins: string;
  /** What to look at. */
  readonly look: string;
  readonly settings: RaceSettings;
  readonly steps: readonly StoryStep[];
  /** When the conclusion is drawn. */
  readonly lastsMs: number;
  /** @returns what this race showed; null where nothing was seen that could be concluded from. */
  conclusion(record: RaceRecord): string | null;
}

const SHORT_GETS_THROUGH =
  'Short polling gets through: what is held open is sent with other credentials, and shares no connection with what is answered at once. WebSockets are counted apart.';

const settingsOf = (story: string, changes: Partial<RaceSettings>): RaceSettings => ({
  ...DEFAULT_SETTINGS,
  ...changes,
  story,
});

export const STORIES: readonly [Story, ...Story[]] = [
  {
    id: 'chat',
    title: 'Chat',
    begins: 'A chat',
    look: 'Two messages shortly after one another: look at the second one on long polling.',
    settings: settingsOf('chat', {}),
    steps: [],
    lastsMs: 20_000,
    conclusion(record) {
      const [polled, streamed] = [meanOf(record, 'long-polling'), meanOf(record, 'websocket')];
      const [events, short] = [meanOf(record, 'sse'), meanOf(record, 'short-polling')];
      if (polled === null || streamed === null || events === null || short === null) return null;
      return `On average a message took ${formatLatency(streamed)} over WebSocket, ${formatLatency(events)} over Server-Sent Events, ${formatLatency(polled)} over long polling, which was deaf after each first one, and ${formatLatency(short)} over short polling, which slept.`;
    },
  },
  {
    id: 'ticker',
    title: 'Stock ticker',
    begins: 'A stock ticker',
    look: 'Twenty messages a second: long polling asks again and again, short polling takes them by the dozen.',
    settings: settingsOf('ticker', { messages: 1, gapMs: 0, everyMs: 50 }),
    steps: [],
    lastsMs: 20_000,
    conclusion(record) {
      const [long, short] = [laneOf(record, 'long-polling'), laneOf(record, 'short-polling')];
      if (long.delivered === 0 || short.delivered === 0) return null;
      return `For ${formatCount(record.head)} messages long polling made ${formatCount(long.polls)} requests, short polling ${formatCount(short.polls)}, and the streams one each. On average a message took ${listed(meansOf(record))}.`;
    },
  },
  {
    id: 'train',
    title: 'Flaky train',
    begins: 'A flaky train',
    look: 'A cut, then eight seconds in which packets vanish: who notices when? And is anything lost?',
    settings: settingsOf('train', { heartbeatSeconds: 2, messages: 1, everyMs: 1300 }),
    steps: [
      { atMs: 4000, cut: true },
      { atMs: 9000, set: { silence: true } },
      { atMs: 17_000, set: { silence: false } },
    ],
    lastsMs: 26_000,
    conclusion(record) {
      const lanes = [...record.lanes.values()];
      const missing = lanes.reduce((sum, lane) => sum + lane.missing, 0);
      if (lanes.every(({ reconnects }) => reconnects === 0)) return null;
      const breaks = lanes.map(({ name, reconnects }) => `${laneInWords(name)} ${often(reconnects)}`);
      const lost = missing === 0 ? 'nothing is missing anywhere' : `${missing} are missing`;
      return `Connected anew: ${listed(breaks)}. Of ${formatCount(record.head)} messages ${lost}: each lane went on from its cursor.`;
    },
  },
  {
    id: 'proxy',
    title: 'Corporate proxy',
    begins: 'A corporate proxy',
    look: 'A proxy cuts what is quiet for 15 s: whoever waits longer is cut. Then shorter holds and heartbeats; then it buffers.',
    settings: settingsOf('proxy', {
      idleCutMs: 15_000,
      waitSeconds: 30,
      heartbeatSeconds: 20,
      messages: 1,
      gapMs: 0,
      everyMs: 36_000,
    }),
    steps: [
      { atMs: 18_000, set: { waitSeconds: 10, heartbeatSeconds: 5, everyMs: 2300 } },
      { atMs: 24_000, set: { holdAnswers: true } },
    ],
    lastsMs: 34_000,
    conclusion(record) {
      const last = record.stored.at(-4)?.message.seq;
      if (last === undefined) return null;
      const silent = silentSince(record, last);
      return silent.length === 0
        ? 'Nobody fell silent this time.'
        : `Behind a proxy that buffers, ${listed(silent)} got nothing any more; whoever’s answers end, or are no HTTP, got through.`;
    },
  },
  {
    id: 'tabs',
    title: 'Six tabs',
    begins: 'Six more tabs',
    look: 'Six more streams on the same address: a browser opens six connections to one, so the next one waits.',
    settings: settingsOf('tabs', { otherTabs: true }),
    steps: [],
    lastsMs: 20_000,
    conclusion(record) {
      const { open, waiting } = record.extraStreams;
      if (open + waiting === 0) return null;
      const silent = silentSince(record, record.head - 4);
      const streams = `Of six more streams ${open} are open and ${waiting} wait`;
      if (silent.length === 0) return `${streams}; each of the four still has its connection.`;
      const verb = silent.length === 1 ? 'waits' : 'wait';
      return `${streams}; ${listed(silent)} ${verb} for a connection. The limit is the browser’s, not the server’s, and HTTP/2 has none. ${SHORT_GETS_THROUGH}`;
    },
  },
];

export function storyOf(id: string | null): Story {
  return STORIES.find((story) => story.id === id) ?? STORIES[0];
}

/** @returns what the story's own steps change, as it is at the story's beginning. */
export function beginningOf({ settings, steps }: Story): Partial<RaceSettings> {
  const changed = new Set(steps.flatMap(({ set = {} }) => Object.keys(set)));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => changed.has(name)));
}

/** @returns the names of the lanes that have not got the message with that number. */
function silentSince({ lanes }: RaceRecord, seq: number): string[] {
  return [...lanes.values()].filter(({ position }) => (position ?? 0) < seq).map(({ name }) => laneInWords(name));
}

function laneOf({ lanes }: RaceRecord, name: string): LaneRecord {
  const lane = lanes.get(name);
  if (lane === undefined) throw new Error(`there is no lane ${name}`);
  return lane;
}

/** @returns `53 ms over WebSocket`, of each lane that has got something, the quickest first. */
function meansOf(record: RaceRecord): string[] {
  return [...record.lanes.keys()]
    .map((name) => ({ name, ms: meanOf(record, name) }))
    .flatMap(({ name, ms }) => (ms === null ? [] : [{ name, ms }]))
    .sort((one, other) => one.ms - other.ms)
    .map(({ name, ms }) => `${formatLatency(ms)} over ${laneInWords(name)}`);
}

function often(count: number): string {
  if (count === 0) return 'never';
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

function meanOf(record: RaceRecord, name: string): number | null {
  const known = laneOf(record, name).deliveries.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
}
