// What is known of a race so far: counters and deliveries of each lane, and the marks that the stage draws. All times are
// ms since 1970 on the page's own clock (`wallClockMs`); null is what is not known, and never guessed.
import type { Message } from '../../../server/protocol/messages.ts';

/** Marks that are kept, of all lanes together; messages, and happenings of the network, as many each. */
export const MOST_KEPT = 300;

/** As the page's elements say it in `data-state`. */
export type LaneState = 'connecting' | 'open' | 'waiting' | 'closed';

/** One message reaching one lane. */
export interface Delivery {
  readonly seq: number;
  /** When the server stored it; null where its clock is not known. */
  readonly storedAt: number | null;
  readonly arrivedAt: number;
  readonly latencyMs: number | null;
  /** It was missed while the lane had no connection, and caught up with from the cursor. */
  readonly caughtUp: boolean;
}

/** One HTTP request and its answer. */
export interface ExchangeMark {
  readonly kind: 'exchange';
  readonly lane: string;
  readonly purpose: 'poll' | 'stream' | 'publish' | 'other';
  readonly method: string;
  readonly target: string;
  /** On the client. */
  readonly at: number;
  /** The whole request is at the server. */
  reachedAt: number | null;
  /** The server wrote the first byte of its answer. */
  answeredAt: number | null;
  /** The server has written all, or the connection has gone. */
  endedAt: number | null;
  /** The answer's head is at the client, and then the whole, or it is known that none will come. */
  headAt: number | null;
  doneAt: number | null;
  failed: boolean;
  status: number | null;
  bytesUp: number;
  bytesDown: number;
  /** The messages that the answer carries. */
  seqs: number[];
  requestText: string;
  answerText: string;
}

/** One event that the server wrote into an event stream. */
export interface EventMark {
  readonly kind: 'event';
  readonly lane: string;
  readonly stream: ExchangeMark;
  /** When the server wrote it. */
  readonly at: number;
  /** Known of messages alone. */
  arrivedAt: number | null;
  readonly what: string;
  readonly seq: number | null;
  readonly bytes: number;
  readonly text: string;
}

/** One WebSocket, from its handshake to its end. */
export interface SocketMark {
  readonly kind: 'socket';
  readonly lane: string;
  readonly target: string;
  readonly at: number;
  /** The server has answered the handshake. */
  acceptedAt: number | null;
  openAt: number | null;
  closedAt: number | null;
  requestText: string;
  answerText: string;
}

export interface FrameMark {
  readonly kind: 'frame';
  readonly lane: string;
  readonly socket: SocketMark;
  readonly direction: 'up' | 'down';
  /** Where it was first seen: the sender's side, unless only the other one is known. */
  readonly at: number;
  serverAt: number | null;
  /** Of text frames alone: a script can't see the others. */
  clientAt: number | null;
  readonly what: string;
  readonly seq: number | null;
  headerBytes: number;
  payloadBytes: number;
  /** Base64, as the trace tells them; empty until it has. */
  header: string;
  payload: string;
}

/** A lane without a connection, until it has one again. */
export interface OutageMark {
  readonly kind: 'outage';
  readonly lane: string;
  readonly at: number;
  /** When the next attempt comes. */
  retryAt: number | null;
  readonly why: string;
  resumedAt: number | null;
  /** The seq it went on from, and how many messages it caught up with. */
  from: number | null;
  caughtUp: number;
}

export type Mark = ExchangeMark | EventMark | SocketMark | FrameMark | OutageMark;

export interface StoredMessage {
  readonly message: Message;
  readonly at: number;
}

/** Something that happened to the network, for all lanes. */
export interface Band {
  readonly what: 'cut' | 'silence' | 'offline' | 'idle cut' | 'buffering proxy' | 'other tabs';
  readonly from: number;
  /** null: it goes on. */
  to: number | null;
}

export interface LaneRecord {
  readonly name: string;
  state: LaneState;
  /** The next attempt, while it waits for one. */
  retryAt: number | null;
  /** Deliveries in all. */
  delivered: number;
  last: Delivery | null;
  /** HTTP requests and handshakes in all, and polls of them that were answered with nothing. */
  requests: number;
  polls: number;
  emptyPolls: number;
  /** On the race's port, by the server's trace: heads and framing included. Stay 0 without a trace. */
  bytesUp: number;
  bytesDown: number;
  /** Connections after the first one. */
  reconnects: number;
  /** Skipped, and came twice, in all: both stay 0, or the lab has a fault. */
  missing: number;
  duplicated: number;
  /** It has everything up to and including this seq; null before the first contact. */
  position: number | null;
  /** The last sign of life of its connection. */
  heardAt: number | null;
  /** When its connection is given up, unless there is a sign of life before; null where it has none. */
  lostAt: number | null;
  /** Ms between a stream's heartbeats, as it said. */
  heartbeatMs: number | null;
  /** The newest, oldest first. */
  readonly deliveries: Delivery[];
}

export interface RaceRecord {
  readonly lanes: ReadonlyMap<string, LaneRecord>;
  /** Oldest first; what is still open is kept however old it is. */
  marks: Mark[];
  /** The newest messages, oldest first. */
  readonly stored: StoredMessage[];
  readonly bands: Band[];
  /** Whether the server's side is known. */
  readonly traced: boolean;
  /** The newest seq in the room; 0 before the first. */
  head: number;
  /** Streams as other tabs would have them: answered, and waiting for a connection. */
  extraStreams: { readonly open: number; readonly waiting: number };
}

/** @param lanes the transports' names. @param traced whether the server tells its side. */
export function createRecord(lanes: readonly string[], traced: boolean): RaceRecord {
  return {
    lanes: new Map(lanes.map((name) => [name, createLane(name)])),
    marks: [],
    stored: [],
    bands: [],
    traced,
    head: 0,
    extraStreams: { open: 0, waiting: 0 },
  };
}

function createLane(name: string): LaneRecord {
  return {
    name,
    state: 'closed',
    retryAt: null,
    delivered: 0,
    last: null,
    requests: 0,
    polls: 0,
    emptyPolls: 0,
    bytesUp: 0,
    bytesDown: 0,
    reconnects: 0,
    missing: 0,
    duplicated: 0,
    position: null,
    heardAt: null,
    lostAt: null,
    heartbeatMs: null,
    deliveries: [],
  };
}

/** @returns whether more of the mark may come. */
export function isOpen(mark: Mark): boolean {
  switch (mark.kind) {
    case 'exchange':
      return mark.doneAt === null;
    case 'socket':
      return mark.closedAt === null;
    case 'outage':
      return mark.resumedAt === null;
    default:
      return false;
  }
}

/** Adds to a list of which only the newest are kept. */
export function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MOST_KEPT) list.shift();
}

/** Adds a mark; the oldest that is no longer open goes. */
export function keepMark(record: RaceRecord, mark: Mark): void {
  record.marks.push(mark);
  if (record.marks.length <= MOST_KEPT) return;
  const oldest = record.marks.findIndex((kept) => !isOpen(kept));
  record.marks.splice(Math.max(0, oldest), 1);
}

/** @returns the lane that a request is of, by the client id that it gives: `race-<lane>`. */
export function laneOf(record: RaceRecord, target: string): LaneRecord | undefined {
  const client = new URLSearchParams(target.split('?')[1]).get('client') ?? '';
  return record.lanes.get(client.replace(/^race-/, ''));
}
