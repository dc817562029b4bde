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

/** The connection that is used. */
type By = 'commands' | 'tail';
const CONNECTIONS = { commands: 0, tail: 1 } as const;

/** Within a timeout it is looked so often whether it is over. */
const LOOKS = 10;

/** A command without an answer in time ends the link: nobody knows then what became of it. */
export interface Link {
  readonly over: boolean;
  /** Rejects with Redis's error, or where the link ends. `by` the tail: while nothing waits there. */
  command(args: Arguments, by?: By): Promise<unknown>;
  run(script: Script, keys: Arguments, args: Arguments, by?: By): Promise<unknown>;
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
      // It bounds only commands that are not written yet, at the price of a timer and a signal for each.
      commandOptions: { timeout: 0 },
      // Another attempt is another link.
      socket: { reconnectStrategy: false, connectTimeout: timeoutMs, noDelay: true },
    });
    client.on('error', failed);
    client.on('end', () => failed(new StoreError(`the store ${shown} has closed the connection`)));
    return client;
  }

  function end(): void {
    over = true;
    clearInterval(watch);
    for (const client of clients) if (client.isOpen) client.destroy();
  }

  /**
   * Until when what is under way on each connection must be answered, oldest first, as answers come. One timer looks at
   * all of it: one for each command would cost a node as much as the command.
   */
  const due: readonly [number[], number[]] = [[], []];
  let lateness: StoreError | null = null;
  const watch = setInterval(() => {
    const now = performance.now();
    if (!due.some(([first]) => first !== undefined && first < now)) return;
    lateness = new StoreError(`the store ${shown} gives no answer within ${timeoutMs} ms`);
    fail(lateness);
  }, timeoutMs / LOOKS);

  async function inTime<T>(connection: 0 | 1, answer: Promise<T>, waitMs = 0): Promise<T> {
    const owed = due[connection];
    owed.push(performance.now() + waitMs + timeoutMs);
    try {
      return await answer;
    } catch (error) {
      throw lateness ?? error;
    } finally {
      owed.shift();
    }
  }

  const send = (args: Arguments, by: By) => clients[CONNECTIONS[by]].sendCommand([...args]) as Promise<unknown>;

  try {
    await inTime(0, Promise.all(clients.map((client) => client.connect())));
    made = true;
  } catch (error) {
    end();
    throw error;
  }
  return {
    get over() {
      return over;
    },
    command: (args, by = 'commands') => inTime(CONNECTIONS[by], send(args, by)),
    run({ text, digest }, keys, args, by = 'commands') {
      const rest = [String(keys.length), ...keys, ...args];
      const rerun = (error: unknown) => {
        // Nothing was run then.
        if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return send(['EVAL', text, ...rest], by);
        throw error;
      };
      return inTime(CONNECTIONS[by], send(['EVALSHA', digest, ...rest], by).catch(rerun));
    },
    wait: (args, waitMs) => inTime(CONNECTIONS.tail, send(args, 'tail'), waitMs),
    end,
  };
}
