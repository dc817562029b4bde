// A connection that the server ends while its client may still send: writing is shut down, and what comes is read and
// dropped for a while. Closed at once, TCP would answer those bytes with a reset, and the client could lose the answer
// that it has not read yet. RFC 9112 section 9.6.
import { Socket } from 'node:net';

export interface LingeringOptions {
  /** Milliseconds from the last byte written to the end of the connection, at the most; 0: ended at once. */
  readonly lingerMs: number;
  /** Bytes that are read and dropped, at the most. */
  readonly lingerBytes: number;
  /** Whether there is room for it now. */
  readonly mayLinger: (socket: Socket) => boolean;
}

export interface Lingering {
  /** To be called with each new connection: whoever calls its `destroySoon`, as Node does, ends it so. */
  watch(socket: Socket): void;
  /** Whether all that comes there is dropped. */
  has(socket: Socket): boolean;
}

export function createLingering({ lingerMs, lingerBytes, mayLinger }: LingeringOptions): Lingering {
  const lingering = new WeakSet<Socket>();

  function destroySoon(this: Socket): void {
    if (lingering.has(this)) return;
    const endNow = () => Socket.prototype.destroySoon.call(this);
    if (lingerMs === 0 || this.destroyed || this.readableEnded || !mayLinger(this)) {
      endNow();
      return;
    }
    lingering.add(this);
    // Node's parser, and whoever else took what came.
    for (const event of ['data', 'end']) this.removeAllListeners(event);
    let dropped = 0;
    this.on('data', (bytes: Buffer) => {
      dropped += bytes.length;
      if (dropped <= lingerBytes) return;
      this.pause();
      endNow();
    });
    this.on('end', endNow);
    const wait = () => {
      const timer = setTimeout(() => this.destroy(), lingerMs).unref();
      this.on('close', () => clearTimeout(timer));
    };
    if (this.writableFinished) wait();
    else this.once('finish', wait);
    this.end();
    this.resume();
  }

  return {
    watch: (socket) => {
      socket.destroySoon = destroySoon;
    },
    has: (socket) => lingering.has(socket),
  };
}
