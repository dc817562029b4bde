// Watches all readers: one that leaves bytes unread for too long is closed, and where all together leave too many, those
// with the most are.
import type { Socket } from 'node:net';
import type { EndingsCounter } from '../guards/endings.ts';
import { networkOf } from '../http/address.ts';

/** How often stalled readers are looked for, as a share of the time they have. */
const LOOKS_PER_STALL = 10;
/** How often all unread bytes are counted while they grow, as a share of what they may be. */
const COUNTS_PER_BOUND = 4;

/** Readers that leave bytes unread, and the bytes that wait for them in this process. */
export interface SlowReaders {
  readonly count: number;
  readonly unwrittenBytes: number;
}

/** A stream that has bytes unread. */
export interface Unread {
  readonly socket: Socket;
  /** @returns whether its oldest unread byte is from before; the stream is then closed. */
  checkStall(before: number): boolean;
}

export interface StallWatch {
  slowReaders(): SlowReaders;
  now(): number;
  /** A stream has bytes unread; it is told when that is so for too long. */
  add(stream: Unread): void;
  delete(stream: Unread): void;
  /** To be called after an answer that may be large. */
  answered(socket: Socket): void;
  stop(): void;
}

export interface StallWatchOptions {
  /** How long bytes of a stream may stay unwritten, counted from the first of them, or an answer without any progress. */
  readonly stallMs: number;
  /** Bytes that all readers together may leave unread; 0: no limit. */
  readonly maxUnreadBytes: number;
  /** The same of those at one address; of IPv6, in one network. */
  readonly maxUnreadBytesPerAddress: number;
  /** All connections that are open. */
  readonly sockets: () => Iterable<Socket>;
  readonly endings: Pick<EndingsCounter, 'count' | 'end'>;
}

/** What a connection without an outlet had written, and when that was more than before. */
interface Progress {
  readonly bytes: number;
  readonly at: number;
}

export function createStallWatch(options: StallWatchOptions): StallWatch {
  const { stallMs, maxUnreadBytes, maxUnreadBytesPerAddress, sockets, endings } = options;
  /** Growth after which all is counted. */
  const countAfter = Math.min(maxUnreadBytes || Infinity, maxUnreadBytesPerAddress || Infinity) / COUNTS_PER_BOUND;
  const waiting = new Map<Socket, Unread>();
  let answers = new Map<Socket, Progress>();
  let grown = 0;
  const now = () => performance.now();

  const slow = () => [...sockets()].filter(({ writableLength, destroyed }) => writableLength > 0 && !destroyed);
  const sum = (readers: readonly Socket[]) => readers.reduce((bytes, { writableLength }) => bytes + writableLength, 0);

  const look = () => {
    const at = now();
    for (const stream of waiting.values()) if (stream.checkStall(at - stallMs)) endings.count('unread');
    const readers = slow();
    const next = new Map<Socket, Progress>();
    for (const socket of readers) {
      if (waiting.has(socket)) continue;
      const bytes = socket.bytesWritten - socket.writableLength;
      const known = answers.get(socket);
      const progress = known?.bytes === bytes ? known : { bytes, at };
      next.set(socket, progress);
      if (progress.at < at - stallMs) endings.end(socket, 'unread');
    }
    answers = next;
    shed(readers);
  };
  const shed = (readers: readonly Socket[]) => {
    grown = 0;
    const neighbours = new Map<string, Socket[]>();
    for (const socket of readers) {
      const network = networkOf(socket.remoteAddress ?? '');
      const others = neighbours.get(network);
      if (others === undefined) neighbours.set(network, [socket]);
      else others.push(socket);
    }
    for (const ofOne of neighbours.values()) shedBeyond(maxUnreadBytesPerAddress, ofOne);
    shedBeyond(
      maxUnreadBytes,
      readers.filter(({ destroyed }) => !destroyed),
    );
  };
  /** Destroys them: a word that comes behind the unread bytes would keep those. */
  const shedBeyond = (most: number, readers: readonly Socket[]) => {
    let unread = sum(readers);
    if (most === 0 || unread <= most) return;
    for (const socket of readers.toSorted((one, other) => other.writableLength - one.writableLength)) {
      if (unread <= most) return;
      unread -= socket.writableLength;
      endings.end(socket, 'shed');
    }
  };
  const grows = (bytes: number) => {
    grown += bytes;
    if (grown > countAfter) shed(slow());
  };
  const timer = setInterval(look, stallMs / LOOKS_PER_STALL).unref();

  return {
    slowReaders: () => {
      const readers = slow();
      return { count: readers.length, unwrittenBytes: sum(readers) };
    },
    now,
    add: (stream) => {
      waiting.set(stream.socket, stream);
      grows(stream.socket.writableLength);
    },
    delete: ({ socket }) => void waiting.delete(socket),
    answered: ({ writableLength }) => {
      if (writableLength > 0) grows(writableLength);
    },
    stop: () => clearInterval(timer),
  };
}
