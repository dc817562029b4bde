// A follower: one reader of the room that catches up from its position and then goes on live. A slow one costs one
// write, never a queue: while its sink is not ready it is only behind, and reads on from its position afterwards.
import { LIMIT } from '../protocol/limits.ts';
import type { Reset, ResetReason } from '../protocol/messages.ts';
import type { MaybePromise, Renaming } from '../stores/store.ts';
import { Batch, WRITE_BYTES } from './batch.ts';
import type { Start } from './start.ts';

/** Where a follower's batches go. */
export interface Sink {
  /** Whether everything it was given is written. When that becomes true again, it owes a call of `resume`. */
  ready(): boolean;
  deliver(batch: Batch): void;
  /** The position moved: what was delivered before is void. */
  reset(reset: Reset): void;
  /** The position has a newer name; nothing is void. */
  renamed(cursor: string): void;
  /** The store could not be read: the connection is to be ended, so that its client comes back. */
  failed(): void;
}

/** What a follower needs of its room. */
export interface Followed {
  /** The newest seq that followers were told of. */
  readonly head: number;
  /** @returns what comes right after a seq, as one batch within both limits, or null where that is no longer kept. */
  next(after: number, limit: number, maxBytes: number): MaybePromise<Batch | null>;
  /** @returns where to begin anew, so many messages before the store's head. */
  start(cursor: null, history: number): MaybePromise<Start>;
  /** @returns a position by its newest name. */
  cursorAt(seq: number): string;
  /** The follower has stopped. */
  leave(follower: Follower): void;
}

export class Follower {
  readonly #room: Followed;
  readonly #sink: Sink;
  readonly #history: number;
  #seq: number;
  #reading = false;
  /** What it is to be told when its sink is ready: its position's newer name, or why that is void. */
  #owed: 'name' | ResetReason | null = null;
  /** How often its position became void: what was read for an older one is not for it. */
  #voided = 0;
  #stopped = false;
  /** Among the room's followers, who keep it. */
  place = 0;

  /** Made by `Room.follow`. */
  constructor(room: Followed, sink: Sink, seq: number, history: number) {
    this.#room = room;
    this.#sink = sink;
    this.#seq = seq;
    this.#history = history;
  }

  /** Called by the room for every batch, in order. */
  onBatch(batch: Batch): void {
    if (this.#seq === batch.after && !this.#reading && this.#sink.ready()) {
      this.#seq = batch.lastSeq;
      this.#sink.deliver(batch);
    } else this.resume();
  }

  /** Called by the room when positions were renamed: those up to a seq go on, others are void for the reason. */
  onRename({ upTo, reason }: Renaming): void {
    if (this.#seq > upTo) {
      this.#owed = reason;
      this.#voided += 1;
      this.#reading = false;
    } else this.#owed ??= 'name';
    this.resume();
  }

  /** Reads on until the head of the room, or until the sink is full. */
  resume(): void {
    this.#settle();
    while (!this.#stopped && !this.#reading && this.#seq < this.#room.head && this.#sink.ready()) {
      const next = this.#room.next(this.#seq, LIMIT.max, WRITE_BYTES);
      const step = next === null ? this.#room.start(null, this.#history) : next;
      if (step instanceof Promise) this.#takeLater(step, 'trimmed');
      else this.#take(step, 'trimmed');
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#room.leave(this);
  }

  #settle(): void {
    const owed = this.#owed;
    if (owed === null || this.#stopped || !this.#sink.ready()) return;
    this.#owed = null;
    if (owed === 'name') {
      this.#sink.renamed(this.#room.cursorAt(this.#seq));
      return;
    }
    const step = this.#room.start(null, this.#history);
    if (step instanceof Promise) this.#takeLater(step, owed);
    else this.#take(step, owed);
  }

  #takeLater(step: Promise<Batch | Start | null>, reason: ResetReason): void {
    this.#reading = true;
    const voided = this.#voided;
    step.then(
      (result) => {
        if (this.#voided !== voided) return;
        this.#reading = false;
        if (this.#stopped) return;
        if (result !== null) this.#take(result, reason);
        else this.#takeLater(Promise.resolve(this.#room.start(null, this.#history)), reason);
        this.resume();
      },
      () => {
        if (this.#voided !== voided) return;
        this.#reading = false;
        if (!this.#stopped) this.#sink.failed();
      },
    );
  }

  #take(step: Batch | Start, reason: ResetReason): void {
    if (step instanceof Batch) {
      this.#seq = step.lastSeq;
      this.#sink.deliver(step);
    } else {
      this.#seq = step.seq;
      this.#sink.reset({ reason, cursor: step.cursor });
    }
  }
}
