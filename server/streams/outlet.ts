// An outlet: the writing side of a stream's socket. It knows whether everything is written, tells when that becomes
// true again, and has readers closed that leave bytes unread for too long.
import type { Socket } from 'node:net';
import type { StallWatch, Unread } from './stall-watch.ts';

const NOTHING = Buffer.alloc(0);

export class Outlet implements Unread {
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
  checkStall(before: number): boolean {
    if (this.#unwrittenSince === 0 || this.#unwrittenSince >= before) return false;
    // Told once.
    this.#unwrittenSince = Number.POSITIVE_INFINITY;
    this.#stalled();
    return true;
  }

  /** The stream has ended. */
  end(): void {
    this.#watch.delete(this);
  }
}
