// One life of the two connections to Redis: one for commands, one that waits for the log to grow. They begin and end
// together: each alone could be connected to another server than the other.
import { createHash } from 'node:crypto';
import { createClient } from 'redis';
import type { RedisAddress } from '../../command/redis-address.ts';
import { StoreError } from '../store.ts';

export type Arguments = readonly string[];

export interface Script {
  readonly text: string;
  readonly digest: string;
}

export function scriptOf(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/** A command without an answer in time ends the link: nobody knows then what became of it. */
export interface Link {
  readonly over: boolean;
  /** Rejects with Redis's error, or where the link ends. `by` the tail: while nothing waits there. */
  command(args: Arguments, by?: 'commands' | 'tail'): Promise<unknown>;
  run(script: Script, keys: Arguments, args: Arguments, by?: 'commands' | 'tail'): Promise<unknown>;
  /** As `command`, on the connection that may wait, for so many ms more. */
  wait(args: Arguments, waitMs: number): Promise<unknown>;
  /** Ends both connections. Everything under way rejects. */
  end(): void;
}

/**
 * Rejects where a connection can't be made. `ended` is told once of a link that was made, with the reason, unless it is
 * ended by `end`.
 */
export async function openLink(
  { url, shown }: RedisAddress,
  timeoutMs: number,
  ended: (reason: unknown) => void,
): Promise<Link> {
  let over = false;
  let made = false;
  const fail = (reason: unknown) => {
    if (over) return;
    end();
    if (made) ended(reason);
  };
  const clients = [connection(fail), connection(fail)] as const;

  function connection(failed: (reason: unknown) => void) {
    const client = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      // Another attempt is another link.
      socket: { reconnectStrategy: false, connectTimeout: timeoutMs, noDelay: true },
    });
    client.on('error', failed);
    client.on('end', () => failed(new StoreError(`the store ${shown} has closed the connection`)));
    return client;
  }

  function end(): void {
    over = true;
    for (const client of clients) if (client.isOpen) client.destroy();
  }

  async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new StoreError(`the store ${shown} gives no answer within ${ms} ms`);
        reject(error);
        fail(error);
      }, ms);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  const on = (by: 'commands' | 'tail') => clients[by === 'commands' ? 0 : 1];
  const send = (args: Arguments, by: 'commands' | 'tail') => on(by).sendCommand([...args]) as Promise<unknown>;
  const command = (args: Arguments, by: 'commands' | 'tail' = 'commands') => inTime(send(args, by), timeoutMs);

  try {
    await inTime(Promise.all(clients.map((client) => client.connect())), timeoutMs);
    made = true;
  } catch (error) {
    end();
    throw error;
  }
  return {
    get over() {
      return over;
    },
    command,
    async run({ text, digest }, keys, args, by = 'commands') {
      const rest = [String(keys.length), ...keys, ...args];
      const rerun = (error: unknown) => {
        // Nothing was run then.
        if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return send(['EVAL', text, ...rest], by);
        throw error;
      };
      return inTime(send(['EVALSHA', digest, ...rest], by).catch(rerun), timeoutMs);
    },
    wait: (args, waitMs) => inTime(send(args, 'tail'), waitMs + timeoutMs),
    end,
  };
}
