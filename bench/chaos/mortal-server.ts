// A lab that dies and comes back: killed or asked to end, and started again on the same port, with the same store.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Stats, statsSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { type ChildServer, startChildServer } from '../load/child-server.ts';
import { createHttpCaller } from '../load/http-caller.ts';
import type { ServerFault } from './plan.ts';

export interface MortalServer {
  /** `HOST:PORT`; it stays the same. */
  readonly address: string;
  /** Rejects when the server ends without having been told to; never resolves. */
  readonly crashed: Promise<never>;
  /** Ends the server, and resolves when the next one listens. Rejects where a SIGTERM does not end it in good order. */
  fault(fault: ServerFault): Promise<void>;
  /** @returns the counters of the server of now, asked directly. */
  stats(): Promise<Stats>;
  stop(): Promise<void>;
}

export interface MortalServerOptions {
  /** As the lab’s `--store`. */
  readonly store: string;
  /** The engines to alternate between, one per life. */
  readonly webSocketEngines: readonly [string, ...string[]];
  readonly heartbeatMs: number;
}

const HOST = '127.0.0.1';
/** Below the ports that systems give to outgoing connections: one of those could take ours while the server is down. */
const PORTS = { first: 10_240, last: 32_767 };
const PORT_ATTEMPTS = 100;
/** Far more than a run stores: a reset because the log was trimmed would hide a lost message. */
const RETAIN = 5_000_000;

/** The port is not of the seed: two runs at a time must not meet. */
async function findPort(): Promise<number> {
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

export async function startMortalServer(options: MortalServerOptions): Promise<MortalServer> {
  const port = await findPort();
  const address = `${HOST}:${port}`;
  let crash: (reason: unknown) => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => {
    crash = reject;
  });
  // Whoever waits for it is told; that nobody does is no error.
  crashed.catch(() => undefined);
  let lives = 0;
  let isDown = false;
  let current = await start();

  async function start(): Promise<ChildServer> {
    const engine = options.webSocketEngines[lives % options.webSocketEngines.length] ?? options.webSocketEngines[0];
    lives += 1;
    const server = await startChildServer('server/main.js', [
      ...['--host', HOST, '--port', String(port)],
      ...['--store', options.store, '--retain', String(RETAIN)],
      ...['--websocket-engine', engine],
      ...['--heartbeat-ms', String(options.heartbeatMs), '--pong-timeout-ms', String(options.heartbeatMs)],
      ...['--stall-ms', String(2 * options.heartbeatMs)],
      ...['--publish-rate', '0', '--address-publish-rate', '0'],
      ...['--max-connections', '0', '--max-connections-per-address', '0'],
      '--no-page-build',
    ]);
    server.ended.catch((error: unknown) => {
      if (current === server && !isDown) crash(error);
    });
    return server;
  }

  return {
    address,
    crashed,
    async fault({ kind, downMs }) {
      isDown = true;
      const { process: child } = current;
      if (kind === 'kill') {
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      } else {
        await current.stop();
        if (child.exitCode !== 0)
          throw new Error(`SIGTERM ended the server with ${child.signalCode ?? child.exitCode}`);
      }
      await new Promise((resolve) => setTimeout(resolve, downMs));
      current = await start();
      isDown = false;
    },
    async stats() {
      const http = createHttpCaller(`http://${address}`, 1);
      try {
        return statsSchema.parse(JSON.parse((await http.call('GET', ROUTES.stats)).body));
      } finally {
        http.close();
      }
    },
    stop() {
      isDown = true;
      return current.stop();
    },
  };
}
