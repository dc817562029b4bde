// One direction of a connection: a bounded queue between two sockets, whose head goes on when it is due. When that is,
// is worked out anew from the settings at hand each time, so that a change of them applies to what waits already.
import type { Readable, Writable } from 'node:stream';
import type { Direction } from './impairments.ts';
import type { Scheduler, Task } from './scheduler.ts';

/** Bytes that may wait before the source is paused, beside what is on its way because of delay. */
export const QUEUE_BYTES = 1024 * 1024;
/** Bytes that may wait in all. */
export const MOST_QUEUE_BYTES = 16 * QUEUE_BYTES;
/** Bytes that wait in all pipes of a proxy, at the most, by default. */
export const MOST_QUEUED_BYTES = 128 * QUEUE_BYTES;
/** Beyond that each pipe may still have so many, so that all go on. */
const LEAST_QUEUE_BYTES = QUEUE_BYTES / 16;
/** What a link without a limit is taken to carry, for the bytes that are on their way: 1 Gbit/s. */
const UNLIMITED_BYTES_PER_SECOND = 125_000_000;
/** What one queued chunk costs beside its bytes, roughly: many small ones must not get past the bound. */
const CHUNK_COST_BYTES = 256;
/** A limited link passes pieces of so many ms' worth, at least a byte. */
const PIECE_MS = 10;
/** Releases after which other connections have a turn. */
const RELEASES_PER_TURN = 64;

/** What stands before a pipe, and may keep bytes back for a while. */
export interface Gate {
  take(bytes: Buffer): void;
  /** Passes on what it keeps: the source has ended. */
  flush(): void;
}

/** What waits in all pipes of a proxy together, and how much may. */
export interface QueueBudget {
  cost: number;
  readonly most: number;
}

/** @param most bytes; default: 128 MiB. */
export function createQueueBudget(most: number = MOST_QUEUED_BYTES): QueueBudget {
  return { cost: 0, most };
}

export interface PipeOptions {
  readonly budget: QueueBudget;
  readonly source: Readable;
  /** Makes the gate before the pipe from what passes bytes on; absent: none. */
  readonly gate?: (pass: (bytes: Buffer) => void) => Gate;
  readonly sink: Writable;
  readonly scheduler: Scheduler;
  /** The jitter of the next chunk, as a share in [0, 1) of the most. */
  readonly nextJitter: () => number;
  /** No byte counts as arrived before this time, by `performance.now()`. */
  readonly opensAt: number;
  /** Told once `cutAfterBytes` have gone to the sink: reset both sides. */
  readonly onCut: () => void;
  /** Told when the source's own reset is due at the sink: reset the sink. */
  readonly onReset: () => void;
  /** Told of bytes that go to the sink, and of a direction that was ended after `halfCloseAfterBytes`. */
  readonly count: { bytes: number; halfCloses: number };
}

interface Item {
  readonly kind: 'bytes' | 'end' | 'reset';
  bytes: Buffer;
  readonly arrivedAt: number;
  /** A share of the most jitter that there may be. */
  readonly jitter: number;
  next: Item | null;
}

const NO_BYTES = Buffer.alloc(0);

export class Pipe {
  readonly #options: PipeOptions;
  readonly #gate: Gate | undefined;
  #direction: Direction;
  #held: boolean;
  #head: Item | null = null;
  #tail: Item | null = null;
  #queuedBytes = 0;
  #queueCost = 0;
  /** When the link has passed on what was released so far. */
  #linkFreeAt = Number.NEGATIVE_INFINITY;
  #lastReleaseAt = Number.NEGATIVE_INFINITY;
  #bytesToCut: number;
  #bytesToEnd: number;
  #resetDueAt = Number.POSITIVE_INFINITY;
  #wakeUp: Task | null = null;
  /** Whether the sink is to say when it can take more. */
  #blocked = false;
  #yielding = false;
  #stopped = false;

  /** @param held whether nothing may pass for now. */
  constructor(options: PipeOptions, direction: Direction, held: boolean) {
    this.#options = options;
    this.#direction = direction;
    this.#held = held;
    this.#bytesToCut = direction.cutAfterBytes;
    this.#bytesToEnd = direction.halfCloseAfterBytes;
    const pass = (bytes: Buffer) => this.#append('bytes', bytes);
    this.#gate = options.gate?.(pass);
    options.source.on('data', (bytes: Buffer) => (this.#gate === undefined ? pass(bytes) : this.#gate.take(bytes)));
    options.source.on('end', () => {
      this.#gate?.flush();
      this.#append('end', NO_BYTES);
    });
  }

  /** Bytes that wait here or in the sink. */
  get queuedBytes(): number {
    return this.#queuedBytes + this.#options.sink.writableLength;
  }

  /** Changes the settings, also for what waits. A byte count that changes begins anew. */
  set(direction: Direction, held: boolean): void {
    const before = this.#direction;
    this.#direction = direction;
    this.#held = held;
    if (direction.cutAfterBytes !== before.cutAfterBytes) this.#bytesToCut = direction.cutAfterBytes;
    if (direction.halfCloseAfterBytes !== before.halfCloseAfterBytes) this.#bytesToEnd = direction.halfCloseAfterBytes;
    // A link does not catch up on time in which it was another one, or none.
    this.#linkFreeAt = Math.max(this.#linkFreeAt, performance.now() - direction.delayMs);
    this.#resumeSource();
    this.#pump();
  }

  /** The source was reset: the sink will be, once that is due. */
  sourceWasReset(): void {
    this.#gate?.flush();
    this.#resetDueAt = performance.now() + this.#direction.delayMs;
    if (this.#stopped) this.#options.onReset();
    else this.#append('reset', NO_BYTES);
  }

  /** Lets nothing more through; what the source still sends is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#head = null;
    this.#tail = null;
    this.#queuedBytes = 0;
    this.#charge(-this.#queueCost);
    this.#sleep();
    this.#resumeSource();
  }

  #append(kind: Item['kind'], bytes: Buffer): void {
    if (this.#stopped) return;
    const arrivedAt = Math.max(performance.now(), this.#options.opensAt);
    const item: Item = { kind, bytes, arrivedAt, jitter: this.#options.nextJitter(), next: null };
    if (this.#tail === null) this.#head = item;
    else this.#tail.next = item;
    this.#tail = item;
    this.#queuedBytes += bytes.length;
    this.#charge(bytes.length + CHUNK_COST_BYTES);
    if (this.#head === item || kind === 'reset') this.#pump();
    if (this.#queueCost > this.#mostCost()) this.#options.source.pause();
  }

  #mostCost(): number {
    const { delayMs, jitterMs, bytesPerSecond } = this.#direction;
    const onTheWay = ((delayMs + jitterMs) / 1000) * Math.min(bytesPerSecond, UNLIMITED_BYTES_PER_SECOND);
    const { cost, most } = this.#options.budget;
    return cost > most ? LEAST_QUEUE_BYTES : Math.min(QUEUE_BYTES + onTheWay, MOST_QUEUE_BYTES);
  }

  #charge(cost: number): void {
    this.#queueCost += cost;
    this.#options.budget.cost += cost;
  }

  #resumeSource(): void {
    if (this.#options.source.isPaused() && this.#queueCost <= this.#mostCost() / 2) this.#options.source.resume();
  }

  /** Releases what is due, and sees to it that the rest is. */
  #pump(): void {
    if (this.#yielding) return;
    this.#sleep();
    let releases = 0;
    while (this.#head !== null && !this.#held) {
      const now = performance.now();
      const isFull = this.#head.kind === 'bytes' && this.#sinkIsFull();
      const due = isFull ? this.#resetDueAt : this.#dueOf(this.#head);
      if (due > now) {
        this.#blocked = isFull;
        if (due < Number.POSITIVE_INFINITY) this.#sleepUntil(due);
        return;
      }
      if (releases === RELEASES_PER_TURN) {
        this.#yield();
        return;
      }
      releases += 1;
      // Like in a network, a reset does not wait for a reader that has stopped.
      if (isFull) this.#options.onReset();
      else this.#release(this.#head, now);
    }
  }

  /** Whether a write has to wait until the ones before it are done. */
  #sinkIsFull(): boolean {
    const { sink } = this.#options;
    // Two bytes that wait together could go out together.
    return sink.writableNeedDrain || (this.#direction.trickleIntervalMs !== null && sink.writableLength > 0);
  }

  #dueOf(item: Item): number {
    const { delayMs, jitterMs, trickleIntervalMs } = this.#direction;
    const due = this.#passedLinkAt(item) + delayMs + jitterMs * item.jitter;
    return trickleIntervalMs === null ? due : Math.max(due, this.#lastReleaseAt + trickleIntervalMs);
  }

  /** When the last byte of an item's next piece has entered the link. */
  #passedLinkAt(item: Item): number {
    const bytes = Math.min(item.bytes.length, this.#pieceBytes());
    return Math.max(this.#linkFreeAt, item.arrivedAt) + (bytes / this.#direction.bytesPerSecond) * 1000;
  }

  #pieceBytes(): number {
    if (this.#direction.trickleIntervalMs !== null) return 1;
    return Math.max(1, Math.floor((this.#direction.bytesPerSecond / 1000) * PIECE_MS));
  }

  #release(item: Item, now: number): void {
    this.#linkFreeAt = this.#passedLinkAt(item);
    this.#lastReleaseAt = now;
    const piece = item.bytes.subarray(0, Math.min(item.bytes.length, this.#pieceBytes()));
    item.bytes = item.bytes.subarray(piece.length);
    this.#queuedBytes -= piece.length;
    this.#charge(-piece.length);
    if (item.bytes.length === 0) {
      this.#head = item.next;
      if (this.#head === null) this.#tail = null;
      this.#charge(-CHUNK_COST_BYTES);
    }
    this.#resumeSource();
    if (item.kind === 'bytes') this.#deliver(piece);
    else if (item.kind === 'end') this.#options.sink.end();
    else this.#options.onReset();
  }

  #deliver(piece: Buffer): void {
    const { sink, count, onCut } = this.#options;
    const allowed = Math.min(piece.length, this.#bytesToCut, this.#bytesToEnd);
    this.#bytesToCut -= allowed;
    this.#bytesToEnd -= allowed;
    count.bytes += allowed;
    const bytes = piece.subarray(0, allowed);
    if (this.#bytesToCut === 0) {
      this.stop();
      if (allowed === 0) onCut();
      // What the kernel has not taken yet would be lost with a reset.
      else sink.write(bytes, onCut);
    } else if (this.#bytesToEnd === 0) {
      this.stop();
      count.halfCloses += 1;
      sink.end(bytes);
    } else sink.write(bytes, this.#written);
  }

  readonly #written = (): void => {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#pump();
  };

  #sleepUntil(due: number): void {
    this.#wakeUp = this.#options.scheduler.at(due, () => {
      this.#wakeUp = null;
      this.#pump();
    });
  }

  #sleep(): void {
    if (this.#wakeUp !== null) this.#options.scheduler.cancel(this.#wakeUp);
    this.#wakeUp = null;
  }

  #yield(): void {
    this.#yielding = true;
    setImmediate(() => {
      this.#yielding = false;
      this.#pump();
    });
  }
}
