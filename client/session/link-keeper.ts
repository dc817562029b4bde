// Keeps a session connected: opens transports one after the other, notices a dead one, waits between attempts, and tells
// how it stands.
import { defined } from '../../server/protocol/defined.ts';
import type { Transport, TransportEnd } from '../transports/transport.ts';
import { CLOSED_BY_US, lost } from '../transports/wire/ends.ts';
import { createBackoff } from './backoff.ts';
import { createDiagnosis } from './diagnosis.ts';
import { CONNECT_WITHIN_MS, createLink, type Link, pulseOf } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Position } from './position.ts';
import { pollPresence } from './presence-polling.ts';
import { listenTo, type Reading } from './reading.ts';
import type { ChatSession, ChatSessionOptions, SessionState, SessionStatus } from './session-types.ts';
import type { SleepClock } from './sleep-clock.ts';
import { createWatchdog } from './watchdog.ts';

const POLL_INTERVAL_MS = 1_000;
const WAIT_SECONDS = 30;
/** A connection that ends sooner than this, in ms, was no success: the backoff goes on where it was. */
const STABLE_AFTER_MS = 5_000;

export interface LinkKeeperParts {
  readonly options: ChatSessionOptions;
  readonly position: Position;
  readonly clock: SleepClock;
  /** Connected: what waits can be sent. */
  opened(): void;
  readonly outbox: Pick<Outbox, 'readBack' | 'doubt'>;
}

export interface LinkKeeper
  extends Pick<ChatSession, 'status' | 'pulse' | 'connect' | 'hint' | 'disconnect' | 'switchTo' | 'setPollIntervalMs'> {
  /** The link that can be published over, or null. */
  readonly open: Link | null;
  /** This machine slept. */
  woke(): void;
  /** Ends it for good. */
  close(): void;
}

/** Throws a RangeError where the transport to begin with is not in the list. Does not connect yet. */
export function createLinkKeeper({ options, position, clock, opened, outbox }: LinkKeeperParts): LinkKeeper {
  const { env, clientId, listener, random = Math.random } = options;
  const backoff = createBackoff(random);
  const watchdog = createWatchdog(() => env.now(), onSilence);
  const diagnosis = createDiagnosis(env, clientId, () => clock.now(), tellTrouble);

  const reading: Reading = {
    env,
    position,
    listener,
    outbox,
    watchdog,
    diagnosis,
    isCurrent,
    connected,
    failed: retryLater,
    alive() {
      if (toldTrouble !== undefined) tellTrouble();
    },
  };

  let transport = find(options.transport);
  let pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
  let current: Link | null = null;
  let state: SessionState = 'closed';
  let attempt = 0;
  let lastEnd: TransportEnd | undefined;
  let retryAt: number | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Before this, on the clock that goes on in sleep, the server does not want us. */
  let notBefore = Number.NEGATIVE_INFINITY;
  let offline = false;
  let toldTrouble: SessionStatus['trouble'];
  let stopPresence: (() => void) | null = null;
  let over = false;

  function find(name: string): Transport {
    const found = options.transports.find((each) => each.name === name);
    if (found === undefined) throw new RangeError(`there is no transport "${name}"`);
    return found;
  }

  function currentStatus(): SessionStatus {
    const trouble = diagnosis.trouble(transport.name);
    return {
      state,
      transport: transport.name,
      attempt,
      ...defined({ retryAt, lastEnd }),
      ...(offline ? { offline } : {}),
      ...(trouble === null ? {} : { trouble }),
    };
  }

  function enter(next: SessionState, at?: number): void {
    state = next;
    retryAt = at;
    if (state === 'closed') clock.stop();
    else clock.start();
    const status = currentStatus();
    toldTrouble = status.trouble;
    listener.status?.(status);
  }

  function tellTrouble(): void {
    if (!over && diagnosis.trouble(transport.name) !== (toldTrouble ?? null)) enter(state, retryAt);
  }

  function openLink(): void {
    clearTimeout(retryTimer);
    const link = createLink(transport, env.now());
    current = link;
    watchdog.expect(CONNECT_WITHIN_MS);
    link.connection = transport.open(
      {
        env,
        clientId,
        cursor: position.cursor,
        pollIntervalMs,
        waitSeconds: options.waitSeconds ?? WAIT_SECONDS,
        presence: transport.pace === 'stream' && options.presence === true,
        ...defined({
          heartbeatSeconds: options.heartbeatSeconds,
          history: options.history,
          pollPhaseMs: options.pollPhaseMs,
        }),
      },
      listenTo(link, reading),
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
    const now = env.now();
    const several = end.cause === 'several-servers';
    if (link.openedAt === null) {
      attempt += 1;
      if (end.reason === 'lost') {
        const { answered, startedAt } = link;
        const silent = end.cause === 'silent';
        diagnosis.failed({ transport: link.transport, answered, silent, tookMs: now - startedAt });
      }
    } else if (now - link.openedAt >= STABLE_AFTER_MS && !several) {
      backoff.reset();
    }
    const delayMs = backoff.next(end.retryMs);
    notBefore = clock.now() + (end.retryMs ?? 0);
    retryTimer = setTimeout(openLink, Math.ceil(delayMs));
    enter('waiting', now + delayMs);
  }

  function isCurrent(link: Link): boolean {
    return current === link;
  }

  function connected(link: Link): void {
    attempt = 0;
    enter('connected');
    if (current !== link) return;
    if (options.presence === true && link.transport.pace !== 'stream') {
      stopPresence = pollPresence(env, clientId, (presence) => listener.presence?.(presence));
    }
    opened();
  }

  function onSilence(): void {
    if (current === null) return;
    retryLater(current, lost('nothing was heard of the server in the time it was due', 'silent'));
  }

  function reconnect(end: TransportEnd): void {
    dropLink();
    lastEnd = end;
    enter('waiting', env.now());
    // Whoever was told of it may have done something else.
    if (state === 'waiting') openLink();
  }

  return {
    get status() {
      return currentStatus();
    },
    get pulse() {
      return state === 'connected' && current !== null ? pulseOf(current) : null;
    },
    get open() {
      return current === null || current.openedAt === null ? null : current;
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
      if (state === 'waiting' && clock.now() >= notBefore) openLink();
      else if (wasOffline && current !== null) reconnect(lost('the network was away', 'offline'));
      else if (watchdog.overdue) reconnect(lost('nothing was heard of the server while this side slept', 'slept'));
    },
    woke() {
      // What failed before says nothing of now.
      backoff.reset();
      if (current !== null) reconnect(lost('this machine slept', 'slept'));
      else if (state === 'waiting' && clock.now() >= notBefore) openLink();
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
    close() {
      if (over) return;
      const wasClosed = state === 'closed';
      over = true;
      diagnosis.close();
      dropLink();
      if (!wasClosed) enter('closed');
    },
  };
}
