// A TCP relay that treats connections badly: cuts them, freezes them, or forwards them byte by byte.
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RelayOptions {
  /** The first connection is cut, without a goodbye, after so many bytes from the server. */
  readonly cutFirstAfterBytes?: number;
  /** Forward one byte at a time, in writes of their own, both ways. */
  readonly byteByByte?: boolean;
}

export interface Relay {
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** From now on the connections at hand carry nothing more, and do not end. */
  freeze(): void;
  /** The network goes away: cuts what is there, and whoever comes anew, until `up`. */
  down(): void;
  up(): void;
}

async function writeByteByByte(socket: Socket, data: Buffer): Promise<void> {
  for (const byte of data) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    // A turn of the event loop each, so that neither side's kernel joins many of them.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts a relay to a lab; it ends with the test. */
export async function startRelay(targetUrl: string, options: RelayOptions = {}): Promise<Relay> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let connections = 0;
  let isUp = true;

  function join(near: Socket): void {
    connections += 1;
    if (!isUp) {
      near.destroy();
      return;
    }
    const far = connect({ host: target.hostname, port: Number(target.port) });
    let left = connections === 1 ? (options.cutFirstAfterBytes ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;

    function forward(from: Socket, to: Socket, limited: boolean): void {
      let written = Promise.resolve();
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        void written.then(() => to.destroy());
      });
      from.on('data', (data: Buffer) => {
        const passed = limited ? data.subarray(0, left) : data;
        if (limited) left -= passed.length;
        if (options.byteByByte === true) written = written.then(() => writeByteByByte(to, passed));
        else to.write(passed);
        if (left > 0) return;
        to.destroySoon();
        from.destroy();
      });
    }
    forward(near, far, false);
    forward(far, near, true);
  }

  const server = createServer(join);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get connections() {
      return connections;
    },
    freeze() {
      for (const socket of sockets) socket.pause();
    },
    down() {
      isUp = false;
      for (const socket of sockets) socket.destroy();
    },
    up() {
      isUp = true;
    },
  };
}
