// An outlet: the writing side of a stream's socket. It knows whether everything is written, tells when that becomes
// true again, and has readers closed that leave bytes unread for too long.
import type { Socket } from 'node:net';

const NOTHING = Buffer.alloc(0);
/** How often stalled readers are looked for, as a share of the time they have. */
const LOOKS_PER_STALL = 10;

export class Outlet {
  readonly socket: Socket;
  readonly #watch: StallWatch;
  readonly #flushed: () => void;
  readonly #stalled: () => void;
  #unwrittenSince = 0;

  /** `flushed`: everything is written again. `stalled`: it has not been for too long. */
  constructor(socket: Socket, watch: StallWatch, flushed: () => void, stalled: () => void) {
    this.socket = socket;
    this.#watch = watch;
    this.#flushed = flushed;
    this.#stalled = stalled;
  }

  get ready(): boolean {
    return this.#unwrittenSince === 0;
  }

  /** To be called after every write to the socket. */
  wrote(): void {
    if (this.#unwrittenSince !== 0 || this.socket.writableLength === 0) return;
    this.#unwrittenSince = this.#watch.now();
    this.#watch.add(this);
    // 'drain' only comes above the high-water mark; the callback of an empty write comes behind whatever is unwritten.
    this.socket.write(NOTHING, (error) => {
      this.#unwrittenSince = 0;
      this.#watch.delete(this);
      if (error === undefined || error === null) this.#flushed();
    });
  }

  /** Called by the watch. */
  checkStall(before: number): void {
    if (this.#unwrittenSince !== 0 && this.#unwrittenSince < before) this.#stalled();
  }

  /** The stream has ended. */
  end(): void {
    this.#watch.delete(this);
  }
}

/** Streams whose readers leave bytes unread, and the bytes that wait for them in this process. */
export interface SlowReaders {
  readonly count: number;
  readonly unwrittenBytes: number;
}

export interface StallWatch {
  slowReaders(): SlowReaders;
  now(): number;
  add(outlet: Outlet): void;
  delete(outlet: Outlet): void;
  stop(): void;
}

/** `stallMs`: how long bytes may stay unwritten, counted from the first of them. */
export function createStallWatch(stallMs: number): StallWatch {
  const waiting = new Set<Outlet>();
  const now = () => performance.now();
  const timer = setInterval(() => {
    for (const outlet of waiting) outlet.checkStall(now() - stallMs);
  }, stallMs / LOOKS_PER_STALL).unref();
  return {
    slowReaders: () => ({
      count: waiting.size,
      unwrittenBytes: [...waiting].reduce((sum, { socket }) => sum + socket.writableLength, 0),
    }),
    now,
    add: (outlet) => void waiting.add(outlet),
    delete: (outlet) => void waiting.delete(outlet),
    stop: () => clearInterval(timer),
  };
}
