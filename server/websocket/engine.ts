// What the websocket transport needs of an implementation of RFC 6455, so that two of them can take turns.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSE_CODES } from '../protocol/close-codes.ts';

/**
 * Bytes of answers (`sendText`, `sendBinary`, pongs) that a peer may leave unread before an engine stops reading from it, until
 * it has read them. What goes to everybody (`sendFrames`) is not counted: that is not the peer's own doing.
 */
export const MAX_UNREAD_ANSWER_BYTES: number = 64 * 1024;
/** What one of them is taken to cost beside its bytes: a pong may have none. */
export const UNREAD_ANSWER_COST_BYTES = 128;

/**
 * Bytes of one read that make it a flood's: its answers go out together, and the next one comes in the next turn of the
 * event loop. Node would read two megabytes from one connection before it looks at another.
 */
export const FLOOD_BYTES: number = 16 * 1024;

/** To be called after an answer: of those to a flood, no more are gathered than are worth a write. */
export function flushFlood(socket: Socket): void {
  if (socket.writableCorked === 0 || socket.writableLength < FLOOD_BYTES) return;
  socket.uncork();
  socket.cork();
}

/** Who holds a peer back: nothing is read from it while anybody does. An engine alone pauses and resumes its socket. */
export const HOLDERS = { user: 1, engine: 2, turn: 4 } as const;
export type Holder = (typeof HOLDERS)[keyof typeof HOLDERS];

/** How a connection is closed whose message is not finished in time. */
export const MESSAGE_TOO_LATE = [CLOSE_CODES.policyViolation, 'a message took too long to arrive'] as const;

/** Called by a connection; never after `closed`, and once `close` or `terminate` was called, `closed` only. */
export interface WebSocketHandlers {
  /** A whole text message, already known to be UTF-8. */
  text(data: string): void;
  /** A whole binary message. The buffer may be part of a larger one: copy what is to be kept. */
  binary(data: Buffer): void;
  pong(): void;
  /** The end, exactly once: the close code received, 1005 where the peer gave none, 1006 where there was no close frame. */
  closed(code: number): void;
}

export interface WebSocketConnection {
  /** The connection's TCP socket, for its counters and for how much of it is unwritten. Writing to it is the engine's. */
  readonly socket: Socket;
  /** Sends one text message as one frame. Dropped silently once the closing handshake has begun. */
  sendText(text: string): void;
  sendBinary(data: Buffer): void;
  /** Sends whole, unmasked frames that were encoded beforehand, in one write. Dropped likewise. */
  sendFrames(frames: Buffer): void;
  /** Sends a protocol ping without a payload; `pong` is called for the answer. */
  ping(): void;
  /** Reads nothing from the peer until `release`, and then only where the engine itself does not hold it back. */
  hold(): void;
  release(): void;
  /**
   * Starts the closing handshake, RFC 6455 section 7.1.2. Without an answer in `closeTimeoutMs` the socket is destroyed.
   * Throws a RangeError where the reason takes more than 123 bytes of UTF-8.
   */
  close(code: number, reason: string): void;
  /** Destroys the socket at once; the peer sees 1006. */
  terminate(): void;
}

export interface WebSocketEngineOptions {
  /** Bytes of one message, all its fragments together; more is closed with 1009. */
  readonly maxMessageBytes: number;
  /** Fragments of one message; more is closed with 1008. */
  readonly maxFragments: number;
  /** Milliseconds from a message's first byte to its last; one that takes longer is closed with 1008. 0: no limit. */
  readonly messageTimeoutMs: number;
  /** Milliseconds from our close frame to the end of the TCP connection. */
  readonly closeTimeoutMs: number;
}

export interface WebSocketEngine {
  /** As in `--websocket-engine`. */
  readonly name: string;
  /**
   * Answers a handshake that `checkHandshake` has found right with 101, and takes the socket over. `connect` is called
   * once, synchronously after the 101 was written, with the connection, and returns its handlers; never where the socket
   * has gone already. `head` is what came behind the request's head.
   */
  accept(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    subprotocol: string | null,
    connect: (connection: WebSocketConnection) => WebSocketHandlers,
  ): void;
}
