// The lab as a child process, with everything off that would measure something else: limits, page, durable store.
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

export interface Lab extends ChildServer {
  /** @returns the server's counters. */
  stats(): Promise<Stats>;
}

/** @param flags more flags of the lab. */
export async function startLab(flags: readonly string[] = []): Promise<Lab> {
  const server = await startChildServer('server/main.js', [...FLAGS, ...flags]);
  const http = createHttpCaller(server.origin, 1);
  return {
    ...server,
    stats: async () => {
      const answer = await http.call('GET', ROUTES.stats);
      return statsSchema.parse(JSON.parse(answer.body));
    },
    stop: async () => {
      http.close();
      await server.stop();
    },
  };
}
