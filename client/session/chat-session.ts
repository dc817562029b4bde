// The chat, whatever carries it: one session keeps every promise (each message once, in order, nothing missing or a
// reset; each text stored once) for all transports, which only move batches and drafts.
import type { Message } from '../../server/protocol/messages.ts';
import { isTransient } from '../transports/http/refusal.ts';
import {
  PublishError,
  type Transport,
  type TransportConnection,
  type TransportEnd,
  type TransportListener,
} from '../transports/transport.ts';
import { CLOSED_BY_US, lost } from '../transports/wire/ends.ts';
import { createBackoff } from './backoff.ts';
import { createIdentity } from './identity.ts';
import { createOutbox, type OutboxRoute } from './outbox.ts';
import { createPosition } from './position.ts';
import { pollPresence } from './presence-polling.ts';
import type { ChatSession, ChatSessionOptions, SessionState, SessionStatus } from './session-types.ts';
import { createWatchdog } from './watchdog.ts';

const POLL_INTERVAL_MS = 1_000;
const WAIT_SECONDS = 30;
const GIVE_UP_AFTER_MS = 9 * 60_000;
/** How long an opened transport may take to answer, in ms. */
const CONNECT_WITHIN_MS = 15_000;
/** A connection that ends sooner than this, in ms, was no success: the backoff goes on where it was. */
const STABLE_AFTER_MS = 5_000;

/** One opened transport. What it tells counts only while it is the session's current one. */
interface Link {
  readonly transport: Transport;
  connection: TransportConnection | null;
  /** When the server answered, on the environment's clock; null before. */
  openedAt: number | null;
}

/** Throws a RangeError where the transport is not in the list, or the cursor is malformed. Does not connect yet. */
export function createChatSession(options: ChatSessionOptions): ChatSession {
  const { env, clientId, listener, random = Math.random } = options;
  const position = createPosition(options.cursor ?? null);
  const backoff = createBackoff(random);
  const watchdog = createWatchdog(() => env.now(), onSilence);
  const identity = createIdentity(env, clientId, options.joined ?? null, (joined) => {
    listener.joined?.(joined);
    outbox.pump();
  });
  const outbox = createOutbox({
    now: () => env.now(),
    random,
    giveUpAfterMs: options.giveUpAfterMs ?? GIVE_UP_AFTER_MS,
    route,
    changed: (entry) => listener.outbox?.(entry),
  });

  let transport = find(options.transport);
  let pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
  let current: Link | null = null;
  let state: SessionState = 'closed';
  let attempt = 0;
  let lastEnd: TransportEnd | undefined;
  let retryAt: number | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Before this the server does not want us. */
  let notBefore = 0;
  let offline = false;
  let stopPresence: (() => void) | null = null;
  let over = false;

  function find(name: string): Transport {
    const found = options.transports.find((each) => each.name === name);
    if (found === undefined) throw new RangeError(`there is no transport "${name}"`);
    return found;
  }

  function currentStatus(): SessionStatus {
    return {
      state,
      transport: transport.name,
      attempt,
      ...(retryAt === undefined ? {} : { retryAt }),
      ...(lastEnd === undefined ? {} : { lastEnd }),
      ...(offline ? { offline } : {}),
    };
  }

  function enter(next: SessionState, at?: number): void {
    state = next;
    retryAt = at;
    listener.status?.(currentStatus());
  }

  // Connecting and reconnecting.

  function openLink(): void {
    clearTimeout(retryTimer);
    const link: Link = { transport, connection: null, openedAt: null };
    current = link;
    watchdog.expect(CONNECT_WITHIN_MS);
    link.connection = transport.open(
      {
        env,
        clientId,
        cursor: position.cursor,
        pollIntervalMs,
        waitSeconds: options.waitSeconds ?? WAIT_SECONDS,
        presence: transport.streams && options.presence === true,
        ...(options.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: options.heartbeatSeconds }),
        ...(options.history === undefined ? {} : { history: options.history }),
        ...(options.pollPhaseMs === undefined ? {} : { pollPhaseMs: options.pollPhaseMs }),
      },
      listenTo(link),
    );
    if (current === link) enter('connecting');
  }

  /** Ends the current connection without a word to anyone, and whatever is timed for it. */
  function dropLink(): void {
    const link = current;
    current = null;
    clearTimeout(retryTimer);
    watchdog.clear();
    stopPresence?.();
    stopPresence = null;
    link?.connection?.close();
  }

  function retryLater(link: Link, end: TransportEnd): void {
    dropLink();
    lastEnd = end;
    if (link.openedAt === null) attempt += 1;
    else if (env.now() - link.openedAt >= STABLE_AFTER_MS) backoff.reset();
    const delayMs = backoff.next(end.retryMs);
    notBefore = env.now() + (end.retryMs ?? 0);
    retryTimer = setTimeout(openLink, Math.ceil(delayMs));
    enter('waiting', env.now() + delayMs);
  }

  function onSilence(): void {
    if (current !== null) retryLater(current, lost('nothing was heard of the server in the time it was due'));
  }

  function reconnect(end: TransportEnd): void {
    dropLink();
    lastEnd = end;
    enter('waiting', env.now());
    // Whoever was told of it may have done something else.
    if (state === 'waiting') openLink();
  }

  function listenTo(link: Link): TransportListener {
    function ifFault(fault: string | null): boolean {
      if (fault !== null && current === link) retryLater(link, lost(fault));
      return fault !== null;
    }
    return {
      opened(cursor) {
        if (current !== link || ifFault(position.open(cursor))) return;
        link.openedAt = env.now();
        attempt = 0;
        enter('connected');
        if (current !== link) return;
        if (options.presence === true && !link.transport.streams) {
          stopPresence = pollPresence(env, clientId, (presence) => listener.presence?.(presence));
        }
        outbox.pump();
      },
      received(messages: readonly Message[]) {
        if (current !== link) return;
        const { fresh, fault } = position.take(messages);
        if (fresh.length > 0) listener.messages?.(fresh);
        ifFault(fault);
      },
      reset(reset) {
        if (current !== link || ifFault(position.reset(reset.cursor))) return;
        listener.reset?.(reset);
      },
      presence(presence) {
        if (current === link) listener.presence?.(presence);
      },
      alive(nextWithinMs) {
        if (current === link) watchdog.expect(nextWithinMs);
      },
      ended(end) {
        if (current === link) retryLater(link, end);
      },
    };
  }

  // Sending.

  async function joinToSend(): Promise<void> {
    try {
      // By the same name as before, where the server has forgotten it.
      await identity.join(identity.joined?.name);
    } catch (error) {
      if (over) return;
      if (!(error instanceof PublishError)) throw error;
      if (isTransient(error)) outbox.hold(error.retryAfterMs);
      else outbox.failAll(`could not join: ${error.message}`);
    }
  }

  function route(): OutboxRoute | null {
    const link = current;
    if (link === null || link.openedAt === null) return null;
    const { joined, usable, joining } = identity;
    if (joined === null || !usable) {
      if (!joining) void joinToSend();
      return null;
    }
    return {
      usable: () => current === link,
      async publish(draft) {
        if (link.connection === null) throw new PublishError('the connection is closed', null, null, null);
        const receipt = await link.connection.publish(draft, joined.token);
        identity.accepted();
        return receipt;
      },
      identityRefused() {
        // At first a new one is got at once; where that is refused too, asking for more in haste does not help.
        if (identity.refused(joined.token) > 1) outbox.hold(null);
      },
    };
  }

  return {
    get status() {
      return currentStatus();
    },
    get cursor() {
      return position.cursor;
    },
    get joined() {
      return identity.joined;
    },
    get outbox() {
      return outbox.entries;
    },
    connect() {
      if (!over && current === null) openLink();
    },
    hint(hint) {
      if (over) return;
      const wasOffline = offline;
      if (hint !== 'visible') offline = hint === 'offline';
      if (offline !== wasOffline) enter(state, retryAt);
      if (offline) return;
      // What failed without a network says nothing of the server.
      if (hint === 'online') backoff.reset();
      if (state === 'waiting' && env.now() >= notBefore) openLink();
      else if (wasOffline && current !== null) reconnect(lost('the network was away'));
      else if (watchdog.overdue) reconnect(lost('nothing was heard of the server while this side slept'));
    },
    disconnect() {
      if (state === 'closed') return;
      if (current !== null) lastEnd = CLOSED_BY_US;
      dropLink();
      enter('closed');
    },
    switchTo(name) {
      const next = find(name);
      if (over || next === transport) return;
      transport = next;
      if (state === 'closed') {
        enter('closed');
        return;
      }
      // From the same cursor: whatever the old connection still had in its pipes comes again over the new one.
      dropLink();
      openLink();
    },
    setPollIntervalMs(ms) {
      pollIntervalMs = ms;
      current?.connection?.setPollIntervalMs(ms);
    },
    async join(name) {
      try {
        return await identity.join(name);
      } catch (error) {
        // What waited for this identity gets one by itself.
        outbox.pump();
        throw error;
      }
    },
    send(text) {
      const added = outbox.add(text);
      outbox.pump();
      return outbox.get(added.id) ?? added;
    },
    close() {
      if (over) return;
      const wasClosed = state === 'closed';
      over = true;
      outbox.close();
      identity.close();
      dropLink();
      if (!wasClosed) enter('closed');
    },
  };
}
