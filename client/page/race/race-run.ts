// One race after the other: a lease with its frame of four clients, or, where the lab's controls are off, four clients in
// the chat's own room. Keeps the record of it.
import { ROUTES } from '../../../server/protocol/routes.ts';
import { createBrowserEnv } from '../../transports/env-browser.ts';
import { readText } from '../../transports/http/read-body.ts';
import { transports } from '../../transports/index.ts';
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import { createClientId } from '../identity.ts';
import { createServerClock } from '../server-clock.ts';
import { createClients, type RaceClients } from './clients.ts';
import { type FrameCommand, type FrameNote, wallClockMs } from './frame-messages.ts';
import { type Lease, LeaseError, openLease } from './lease.ts';
import type { RaceSettings } from './race-settings.ts';
import { createRecord, type RaceRecord } from './record.ts';
import { createReducer } from './reducer.ts';

/** A race that has not begun after so long is given up, in ms: a frame that did not load says nothing. */
export const BEGIN_MS = 20_000;
/** How long after a race could not begin, or was lost, the next one is tried, in ms. */
const AGAIN_MS = 3000;
/** From the first message of a pair that a person sends to the second, in ms. */
export const PAIR_GAP_MS = 30;
/** Streams that stand for other tabs: a browser's limit for one address. */
const OTHER_TABS = 6;
const CLOCK_SAMPLES = 3;

/**
 * `starting`: the server was asked for a race. `on`: it is. `direct`: the lab's controls are off, so the four race in the
 * chat's room. `full`: as many races are on as may be. `lost`: the server has gone, or was too slow; the next is tried.
 * `resting`: none.
 */
export type RunState = 'starting' | 'on' | 'direct' | 'full' | 'lost' | 'resting';

export interface RaceRun {
  readonly state: RunState;
  readonly record: RaceRecord;
  readonly url: string | null;
  /** Begins one, unless one is on. */
  begin(): void;
  /** Ends the one that is on, and begins another. */
  again(): void;
  /** Ends it, and gives its port back. */
  rest(): void;
  /** What has changed is done; what concerns the clients makes them connect anew. */
  set(settings: RaceSettings): void;
  /** While it is quiet, the bot says nothing. */
  quiet(on: boolean): void;
  cut(): void;
  /** A lane sends two messages, or another number, one shortly after the other. */
  send(lane: string, count?: number): void;
  tryNow(): void;
}

/** How the clients are reached. */
interface Steering {
  readonly url: string;
  tell(command: FrameCommand): void;
  /** Null where there is none. */
  readonly lease: Lease | null;
}

const LANES = transports.map(({ name }) => name);

/** @param changed is told whenever there is another state, and another record. */
export function createRaceRun(frames: HTMLElement, first: RaceSettings, changed: () => void): RaceRun {
  const env = createBrowserEnv();
  let settings = first;
  let state: RunState = 'resting';
  let record = createRecord(LANES, true);
  let steering: Steering | null = null;
  let isQuiet = false;
  let sent = 0;
  /** Of the race that is wanted now: with its end goes all that belongs to it. */
  let life = new AbortController();
  /** Until this one is given up, or the next is tried. */
  let timer: ReturnType<typeof setTimeout> | undefined;

  function to(next: RunState): void {
    state = next;
    changed();
  }

  function endNow(): void {
    life.abort();
    life = new AbortController();
    clearTimeout(timer);
    steering = null;
  }

  async function begin(): Promise<void> {
    endNow();
    const { signal } = life;
    record = createRecord(LANES, true);
    timer = setTimeout(() => fail('lost'), BEGIN_MS);
    to('starting');
    try {
      const reducer = createReducer(record);
      const lease = await openLease(env, { event: reducer.trace, lost: () => fail('lost') }, signal);
      const noted = (note: FrameNote) => {
        if (note.kind === 'ready') void start(signal);
        else reducer.frame(note);
      };
      steering = { url: lease.url, lease, tell: openFrame(frames, lease.url, noted, signal) };
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof LeaseError ? error.reason : 'failed';
      if (reason === 'off') direct();
      else fail(reason === 'full' ? 'full' : 'lost');
    }
  }

  /** The frame is there: its network is made, and the four connect. */
  async function start(signal: AbortSignal): Promise<void> {
    const lease = steering?.lease;
    let told: RaceSettings;
    do {
      told = settings;
      await lease?.impair(told);
      if (signal.aborted) return;
      // What was changed meanwhile is told, too.
    } while (told !== settings);
    tellClients();
    void lease?.setBot(botNow());
    clearTimeout(timer);
    to('on');
  }

  function direct(): void {
    const { signal } = life;
    const clock = createServerClock();
    record = createRecord(LANES, false);
    const reducer = createReducer(record, (at) => {
      const now = env.now();
      const server = clock.serverTime(now);
      return server === null ? null : wallClockMs() - (server - at);
    });
    const clients = createClients(reducer.frame, `-${createClientId()}`);
    signal.addEventListener('abort', clients.stop);
    steering = { url: location.origin, lease: null, tell: (command) => carryOut(clients, command) };
    void sampleClock();
    tellClients();
    clearTimeout(timer);
    to('direct');

    async function sampleClock(): Promise<void> {
      for (let sample = 0; sample < CLOCK_SAMPLES && !signal.aborted; sample += 1) {
        const sentAt = env.now();
        try {
          const { body } = await env.request({ method: 'GET', path: ROUTES.stats });
          const stats = parseJson(await readText(body));
          if (isFields(stats) && typeof stats['at'] === 'number') clock.sample(sentAt, env.now(), stats['at']);
        } catch {
          // Then latencies are not known, and the lanes say what is wrong.
        }
      }
    }
  }

  function fail(why: 'full' | 'lost'): void {
    endNow();
    timer = setTimeout(() => void begin(), AGAIN_MS);
    to(why);
  }

  function tellClients(): void {
    const { pollIntervalMs, waitSeconds, heartbeatSeconds, otherTabs, refuse } = settings;
    steering?.tell({ kind: 'extra-streams', count: otherTabs ? OTHER_TABS : 0 });
    steering?.tell({ kind: 'start', settings: { pollIntervalMs, waitSeconds, heartbeatSeconds } });
    if (refuse) steering?.tell({ kind: 'offline', offline: true });
  }

  function botNow() {
    return isQuiet ? { ...settings, messages: 0 } : settings;
  }

  /** Whether any of the members differs. */
  function differ(from: RaceSettings, ...members: (keyof RaceSettings)[]): boolean {
    return members.some((member) => from[member] !== settings[member]);
  }

  return {
    get state() {
      return state;
    },
    get record() {
      return record;
    },
    get url() {
      return steering?.url ?? null;
    },
    begin() {
      if (state === 'resting' || state === 'full' || state === 'lost') void begin();
    },
    again: () => void begin(),
    rest() {
      endNow();
      to('resting');
    },
    set(next) {
      const before = settings;
      settings = next;
      if (steering === null || (state !== 'on' && state !== 'direct')) return;
      const { lease, tell } = steering;
      if (differ(before, 'roundTripMs', 'jitterMs', 'silence', 'refuse', 'idleCutMs', 'holdAnswers')) {
        void lease?.impair(settings);
      }
      if (differ(before, 'refuse')) {
        // What is open breaks, as with the network gone.
        if (settings.refuse) void lease?.cut();
        tell({ kind: 'offline', offline: settings.refuse });
      }
      if (differ(before, 'messages', 'gapMs', 'everyMs')) void lease?.setBot(botNow());
      if (differ(before, 'pollIntervalMs', 'waitSeconds', 'heartbeatSeconds')) tellClients();
      else if (differ(before, 'otherTabs')) {
        tell({ kind: 'extra-streams', count: settings.otherTabs ? OTHER_TABS : 0 });
      }
    },
    quiet(on) {
      if (on === isQuiet) return;
      isQuiet = on;
      if (state === 'on') void steering?.lease?.setBot(botNow());
    },
    cut: () => void steering?.lease?.cut(),
    send(lane, count = 2) {
      for (let index = 0; index < count; index += 1) {
        sent += 1;
        const text = `Message ${sent} from the race`;
        setTimeout(() => steering?.tell({ kind: 'send', lane, text }), index * PAIR_GAP_MS);
      }
    },
    tryNow: () => steering?.tell({ kind: 'try-now' }),
  };
}

function carryOut(clients: RaceClients, command: FrameCommand): void {
  if (command.kind === 'start') clients.start(command.settings);
  else if (command.kind === 'send') clients.send(command.lane, command.text);
  else if (command.kind === 'try-now') clients.tryNow();
  else if (command.kind === 'stop') clients.stop();
}

/** Loads the frame; what is told to it goes to its own origin alone, and only its own window is listened to. */
function openFrame(parent: HTMLElement, url: string, noted: (note: FrameNote) => void, signal: AbortSignal) {
  const frame = document.createElement('iframe');
  addEventListener(
    'message',
    ({ source, data }: MessageEvent<FrameNote>) => {
      if (source === frame.contentWindow) noted(data);
    },
    { signal },
  );
  signal.addEventListener('abort', () => frame.remove());
  frame.title = 'The four clients of the race';
  frame.tabIndex = -1;
  frame.src = `${url}/race-frame.html`;
  parent.append(frame);
  return (command: FrameCommand) => frame.contentWindow?.postMessage(command, url);
}
