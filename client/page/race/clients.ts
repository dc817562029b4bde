// The four clients of a race, each a session of its own over one transport, and notes of all that they do.
import { defined } from '../../../server/protocol/defined.ts';
import { createChatSession } from '../../session/chat-session.ts';
import type { ChatSession, SessionHint } from '../../session/session-types.ts';
import { createBrowserEnv } from '../../transports/env-browser.ts';
import { transports } from '../../transports/index.ts';
import { type FrameNote, type SessionNote, wallClockMs } from './frame-messages.ts';
import { createNotingEnv } from './noting-env.ts';
import type { ClientSettings } from './race-settings.ts';

/** So often the page is told until when each client waits for a sign of life, in ms. */
const PULSE_MS = 1000;

export interface RaceClients {
  /** The four connect, from the room's head, after their old connections, where there are any, have ended. */
  start(settings: ClientSettings): void;
  send(lane: string, text: string): void;
  tryNow(): void;
  hint(hint: SessionHint): void;
  stop(): void;
}

/** @param suffix of the clients' ids, where others of the room may race too. */
export function createClients(tell: (note: FrameNote) => void, suffix = ''): RaceClients {
  let sessions = new Map<string, ChatSession>();
  let pulses: ReturnType<typeof setInterval> | undefined;

  function startClient(lane: string, { pollIntervalMs, waitSeconds, heartbeatSeconds }: ClientSettings): ChatSession {
    const say = (note: SessionNote) => tell({ lane, at: wallClockMs(), ...note });
    const env = createNotingEnv(createBrowserEnv(), {
      request: (request, note) => tell({ lane, at: wallClockMs(), request, ...note }),
      socket: (socket, note) => tell({ lane, at: wallClockMs(), socket, ...note }),
    });
    const session: ChatSession = createChatSession({
      env,
      transports,
      transport: lane,
      clientId: `race-${lane}${suffix}`,
      pollIntervalMs,
      waitSeconds,
      heartbeatSeconds,
      history: 0,
      listener: {
        status({ retryAt, ...status }) {
          const at = defined({ retryAt: retryAt && performance.timeOrigin + retryAt });
          say({ kind: 'status', status: { ...status, ...at }, cursor: session.cursor });
        },
        messages(messages) {
          for (const message of messages) say({ kind: 'delivery', message });
        },
        reset: (reset) => say({ kind: 'reset', reset }),
        outbox: ({ id, state }) => say({ kind: 'outbox', id, state }),
      },
    });
    return session;
  }

  function tellPulses(): void {
    for (const [lane, { pulse }] of sessions) {
      if (pulse === null) continue;
      tell({ lane, at: wallClockMs(), kind: 'pulse', lostAt: performance.timeOrigin + pulse.lostAt });
    }
  }

  function stop(): void {
    clearInterval(pulses);
    for (const session of sessions.values()) session.close();
    sessions = new Map();
  }

  return {
    start(settings) {
      stop();
      sessions = new Map(transports.map(({ name }) => [name, startClient(name, settings)]));
      for (const session of sessions.values()) session.connect();
      pulses = setInterval(tellPulses, PULSE_MS);
    },
    send: (lane, text) => void sessions.get(lane)?.send(text),
    tryNow() {
      for (const session of sessions.values()) session.tryNow();
    },
    hint(hint) {
      for (const session of sessions.values()) session.hint(hint);
    },
    stop,
  };
}
