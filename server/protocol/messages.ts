// What travels: messages, receipts, pages, SSE events and WebSocket frames, and what clients may send.
import * as z from 'zod/mini';
import { ID_PATTERN, LIMIT, NAME_CHARACTERS, TEXT_BYTES } from './limits.ts';
import { isFitName } from './names.ts';
import { utf8Length } from './utf8.ts';

const wellFormed = z.refine<string>(
  (value) => utf8Length(value) !== null,
  'must be well-formed Unicode: no lone surrogates',
);

const id = z.string().check(z.regex(ID_PATTERN, 'must be 1 to 64 of A-Z a-z 0-9 _ -'));

const text = z.string().check(
  z.refine((value) => value.length > 0, 'must not be empty'),
  z.refine((value) => value.length <= TEXT_BYTES && (utf8Length(value) ?? 0) <= TEXT_BYTES, {
    error: `must be at most ${TEXT_BYTES} bytes of UTF-8`,
    abort: true,
  }),
  wellFormed,
);

const name = z.string().check(
  z.refine((value) => {
    const characters = [...value].length;
    return characters >= 1 && characters <= NAME_CHARACTERS;
  }, `must be 1 to ${NAME_CHARACTERS} characters`),
  wellFormed,
  z.refine(
    isFitName,
    'must have something to see, and no line ends, control characters, invisible characters or marks that turn text around',
  ),
);

const cursor = z.string();
const seq = z.int().check(z.minimum(1));
const count = z.int().check(z.minimum(0));
const uid = z.string();

/** A message of the room. `at` is the server's time in ms since 1970; `via` says how it was sent. */
export const messageSchema = z.object({
  seq,
  id,
  from: uid,
  name: z.string(),
  text: z.string(),
  at: z.int(),
  via: z.string(),
});
export type Message = z.infer<typeof messageSchema>;

/** The server's word that a message is stored. Its cursor is no read position. */
export const receiptSchema = z.object({ id, seq, cursor, at: z.int(), duplicate: z.boolean() });
export type Receipt = z.infer<typeof receiptSchema>;

/** Why a cursor can't be continued, in the order in which the reasons are checked. */
export const RESET_REASONS = ['epoch-changed', 'rolled-back', 'ahead', 'trimmed'] as const;
export const resetSchema = z.object({ reason: z.enum(RESET_REASONS), cursor });
/** Clear, then take what follows; `cursor` is the position before the first message that follows. */
export type Reset = z.infer<typeof resetSchema>;
export type ResetReason = Reset['reason'];

/** The position has a newer name, with the same seq: it is taken, and nothing is cleared. */
export const renamedSchema = z.object({ cursor });
export type Renamed = z.infer<typeof renamedSchema>;

/** What a short or long poll answers with 200. `more`: read on at once. */
export const pageSchema = z.object({
  cursor,
  messages: z.array(messageSchema).check(z.maxLength(LIMIT.max)),
  more: z.boolean(),
  reset: z.optional(resetSchema),
});
export type Page = z.infer<typeof pageSchema>;

/** Who is here: clients per transport. */
export const presenceSchema = z.object({ counts: z.record(z.string(), count), total: count });
export type Presence = z.infer<typeof presenceSchema>;

/** `cursor` is what the stream continues from; null where a reset follows. */
export const helloSchema = z.object({ cursor: z.nullable(cursor), heartbeatMs: z.int().check(z.minimum(1)) });
export type Hello = z.infer<typeof helloSchema>;

/** The server is about to go away; come back in `retryMs`. */
export const byeSchema = z.object({ retryMs: count });
export type Bye = z.infer<typeof byeSchema>;

export const joinRequestSchema = z.object({ name: z.optional(name) });
export type JoinRequest = z.infer<typeof joinRequestSchema>;
export const joinedSchema = z.object({ uid, name: z.string(), token: z.string() });
/** A visitor's identity, and the token that proves it. */
export type Joined = z.infer<typeof joinedSchema>;

/** What a client publishes. It chooses the id, so that it may retry. */
export const draftSchema = z.object({ id, text });
export type Draft = z.infer<typeof draftSchema>;

/** Frames from a client over WebSocket. */
export const clientFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('authenticate'), token: z.string() }),
  z.object({ type: z.literal('publish'), id, text }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** Frames from the server over WebSocket. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  z.extend(helloSchema, { type: z.literal('hello') }),
  z.object({ type: z.literal('message'), message: messageSchema }),
  z.extend(receiptSchema, { type: z.literal('receipt') }),
  z.extend(resetSchema, { type: z.literal('reset') }),
  z.extend(renamedSchema, { type: z.literal('renamed') }),
  z.extend(presenceSchema, { type: z.literal('presence') }),
  z.object({ type: z.literal('ping') }),
  z.extend(byeSchema, { type: z.literal('bye') }),
  z.object({ type: z.literal('authenticated'), uid }),
  z.object({
    type: z.literal('error'),
    id: z.optional(z.string()),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    retryAfterMs: z.optional(count),
  }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;

const transportStatsSchema = z.object({
  requests: count,
  connectionsOpened: count,
  open: count,
  parked: count,
  published: count,
  delivered: count,
  bytesIn: count,
  bytesOut: count,
});
/** What one transport has cost since the server started; docs/protocol.md says what each number counts. */
export type TransportStats = z.infer<typeof transportStatsSchema>;

export const statsSchema = z.object({
  /** The server's clock when it answered, in ms since 1970. */
  at: z.int(),
  room: z.object({ epoch: z.string(), head: count, retained: count }),
  transports: z.record(z.string(), transportStatsSchema),
  /** Streams whose readers leave bytes unread, and the bytes that the server's process holds for them. */
  slowReaders: z.object({ count, unwrittenBytes: count }),
  /** Connections that were ended for going beyond a limit, since the server started. */
  connectionsEnded: z.object({ unanswered: count, unread: count, shed: count }),
  process: z.object({
    cpuUserUs: count,
    cpuSystemUs: count,
    rssBytes: count,
    heapUsedBytes: count,
    eventLoopDelayMs: z.object({ p50: z.number(), p99: z.number() }),
  }),
});
export type Stats = z.infer<typeof statsSchema>;
