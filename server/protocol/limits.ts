// The limits of the wire protocol. A server's own limits, which an operator may change, are in config.ts.

/** Bounds, both inclusive, of a whole number in a query string, and what it is when absent. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Messages that a read without a cursor, or a reset, begins with. */
export const HISTORY: Bounds = { min: 0, max: 200, default: 50 };
/** Messages that one read with a cursor gives at the most. */
export const LIMIT: Bounds = { min: 1, max: 500, default: 100 };
/** Seconds that a long poll is held while there is nothing to answer. */
export const WAIT_SECONDS: Bounds = { min: 1, max: 60, default: 30 };
/** Seconds from one sign of life on a stream to the next; where the client does not say, the server's own setting. */
export const HEARTBEAT_SECONDS: Bounds = { min: 1, max: 60, default: 15 };

/** Bytes of message JSON after which a page ends. What one write to a stream takes ends sooner. */
export const PAGE_BYTES = 256 * 1024;
/** Bytes of a request's body, or of a frame from a client: 4,096 bytes of text can be six times as long in JSON. */
export const BODY_BYTES = 32 * 1024;
/** Bytes of UTF-8 in a message's text, at the most. */
export const TEXT_BYTES = 4096;
/** Characters in a visitor's name, at the most. */
export const NAME_CHARACTERS = 32;
/** Bytes of a request target. */
export const TARGET_BYTES = 8 * 1024;
/** Bytes of a request's head: the request line and all headers. */
export const HEAD_BYTES = 16 * 1024;

/** What a client, and a message, may be called. */
export const ID_PATTERN: RegExp = /^[A-Za-z0-9_-]{1,64}$/;

/** The subprotocol of `/v1/websocket`. */
export const SUBPROTOCOL = 'lab.v1';
