// The room: one chat session, and the parts of the page that show it and steer it.
import type { Message } from '../../server/protocol/messages.ts';
import { createChatSession } from '../session/chat-session.ts';
import type { SessionStatus } from '../session/session-types.ts';
import { createBrowserEnv } from '../transports/env-browser.ts';
import { transports } from '../transports/index.ts';
import { createConnectionLines } from './connection-lines.ts';
import { createCostTable } from './cost-table.ts';
import { byId } from './dom.ts';
import { formatMessageTime } from './format.ts';
import { startHints } from './hints.ts';
import { createClientId, type TabIdentity } from './identity.ts';
import { followKeyboard } from './keyboard.ts';
import { latencyOf } from './latency.ts';
import { createLogScroller } from './log-scroller.ts';
import { createMessageList } from './message-list.ts';
import { createNameForm } from './name-form.ts';
import { createObstacles } from './obstacles.ts';
import { createOutboxList } from './outbox-list.ts';
import { createOutboxRetry } from './outbox-retry.ts';
import { createPollInterval, DEFAULT_INTERVAL_MS } from './poll-interval.ts';
import { createPresenceView } from './presence-view.ts';
import { weighRequest } from './request-scale.ts';
import { createSendForm } from './send-form.ts';
import { createServerClock } from './server-clock.ts';
import { startStatsPoller } from './stats-poller.ts';
import { createStatusLine } from './status-line.ts';
import type { TabStorage } from './tab-storage.ts';
import { createTransportLooks } from './transport-looks.ts';
import { createTransportSwitch } from './transport-switch.ts';
import { createUnread } from './unread.ts';
import type { View } from './view-router.ts';

export interface RoomOptions {
  /** The transport to begin with. */
  readonly transport: string;
  readonly identity: TabIdentity;
  readonly storage: TabStorage;
  /** The reader chose another one. */
  readonly switched: (transport: string) => void;
}

/** Joins the room and connects. It goes on while it is hidden, and lives as long as the page. */
export function startRoom({ transport, identity, storage, switched }: RoomOptions): View {
  const env = createBrowserEnv();
  const clientId = createClientId();
  const clock = createServerClock();
  const looks = createTransportLooks(transports);
  /** When the present connection was made, on the environment's clock. */
  let connectedAt = Number.POSITIVE_INFINITY;
  let connectedOver = '';

  const messages = byId('messages', HTMLElement);
  const outbox = byId('outbox', HTMLElement);
  const log = byId('log', HTMLElement);
  const list = createMessageList({ list: messages, log, empty: byId('empty', HTMLElement), looks });
  const scroller = createLogScroller(
    byId('scroller', HTMLElement),
    [log, outbox],
    byId('new-messages', HTMLButtonElement),
  );
  const costs = createCostTable(transports, looks, { clientId, pollIntervalMs: DEFAULT_INTERVAL_MS });
  const presence = createPresenceView(transports, looks);
  const connectionLine = createConnectionLines(looks.label, (moment) => {
    const now = Date.now();
    return formatMessageTime(now + moment - env.now(), now);
  });

  const session = createChatSession({
    env,
    transports,
    transport,
    clientId,
    ...(identity.joined === null ? {} : { joined: identity.joined }),
    pollIntervalMs: DEFAULT_INTERVAL_MS,
    presence: true,
    listener: {
      status: showStatus,
      messages: showMessages,
      reset(reset) {
        list.reset(reset);
        pending.reset();
      },
      presence: presence.show,
      outbox(entry) {
        pending.update(entry);
        obstacles.outbox(entry);
        showRetry();
      },
      joined(joined) {
        identity.keep(joined);
        names.show(joined);
      },
    },
  });

  const pending = createOutboxList({ list: outbox, again: send });
  const names = createNameForm((name) => session.join(name));
  const status = createStatusLine({
    now: env.now,
    label: looks.label,
    pulse: () => session.pulse,
    connect() {
      session.connect();
      session.tryNow();
    },
    disconnect: () => session.disconnect(),
  });
  const choice = createTransportSwitch({
    transports,
    looks,
    chosen: switchTo,
  });
  const obstacles = createObstacles({ label: looks.label, switchTo });
  const showRetry = createOutboxRetry({
    now: env.now,
    retryAt: () => session.outboxRetryAt,
    tryNow: () => session.tryNow(),
  });
  const unread = createUnread();

  function switchTo(name: string): void {
    session.switchTo(name);
    switched(name);
  }

  function send(text: string): void {
    session.send(text);
    scroller.toEnd();
  }

  function showStatus(next: SessionStatus): void {
    if (next.state !== 'connected') connectedAt = Number.POSITIVE_INFINITY;
    else if (connectedAt === Number.POSITIVE_INFINITY || next.transport !== connectedOver) connectedAt = env.now();
    connectedOver = next.transport;
    status.show(next);
    obstacles.status(next);
    showRetry();
    choice.show(next.transport);
    costs.current(next.transport);
    presence.stale(next.state !== 'connected');
    const line = connectionLine(next);
    if (line !== null) list.line(line);
    // The first try may have found no server.
    if (next.state === 'connected' && identity.joined === null) names.join();
  }

  function showMessages(received: readonly Message[]): void {
    const shownAt = env.now();
    const over = session.status.transport;
    const arrivals = received.map((message) => ({
      message,
      own: identity.isOwn(message.from),
      over,
      latency: latencyOf(clock, message.at, connectedAt, shownAt),
    }));
    const news = arrivals.filter(({ latency }) => latency !== null);
    pending.shown(received);
    list.add(arrivals, news.length > 0);
    if (news.length > 0) scroller.arrived(received.length);
    unread.said(news.filter(({ own }) => !own).length);
    costs.delivered(over, received, arrivals.at(-1)?.latency ?? null);
  }

  /** What carries messages now, and how often it beats. */
  function connection(): { readonly using: string | null; readonly heartbeatMs: number | null } {
    const { state, transport: using } = session.status;
    const { pulse } = session;
    if (state !== 'connected') return { using: null, heartbeatMs: null };
    const streams = transports.some((one) => one.name === using && one.pace === 'stream');
    return { using, heartbeatMs: streams && pulse !== null ? pulse.dueAt - pulse.heardAt : null };
  }

  let weighing = false;
  /** What fails is tried again with the next counters; why they don't come is said there. */
  async function weigh(): Promise<void> {
    if (weighing) return;
    weighing = true;
    weighing = await weighRequest(env, createClientId()).then(
      (bytes) => {
        costs.requestWeight(bytes);
        return true;
      },
      () => false,
    );
  }

  createSendForm(storage, send);
  followKeyboard(byId('chat', HTMLElement), byId('send-text', HTMLTextAreaElement));
  createPollInterval((intervalMs) => {
    session.setPollIntervalMs(intervalMs);
    costs.pollInterval(intervalMs);
  });
  startStatsPoller({
    clientId,
    env,
    answered(stats, sentAt, receivedAt) {
      clock.sample(sentAt, receivedAt, stats.at);
      void weigh();
      costs.clockError(clock.errorMs ?? 0);
      costs.count({ stats, at: receivedAt, ...connection() });
      costs.problem(null);
    },
    failed: costs.problem,
  });

  startHints((hint) => session.hint(hint));
  showStatus(session.status);
  if (identity.joined === null) names.join();
  else names.show(identity.joined);
  session.connect();
  return { show: () => unread.inView(true), hide: () => unread.inView(false) };
}
