// The frame of a race: four real clients at the race's own address, steered by the lab's page around it. They have the
// address that they talk to as their own, so there is no CORS, and no preflight before each POST.
import { createChatSession } from '../../../session/chat-session.ts';
import type { ChatSession } from '../../../session/session-types.ts';
import { createBrowserEnv } from '../../../transports/env-browser.ts';
import { transports } from '../../../transports/index.ts';
import {
  type ClientSettings,
  type FrameCommand,
  type FrameNote,
  type SessionNote,
  wallClockMs,
} from '../frame-messages.ts';
import { createExtraStreams } from './extra-streams.ts';
import { createNotingEnv } from './noting-env.ts';

/** The lab's page is on this machine too, on another port; anybody else is not listened to. */
const LOOPBACK_PAGE = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const page = window.parent;
let pageOrigin: string | null = null;
let sessions = new Map<string, ChatSession>();

function tell(note: FrameNote): void {
  page.postMessage(note, pageOrigin ?? '*');
}

const extraStreams = createExtraStreams((open, waiting) => {
  tell({ kind: 'extra-streams', at: wallClockMs(), open, waiting });
});

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
    clientId: `race-${lane}`,
    pollIntervalMs,
    waitSeconds,
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    history: 0,
    listener: {
      status: (status) => say({ kind: 'status', status, cursor: session.cursor }),
      messages(messages) {
        for (const message of messages) say({ kind: 'delivery', message });
      },
      reset: (reset) => say({ kind: 'reset', reset }),
      outbox: ({ id, state }) => say({ kind: 'outbox', id, state }),
    },
  });
  return session;
}

function stop(): void {
  extraStreams.set(0);
  for (const session of sessions.values()) session.close();
  sessions = new Map();
}

function obey(command: FrameCommand): void {
  switch (command.kind) {
    case 'start':
      stop();
      sessions = new Map(transports.map(({ name }) => [name, startClient(name, command.settings)]));
      for (const session of sessions.values()) session.connect();
      break;
    case 'send':
      sessions.get(command.lane)?.send(command.text);
      break;
    case 'try-now':
      for (const session of sessions.values()) session.tryNow();
      break;
    case 'offline':
      for (const session of sessions.values()) session.hint(command.offline ? 'offline' : 'online');
      break;
    case 'extra-streams':
      extraStreams.set(command.count);
      break;
    case 'stop':
      stop();
  }
}

window.addEventListener('message', ({ source, origin, data }: MessageEvent<FrameCommand>) => {
  if (source !== page || !LOOPBACK_PAGE.test(origin)) return;
  pageOrigin = origin;
  obey(data);
});
// Nothing is told that is not public yet: who may listen is known from the first command.
tell({ kind: 'ready' });
