// The lab that is measured: as a child process, with everything off that would measure something else (limits, page,
// durable store), or one that is deployed elsewhere.
import { type Stats, statsSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { type ChildServer, startChildServer } from './child-server.ts';
import { createHttpCaller } from './http-caller.ts';

const FLAGS = [
  ...['--host', '127.0.0.1'],
  ...['--port', '0'],
  ...['--store', 'memory'],
  ...['--publish-rate', '0'],
  ...['--address-publish-rate', '0'],
  ...['--max-connections', '0'],
  ...['--max-connections-per-address', '0'],
  '--no-page-build',
];

export interface Lab {
  /** `http://HOST:PORT`. */
  readonly origin: string;
  /** @returns the server's counters. */
  stats(): Promise<Stats>;
  /** Rejects when the server ends, with the last lines it said; never resolves. */
  readonly ended: Promise<never>;
  /** Ends a server of ours, and frees what the bench holds of it. May be called twice. */
  stop(): Promise<void>;
}

/** A lab in a process of its own. */
export interface LabProcess extends Lab, ChildServer {}

/** @param flags more flags of the lab; a later one wins. */
export async function startLab(flags: readonly string[] = []): Promise<LabProcess> {
  const server = await startChildServer('server/main.js', [...FLAGS, ...flags]);
  const { stats, close } = statsReader(server.origin);
  return {
    ...server,
    stats,
    stop: async () => {
      close();
      await server.stop();
    },
  };
}

/** @returns a lab that somebody else runs; its end is noticed only by what fails. */
export function attachLab(origin: string): Lab {
  const { stats, close } = statsReader(origin);
  return { origin, stats, ended: new Promise<never>(() => undefined), stop: async () => close() };
}

function statsReader(origin: string): { stats(): Promise<Stats>; close(): void } {
  const http = createHttpCaller(origin, 1);
  return {
    stats: async () => {
      const answer = await http.call('GET', ROUTES.stats);
      if (answer.status !== 200) throw new Error(`${origin}${ROUTES.stats} was answered with ${answer.status}`);
      return statsSchema.parse(JSON.parse(answer.body));
    },
    close: http.close,
  };
}
