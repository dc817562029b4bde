// The body of an answer on its way from a connection to its one reader, who iterates over it.

/** What a body may ask of the connection that it comes by. */
export interface BodySource {
  /** More has come than the reader took: let the rest wait in the socket. */
  pause(): void;
  resume(): void;
  /** The reader has left before the end. */
  abandoned(): void;
}

export interface IncomingBody extends AsyncIterable<Uint8Array> {
  push(bytes: Uint8Array): void;
  /** Of `end` and `fail` the first one counts; what was pushed before is read first. */
  end(): void;
  fail(error: Error): void;
}

type Result = IteratorResult<Uint8Array, undefined>;

interface Waiting {
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** Bytes that wait for the reader before the socket is no longer read. */
const HELD_BYTES = 64 * 1024;
const DONE: Result = { done: true, value: undefined };

/** To be iterated once, by one reader who asks for one piece at a time, as `for await` does. */
export function createIncomingBody(source: BodySource): IncomingBody {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let paused = false;
  let waiting: Waiting | null = null;
  let ending: Error | 'end' | null = null;

  function take(bytes: Uint8Array): Result {
    heldBytes -= bytes.length;
    if (paused && heldBytes === 0 && ending === null) {
      paused = false;
      source.resume();
    }
    return { done: false, value: bytes };
  }

  function finish(how: Error | 'end'): void {
    if (ending !== null) return;
    ending = how;
    if (how === 'end') waiting?.resolve(DONE);
    else waiting?.reject(how);
  }

  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next() {
      const bytes = held.shift();
      if (bytes !== undefined) return Promise.resolve(take(bytes));
      if (ending === null) {
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject };
        });
      }
      return ending === 'end' ? Promise.resolve(DONE) : Promise.reject(ending);
    },
    return() {
      held.length = 0;
      if (ending === null) source.abandoned();
      finish('end');
      return Promise.resolve(DONE);
    },
  };

  return {
    push(bytes) {
      if (ending !== null) return;
      if (waiting !== null) {
        waiting.resolve({ done: false, value: bytes });
        waiting = null;
        return;
      }
      held.push(bytes);
      heldBytes += bytes.length;
      if (heldBytes <= HELD_BYTES || paused) return;
      paused = true;
      source.pause();
    },
    end: () => finish('end'),
    fail: finish,
    [Symbol.asyncIterator]: () => iterator,
  };
}
