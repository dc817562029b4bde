// What ChatSession offers: the types alone, for those who show or drive a session.
import type { Joined, Message, Presence, Reset } from '../../server/protocol/messages.ts';
import type { Transport, TransportEnd, TransportEnv } from '../transports/transport.ts';

/**
 * `closed`: not connected, and not trying. `connecting`: a transport was opened and has not answered. `connected`: it
 * has. `waiting`: the connection ended, and the next attempt comes at `retryAt`.
 */
export type SessionState = 'closed' | 'connecting' | 'connected' | 'waiting';

/**
 * What the platform noticed, right or wrong. `online`, `offline`: whether it has a network. `visible`: the page is looked
 * at again, after its timers may have slept.
 */
export type SessionHint = 'online' | 'offline' | 'visible';

/**
 * What seems to be wrong beyond a lost connection. `never-opened`: this transport has never got through in this session,
 * though the server answers other requests, so it or a proxy refuses it. `held-back`: the server answers, and something
 * on the way holds back what it writes into the stream. `several-servers`: several servers answer under this address,
 * each with a room of its own; the session then waits longer between its attempts.
 */
export type SessionTrouble = 'never-opened' | 'held-back' | 'several-servers';

/** Signs of life of the connection at hand; moments on the environment's clock, in ms. */
export interface Pulse {
  readonly heardAt: number;
  /** The next sign of life should be here by then. */
  readonly dueAt: number;
  /** Without one by then the connection is given up and made anew. */
  readonly lostAt: number;
}

export interface SessionStatus {
  readonly state: SessionState;
  /** The name of the transport in use, or of the next attempt. */
  readonly transport: string;
  /** With `waiting`: when the next attempt comes, on the environment's clock, in ms. */
  readonly retryAt?: number;
  /** Attempts that failed since the last success. */
  readonly attempt: number;
  /** How the last connection ended, where one did. */
  readonly lastEnd?: TransportEnd;
  /** The platform said that it has no network. It may be wrong, so attempts go on as ever. */
  readonly offline?: true;
  /** Told anew when it comes or goes. */
  readonly trouble?: SessionTrouble;
}

/**
 * `unsent`: waiting for a connection, or for the next try. `sent`: on its way. `stored`: the server gave a receipt.
 * `failed`: refused for good, or given up; `detail` says why.
 */
export type OutboxState = 'unsent' | 'sent' | 'stored' | 'failed';

export interface OutboxEntry {
  readonly id: string;
  readonly text: string;
  readonly state: OutboxState;
  readonly detail?: string;
  /** When it was sent for the first time, on the environment's clock, in ms. */
  readonly sentAt: number;
}

/** Called by a session, always with its state already up to date. */
export interface SessionListener {
  status?(status: SessionStatus): void;
  /** Messages in seq order: each exactly once, nothing in between missing, since the last reset. */
  messages?(messages: readonly Message[]): void;
  /** What was shown is void: clear it. */
  reset?(reset: Reset): void;
  presence?(presence: Presence): void;
  /** An entry is new, or its state has changed. A stored entry leaves the outbox with this call. */
  outbox?(entry: OutboxEntry): void;
  /** The server gave this visitor an identity: at first, and again where the old one is no longer known. */
  joined?(joined: Joined): void;
}

export interface ChatSessionOptions {
  readonly env: TransportEnv;
  readonly transports: readonly Transport[];
  /** The transport to begin with. */
  readonly transport: string;
  /** `[A-Za-z0-9_-]{1,64}`; one per tab. */
  readonly clientId: string;
  readonly listener: SessionListener;
  /** An identity from earlier, where there is one. */
  readonly joined?: Joined;
  /** Default 1,000 ms. */
  readonly pollIntervalMs?: number;
  readonly pollPhaseMs?: number;
  /** Default 30 s. */
  readonly waitSeconds?: number;
  /** Default: the server's own. */
  readonly heartbeatSeconds?: number;
  readonly history?: number;
  /** Default false. */
  readonly presence?: boolean;
  /** Where to begin; default: with the newest `history` messages. */
  readonly cursor?: string;
  /**
   * How long a message is retried before the session gives up and says so, time that this machine slept included;
   * default 9 minutes, so that it ends before the server's de-duplication window of 10 does.
   */
  readonly giveUpAfterMs?: number;
  /** A number in [0, 1), for jitter; default `Math.random`. */
  readonly random?: () => number;
  /** The time of day in ms, which goes on while the machine sleeps; default `Date.now`. */
  readonly wallClock?: () => number;
}

export interface ChatSession {
  readonly status: SessionStatus;
  /** `<epoch>.<seq>` of the last message given to the listener, or null before the first contact. */
  readonly cursor: string | null;
  readonly joined: Joined | null;
  /** Entries that are not stored yet, oldest first. */
  readonly outbox: readonly OutboxEntry[];
  /** Where the outbox holds back what failed: when it is sent again, on the environment's clock, in ms; otherwise null. */
  readonly outboxRetryAt: number | null;
  /** Null unless connected. It moves with every sign of life, which no listener is told of: read it when you show it. */
  readonly pulse: Pulse | null;
  /** Connects, or tries at once where the session is waiting. Does nothing while connecting or connected. */
  connect(): void;
  /**
   * For a person who does not want to wait: a waiting session tries at once, and the outbox sends what it holds back,
   * even where the server asked for more time. Does nothing where closed.
   */
  tryNow(): void;
  /**
   * Takes a hint, which is never more than an occasion to look. With `online` and `visible` a waiting session tries at
   * once, and the outbox sends what it holds back, unless the server asked for more time or the platform is `offline`;
   * a connection that is overdue, or that is from before an `offline`, is made anew. That this machine slept is noticed
   * without a hint.
   */
  hint(hint: SessionHint): void;
  /** Closes the connection and stops trying. The cursor and the outbox stay: `connect()` continues. */
  disconnect(): void;
  /** Uses another transport from the same cursor. Where connected, nothing is lost, repeated or reordered. */
  switchTo(transport: string): void;
  setPollIntervalMs(pollIntervalMs: number): void;
  /**
   * Gets an identity from the server, by the name where given. Rejects with a PublishError where it is refused.
   */
  join(name?: string): Promise<Joined>;
  /** Puts a text into the outbox, from which it is sent, and retried with the same id, until there is a receipt. */
  send(text: string): OutboxEntry;
  /** Ends everything. What the outbox still holds is lost; the session is not to be used afterwards. */
  close(): void;
}
