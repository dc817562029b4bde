// What tests of the proxy are made of: a server behind it, a client before it, and what each of them saw.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Impairments } from '../impairments.ts';
import { type ImpairmentProxy, type ProxyOptions, startProxy } from '../proxy.ts';

/** A socket that keeps what it received. */
export class Endpoint {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  ended = false;
  closed = false;
  errorCode: string | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#chunks.push(bytes);
      this.#length += bytes.length;
      this.#look();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#look();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.errorCode = error.code;
    });
    socket.on('close', () => {
      this.closed = true;
      this.#look();
    });
    onTestFinished(() => void socket.destroy());
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Resolves once so many bytes have come, in all. */
  async bytes(count: number): Promise<Buffer> {
    await this.until(() => this.#length >= count);
    return this.received;
  }

  /** Resolves once something holds; looked at whenever bytes, an end or a close come. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export interface Link {
  readonly proxy: ImpairmentProxy;
  /** Resolves with both ends of a new connection through the proxy. */
  join(): Promise<{ client: Endpoint; server: Endpoint }>;
  /** Resolves with a client that is connected to the proxy. */
  client(): Promise<Endpoint>;
  /** Connections that the server behind the proxy has accepted. */
  readonly accepted: readonly Endpoint[];
}

/** Starts a server and a proxy before it, in this process; all of it ends with the test. */
export async function startLink(
  impairments: Impairments = {},
  seed = 1,
  limits: Pick<ProxyOptions, 'budget' | 'maxConnections'> = {},
): Promise<Link> {
  const accepted: Endpoint[] = [];
  let onAccepted: () => void = () => undefined;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(new Endpoint(socket));
    onAccepted();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await startProxy({
    target: { host: '127.0.0.1', port },
    host: '127.0.0.1',
    port: 0,
    seed,
    impairments,
    ...limits,
  });
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const client = async () => new Endpoint(await connectTo(proxy.url));
  return {
    proxy,
    accepted,
    client,
    join: async () => {
      const next = accepted.length;
      const [joined] = await Promise.all([
        client(),
        new Promise<void>((resolve) => {
          onAccepted = resolve;
        }),
      ]);
      return { client: joined, server: accepted[next] as Endpoint };
    },
  };
}

/** Resolves with a socket that is connected, and that can be closed in one direction; rejects where it is refused. */
export function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Resolves once something holds that tells nobody when it does; looked at in every turn of the event loop. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves with the error by which a connection ends, be it before or after it was made. */
export async function endOf(connecting: Promise<Endpoint>): Promise<string | undefined> {
  try {
    const client = await connecting;
    await client.until(() => client.closed);
    return client.errorCode;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** Resolves once nothing listens at an address. */
export async function gone(url: string): Promise<void> {
  for (;;) {
    try {
      (await connectTo(url)).destroy();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
    }
  }
}
