// A lab that dies and comes back: killed or asked to end, and started again on the same port, with the same store.
import { createServer } from 'node:net';
import type { ChildServer } from './child-server.ts';
import { type LabUnderTest, startLab } from './server-under-test.ts';

/** Its origin stays the same; `ended` rejects when it ends without having been told to; all else is asked of the server of now. */
export interface RestartableLab extends LabUnderTest, Pick<ChildServer, 'process'> {
  /** Ends the server; resolves when it is gone. Rejects where a SIGTERM does not end it in good order. */
  end(by: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts the next one, after `end`; resolves when it listens. */
  start(): Promise<void>;
}

export interface RestartableLabOptions {
  /** As the lab’s `--store`. */
  readonly store: string;
  /** The engines to alternate between, one per life. */
  readonly webSocketEngines: readonly [string, ...string[]];
  /** More flags of the lab. */
  readonly flags: readonly string[];
}

const HOST = '127.0.0.1';
/** Below the ports that systems give to outgoing connections: one of those could take ours while the server is down. */
const PORTS = { first: 10_240, last: 32_767 };
const PORT_ATTEMPTS = 100;
/** Far more than a run stores: a reset because the log was trimmed would hide a lost message. */
const RETAIN = 5_000_000;

/** The port is not of the seed: two runs at a time must not meet. */
export async function findPort(): Promise<number> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found from ${PORTS.first} to ${PORTS.last}`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

export async function startRestartableLab(options: RestartableLabOptions): Promise<RestartableLab> {
  const port = await findPort();
  let crash: (reason: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    crash = reject;
  });
  // Whoever waits for it is told; that nobody does is no error.
  ended.catch(() => undefined);
  let lives = 0;
  let isDown = false;
  let isOver = false;
  let starting = start();
  let current = await starting;

  async function start(): Promise<LabUnderTest & Pick<ChildServer, 'process'>> {
    const engine = options.webSocketEngines[lives % options.webSocketEngines.length] ?? options.webSocketEngines[0];
    lives += 1;
    const server = await startLab([
      ...['--host', HOST, '--port', String(port)],
      ...['--store', options.store, '--retain', String(RETAIN)],
      ...['--websocket-engine', engine],
      ...options.flags,
    ]);
    server.ended.catch((error: unknown) => {
      if (current === server && !isDown) crash(error);
    });
    return server;
  }

  return {
    origin: current.origin,
    directOrigin: current.directOrigin,
    ended,
    get process() {
      return current.process;
    },
    get pid() {
      return current.pid;
    },
    async end(by) {
      isDown = true;
      const { process: child } = current;
      if (by === 'SIGKILL') child.kill('SIGKILL');
      await current.stop();
      if (by === 'SIGTERM' && child.exitCode !== 0) {
        throw new Error(`SIGTERM ended the server with ${child.signalCode ?? child.exitCode}`);
      }
    },
    async start() {
      if (isOver) throw new Error('the lab has been stopped for good');
      starting = start();
      current = await starting;
      isDown = false;
    },
    stats: () => current.stats(),
    cpuUs: () => current.cpuUs(),
    rssBytes: () => current.rssBytes(),
    read: (edge) => current.read(edge),
    async stop() {
      isDown = true;
      isOver = true;
      // One that could not be started has left nothing.
      const [last] = await Promise.allSettled([starting]);
      if (last.status === 'fulfilled') await last.value.stop();
      await current.stop();
    },
  };
}
