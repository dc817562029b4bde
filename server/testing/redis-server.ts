// A real redis-server for tests: on loopback, on a port and in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { isInstalled } from '../command/installed.ts';

/** Another one that is to be tried: `valkey-server`. */
export const REDIS_SERVER = process.env['LAB_REDIS_SERVER'] ?? 'redis-server';

/** Said in the name of what is skipped; null: it is there. */
export const NO_REDIS: string | null = isInstalled(REDIS_SERVER) ? null : `${REDIS_SERVER} is not installed`;

const START_TIMEOUT_MS = 20_000;

export interface RedisServer {
  readonly port: number;
  /** The address of a room in it. */
  store(room: string): string;
  /** Sends one command, on a connection of its own. */
  command(...args: string[]): Promise<unknown>;
  /** SIGSTOP, SIGCONT: nothing is waited for. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and in the same folder; resolves when it answers. */
  start(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return address.port;
}

/**
 * `settings` as of redis.conf, on top of an append-only file that is synced before every answer; `env`: of the process,
 * beside this one's.
 */
export async function startRedis(
  settings: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-redis-'));
  let child: ChildProcess | undefined;

  async function command(...args: string[]): Promise<unknown> {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP: 2, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(args);
    } finally {
      client.destroy();
    }
  }

  async function start(): Promise<void> {
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const args = [...place, '--appendonly', 'yes', '--appendfsync', 'always', '--repl-diskless-sync-delay', '0'];
    const started = spawn(REDIS_SERVER, [...args, ...settings], { stdio: 'ignore', env: { ...process.env, ...env } });
    child = started;
    const until = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      if (started.exitCode !== null) throw new Error(`${REDIS_SERVER} ended with ${started.exitCode}`);
      try {
        await command('PING');
        return;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (error.message.startsWith('NOAUTH')) return;
        if (performance.now() > until) {
          await kill();
          throw new Error(`${REDIS_SERVER} gives no answer`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  async function kill(): Promise<void> {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill('SIGKILL');
    await gone;
  }

  await start();
  return {
    port,
    store: (room) => `redis://127.0.0.1:${port}/0?room=${room}`,
    command,
    signal: (signal) => void child?.kill(signal),
    kill,
    start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
