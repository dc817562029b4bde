// What a client transport is, and what it needs of its platform. A transport is single-use and only moves batches and
// drafts: cursor, de-duplication, retries and reconnecting are ChatSession's, once for all of them.
import type { Draft, Message, Presence, Receipt, Reset } from '../../server/protocol/messages.ts';
import type { Pace } from '../../server/protocol/pace.ts';

/**
 * An environment may send a request again that met a kept-alive connection's end; but none that failed later than this,
 * in ms by the time of day: this machine may have slept, and the server taken it long ago.
 */
export const RESEND_WITHIN_MS = 10_000;

/** One HTTP request. `body` is JSON text; the environment adds its content type. */
export interface HttpRequest {
  /** The room is read and written with the first two; the others steer the lab's controls. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query; the environment knows the origin. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * The answer may wait for a message, or never end. Where a platform allows only so many connections at once, such a
   * request must not take one from those that are answered at once.
   */
  readonly held?: true;
  /** Aborting it rejects the request, or ends the iteration of its body with an error, and frees the connection. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** @returns a header's value, or null; the name is in lower case. */
  header(name: string): string | null;
  /** The body as it arrives, to be iterated once. Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A WebSocket for text frames. After `closed` nothing more is called. */
export interface SocketHandlers {
  opened(): void;
  text(data: string): void;
  /** The end, however it came: 1006 where no close frame arrived. Called exactly once, also when it never opened. */
  closed(code: number, reason: string): void;
}

export interface SocketHandle {
  /** Sends one text frame; silently dropped unless open, because `closed` then tells the story. */
  send(text: string): void;
  /** Starts the close handshake; `closed` follows, at the latest after the environment's own timeout. */
  close(code?: number): void;
}

/** The parts that differ between a browser and Node. One environment is one client: its own connections. */
export interface TransportEnv {
  /** Resolves with status and headers as soon as they are there; rejects when there was no answer at all. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Opens a WebSocket to a path of the same origin, offering the subprotocol `lab.v1`. */
  openSocket(path: string, handlers: SocketHandlers): SocketHandle;
  /** A monotonic clock in milliseconds, with fractions. All Node processes of one machine share it. */
  now(): number;
  /** Frees kept-alive connections. The environment is not to be used afterwards. */
  close(): void;
}

export interface TransportOptions {
  readonly env: TransportEnv;
  /** Names this client to the server's counters and presence. */
  readonly clientId: string;
  /** Where to read on, or null to begin with the newest `history` messages. */
  readonly cursor: string | null;
  /** Messages to begin with where there is no cursor, or after a reset; the server's default where absent. */
  readonly history?: number;
  /** Milliseconds from one short poll to the next, at a fixed rate. */
  readonly pollIntervalMs: number;
  /**
   * Milliseconds from the first contact to the next poll, of both polling transports. Absent: one interval for short
   * polling, 0 for long polling. The bench gives each client its own.
   */
  readonly pollPhaseMs?: number;
  /** Seconds that the server is asked to hold a long poll. */
  readonly waitSeconds: number;
  /** Seconds that a stream may be silent at the most; the server's own setting where absent. */
  readonly heartbeatSeconds?: number;
  /** Whether a stream is to tell who is here; polling clients ask `/v1/presence` by themselves. */
  readonly presence: boolean;
}

/**
 * What is known of a connection's end beyond its reason. `unreachable`: no answer came at all, and `detail` is the
 * platform's own word for it. `silent`: nothing was heard in the time it was due. `slept`: this machine did, so the
 * connection may be dead without knowing. `offline`: the platform said that the network was away. `renamed`: the visitor
 * has another identity, which takes another connection. `several-servers`: see SessionTrouble.
 */
export type EndCause = 'unreachable' | 'silent' | 'slept' | 'offline' | 'renamed' | 'several-servers';

/** Why a connection ended. */
export interface TransportEnd {
  /**
   * `closed`: by our own `close()`. `bye`: the server said so beforehand. `refused`: it answered with an error.
   * `lost`: everything else.
   */
  readonly reason: 'closed' | 'bye' | 'refused' | 'lost';
  /** For people: what happened. */
  readonly detail: string;
  readonly cause?: EndCause;
  /** The server's word on when to come back, in ms. */
  readonly retryMs?: number;
  /** With `refused`: the HTTP status, where it was one. */
  readonly status?: number;
}

/** Called by a transport; never after `ended`. */
export interface TransportListener {
  /** The server has answered, though nothing of what it is to tell is here yet. Of streams only: a poll's answer is all. */
  answered?(): void;
  /** What follows continues from this cursor; null: a reset follows. Called once, before anything else but `answered`. */
  opened(cursor: string | null): void;
  /** Messages in order, at least one. */
  received(messages: readonly Message[]): void;
  /** Clear, then take what follows. */
  reset(reset: Reset): void;
  /** The position has a newer name, with the same seq. Nothing is to be cleared. */
  renamed?(cursor: string): void;
  presence(presence: Presence): void;
  /**
   * A sign of life. The next one is due within `dueWithinMs` (default: `nextWithinMs`); unless it comes within
   * `nextWithinMs`, the connection is as good as dead.
   */
  alive(nextWithinMs: number, dueWithinMs?: number): void;
  /** The end, exactly once. */
  ended(end: TransportEnd): void;
}

/** Why a draft was not stored, or not known to be. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  /** The HTTP status, or that of the error frame; null where no answer came. */
  readonly status: number | null;
  /** The problem's stable code, or null. */
  readonly code: string | null;
  /** The server's word on when to try again, in ms; null where it said none. */
  readonly retryAfterMs: number | null;

  constructor(detail: string, status: number | null, code: string | null, retryAfterMs: number | null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** One opened transport. */
export interface TransportConnection {
  /**
   * Sends a draft in this transport's own way. Resolves when the server says that it is stored; rejects with a
   * {@link PublishError} otherwise, also when the connection ends first: then nobody knows, and the caller owes a retry
   * with the same id.
   */
  publish(draft: Draft, token: string): Promise<Receipt>;
  /** Short polling: changes the interval from now on. The others ignore it. */
  setPollIntervalMs(pollIntervalMs: number): void;
  /** Ends the connection and frees what it holds; `ended` is called before it returns, unless it was before. */
  close(): void;
}

export interface Transport {
  /** As in the wire protocol: it is the path and the `via`. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** One sentence for people: how it works. */
  readonly summary: string;
  readonly pace: Pace;
  /** Opens one connection at once; whatever happens is told to the listener, never thrown. */
  open(options: TransportOptions, listener: TransportListener): TransportConnection;
}
