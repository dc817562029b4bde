// One race: a room of its own, a second lab in this process, with an impaired network before it, that nobody else sees.
import { randomBytes } from 'node:crypto';
import type { LabConfig } from '../../config.ts';
import type { Impairments } from '../../network/impairments.ts';
import type { QueueBudget } from '../../network/pipe.ts';
import { type ImpairmentProxy, startProxy } from '../../network/proxy.ts';
import { createMemoryStore } from '../../stores/memory.ts';
import type { Store } from '../../stores/store.ts';
import { createTrace, type Traces, wallClockMs } from '../../tracing/traces.ts';
import { type BotSettings, createBot, SILENT } from './bot.ts';

/** Connections of one race at the most: four clients, their publishing, and a browser's six more streams. */
const MOST_CONNECTIONS = 32;
/** What a race's own lab may hold, and be asked for: eight races must not cost what eight labs may. */
const LIMITS: Partial<LabConfig> = { maxUnreadMib: 2, addressPublishRate: 100, addressJoinRate: 20 };
/** Ms that ids are remembered: those who retry have gone with the page. */
const DEDUPE_WINDOW_MS = 60_000;
/** Messages that a race's log keeps. */
const RETAIN = 250;

export interface RaceLab {
  readonly url: string;
  /** Resolves when it has ended. */
  close(): Promise<void>;
}

/** Starts the lab of a race. */
export type StartRaceLab = (config: LabConfig, store: Store, traces: Traces) => Promise<RaceLab>;

/** Takes what happens in a race; `at` is the server's wall clock in ms, with fractions. */
export type RaceListener = (event: { readonly type: string; readonly at: number }) => void;

export interface RaceState {
  readonly id: string;
  /** Where its clients connect, through the impaired network. */
  readonly url: string;
  readonly impairments: Impairments;
  readonly bot: BotSettings;
}

export interface Race {
  state(): RaceState;
  impair(impairments: Impairments): void;
  setBot(settings: BotSettings): void;
  /** Resets every open connection once. */
  cut(): void;
  /** From now on everything that happens is told to this listener alone; null: to nobody. */
  listen(listener: RaceListener | null): void;
  /** Resolves when its ports are free. */
  close(): Promise<void>;
}

/**
 * Resolves with a race on free ports of the address that the lab itself is bound to, as far as a browser can name it.
 * @param budget what waits in the networks of all races together.
 */
export async function startRace(config: LabConfig, startLab: StartRaceLab, budget: QueueBudget): Promise<Race> {
  const id = randomBytes(16).toString('base64url');
  let listener: RaceListener | null = null;
  const tell = (type: string, data: object = {}) => listener?.({ type, at: wallClockMs(), ...data });

  const trace = createTrace(tell, config.maxTracedAtOnce);
  // Everything on the race's port is the race's own: it is traced without being asked.
  const traces: Traces = { open: () => undefined, find: () => trace, close: () => undefined };
  const memory = createMemoryStore({
    retain: RETAIN,
    dedupeWindowMs: Math.min(config.dedupeWindowMs, DEDUPE_WINDOW_MS),
  });
  const store: Store = {
    ...memory,
    onCommit: (told) =>
      memory.onCommit((messages) => {
        for (const message of messages) tell('stored', { message });
        told(messages);
      }),
  };
  // A Content-Security-Policy can't name [::1], so the page could not have it in a frame.
  const host = config.host.includes(':') ? '127.0.0.1' : config.host;
  const lab = await startLab(raceConfig(config, host), store, traces);
  let proxy: ImpairmentProxy;
  try {
    const target = { host, port: Number(new URL(lab.url).port) };
    proxy = await startProxy({
      target,
      host,
      port: 0,
      seed: 1,
      impairments: {},
      spins: false,
      budget,
      maxConnections: MOST_CONNECTIONS,
    });
  } catch (error) {
    await lab.close();
    throw error;
  }
  let impairments: Impairments = {};
  let botSettings = SILENT;
  const bot = createBot((draft) => {
    // A memory store that is open never rejects.
    void memory.append(draft);
  });

  return {
    state: () => ({ id, url: proxy.url, impairments, bot: botSettings }),
    impair: (given) => {
      impairments = given;
      proxy.set(given);
      tell('impairments', { impairments });
    },
    setBot: (settings) => {
      botSettings = settings;
      bot.set(settings);
    },
    cut: () => {
      const connections = proxy.state().open;
      proxy.cutAll();
      tell('cut', { connections });
    },
    listen: (next) => {
      listener = next;
    },
    close: async () => {
      bot.stop();
      listener = null;
      await Promise.all([lab.close(), proxy.close()]);
    },
  };
}

function raceConfig(config: LabConfig, host: string): LabConfig {
  return {
    ...config,
    host,
    port: 0,
    store: 'memory',
    labControls: 'off',
    conformance: false,
    allowOrigin: [],
    ...LIMITS,
    maxConnections: MOST_CONNECTIONS,
    maxConnectionsPerAddress: MOST_CONNECTIONS,
    shutdownMs: 0,
  };
}
