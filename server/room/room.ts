// The room: where reads begin, what they give, and the tail of recent batches that followers are woken with.
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import { PAGE_BYTES } from '../protocol/limits.ts';
import type { Message } from '../protocol/messages.ts';
import { andThen, type MaybePromise, type Renaming, type Span, type Store } from '../stores/store.ts';
import { Batch, firstBatch, merge, toBatches, WRITE_BYTES } from './batch.ts';
import { type Followed, Follower, type Sink } from './follower.ts';
import { Followers } from './followers.ts';
import { type Start, startIn } from './start.ts';

/** Messages that the tail keeps, so that followers who are a little behind need no store. */
const TAIL_MESSAGES = 1000;
/** Bytes of JSON in it at the most; each of its batches may be kept in the encodings of four transports besides. */
const TAIL_BYTES = 512 * 1024;
/** Bytes of JSON that a message is taken for when the store is asked for so many bytes of them: more would be in vain. */
const USUAL_MESSAGE_BYTES = 400;

/** What one poll gives. */
export interface PollResult {
  readonly start: Start;
  /** null: nothing to give. */
  readonly batch: Batch | null;
  /** Whether there is something to read after the batch. */
  readonly more: boolean;
}

export interface ReadFrom {
  readonly cursor: Cursor | null;
  readonly history: number;
  readonly limit: number;
}

export class Room implements Followed {
  readonly #store: Store;
  readonly #followers = new Followers();
  readonly #tail: Batch[] = [];
  #tailMessages = 0;
  #tailBytes = 0;
  #epoch: string;
  #head: number;

  /** Reads the store's span first, so that the room knows its head from the start. */
  static async open(store: Store): Promise<Room> {
    return new Room(store, await store.span());
  }

  private constructor(store: Store, span: Span) {
    this.#store = store;
    this.#epoch = span.epoch;
    this.#head = span.head;
    store.onCommit((messages) => this.#committed(messages));
    store.onRename?.((renaming) => this.#rename(renaming));
  }

  /** What stands before the dot of the cursors that are given now. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The newest seq that followers were told of. */
  get head(): number {
    return this.#head;
  }

  cursorAt(seq: number): string {
    return formatCursor(this.#epoch, seq);
  }

  /** Messages that can still be read. */
  retained(): MaybePromise<number> {
    return andThen(this.#store.span(), (span) => span.head - span.oldest + 1);
  }

  /** Where a read begins; the store's own head decides whether a cursor is ahead. */
  start(cursor: Cursor | null, history: number): MaybePromise<Start> {
    return andThen(this.#store.span(cursor), (span) => startIn(span, cursor, history));
  }

  poll(from: ReadFrom): MaybePromise<PollResult> {
    const { cursor, history, limit } = from;
    return andThen(this.#store.span(cursor), (span) => {
      const start = startIn(span, cursor, history);
      if (start.seq >= span.head) return { start, batch: null, more: false };
      const most = cursor === null || start.reset !== null ? history : limit;
      return andThen(this.next(start.seq, most, PAGE_BYTES), (batch) => {
        // Renamed while the store was read: what was judged before holds no more.
        if (this.#epoch !== span.epoch) return this.poll(from);
        return { start, batch, more: batch !== null && batch.lastSeq < span.head };
      });
    });
  }

  /**
   * Follows the room from a start that was just taken from it: everything after it is delivered, at once as far as the
   * store is in this process. `history` is what a reset on the way begins with.
   */
  follow(start: Start, sink: Sink, history: number): Follower {
    const follower = new Follower(this, sink, start.seq, history);
    this.#followers.add(follower);
    follower.resume();
    return follower;
  }

  leave(follower: Follower): void {
    this.#followers.delete(follower);
  }

  /** @returns what comes right after a seq, as one batch within both limits, or null where that is no longer kept. */
  next(after: number, limit: number, maxBytes: number): MaybePromise<Batch | null> {
    const fromTail = this.#fromTail(after, limit, maxBytes);
    if (fromTail !== null) return fromTail;
    const most = Math.min(limit, Math.ceil(maxBytes / USUAL_MESSAGE_BYTES));
    return andThen(this.#store.read(after, most), (messages) =>
      messages[0]?.seq === after + 1 ? firstBatch(this.epoch, messages, maxBytes) : null,
    );
  }

  #fromTail(after: number, limit: number, maxBytes: number): Batch | null {
    const oldest = this.#tail[0];
    if (oldest === undefined || oldest.after > after) return null;
    // Those who are behind are mostly a little behind: look from the end.
    let index = this.#tail.length - 1;
    while ((this.#tail[index] as Batch).after > after) index -= 1;
    return merge(this.#tail, index, after, limit, maxBytes);
  }

  #committed(messages: readonly Message[]): void {
    const batches = toBatches(this.#epoch, messages, WRITE_BYTES);
    // A node that was away for long finds the log trimmed beyond what it had: the tail has no gaps.
    if (batches[0]?.after !== this.#head) this.#cutTail(-1);
    this.#tail.push(...batches);
    this.#head = batches.at(-1)?.lastSeq ?? this.#head;
    for (const batch of batches) this.#followers.onBatch(batch);
    for (const batch of batches) this.#weigh(batch, 1);
    while ((this.#tailMessages > TAIL_MESSAGES || this.#tailBytes > TAIL_BYTES) && this.#tail.length > 1) {
      this.#weigh(this.#tail.shift() as Batch, -1);
    }
  }

  #rename(renaming: Renaming): void {
    this.#epoch = renaming.epoch;
    this.#cutTail(renaming.upTo);
    for (const [index, { messages, jsons }] of this.#tail.entries()) {
      this.#tail[index] = new Batch(renaming.epoch, messages, jsons);
    }
    this.#head = renaming.head;
    this.#followers.onRename(renaming);
  }

  /** Drops from the tail what comes after a seq. */
  #cutTail(upTo: number): void {
    for (let last = this.#tail.pop(); last !== undefined; last = this.#tail.pop()) {
      this.#weigh(last, -1);
      if (last.after >= upTo) continue;
      const kept = last.part(last.after, upTo - last.after);
      this.#tail.push(kept);
      this.#weigh(kept, 1);
      return;
    }
  }

  /** @param sign 1: it comes into the tail; -1: it leaves. */
  #weigh(batch: Batch, sign: 1 | -1): void {
    this.#tailMessages += sign * batch.messages.length;
    this.#tailBytes += sign * batch.bytes;
  }
}
