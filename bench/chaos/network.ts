// One network between clients and the server: the impairment proxy as a process of its own, steered through its IPC
// channel.
import * as z from 'zod/mini';
import { startChildServer } from '../load/child-server.ts';
import type { Impairments } from './plan.ts';

const countersSchema = z.object({
  connections: z.number(),
  refused: z.number(),
  cuts: z.number(),
  clientToServer: z.object({ halfCloses: z.number() }),
  serverToClient: z.object({ halfCloses: z.number() }),
});
const replySchema = z.union([
  z.object({ id: z.number(), state: countersSchema }),
  z.object({ id: z.number(), error: z.string() }),
]);

/** What has become of connections on the network so far. */
export interface NetworkCounts {
  readonly connections: number;
  readonly refused: number;
  /** Connections that were reset in their midst. */
  readonly cuts: number;
  readonly halfCloses: number;
}

export interface Network {
  /** Where clients connect: `http://HOST:PORT`. */
  readonly origin: string;
  /** Rejects when the process ends; never resolves. */
  readonly ended: Promise<never>;
  /** Replaces all impairments, of open connections too. */
  set(impairments: Impairments): Promise<NetworkCounts>;
  /** Resets every open connection. */
  cutAll(): Promise<NetworkCounts>;
  counts(): Promise<NetworkCounts>;
  stop(): Promise<void>;
}

/** @param target `HOST:PORT`. */
export async function startNetwork(target: string, seed: number): Promise<Network> {
  const proxy = await startChildServer('server/network/main.js', [
    ...['--target', target],
    ...['--port', '0'],
    ...['--seed', String(seed)],
  ]);
  const { process: child } = proxy;
  let asked = 0;

  function ask(command: object): Promise<NetworkCounts> {
    asked += 1;
    const id = asked;
    const answer = new Promise<NetworkCounts>((resolve, reject) => {
      const onMessage = (message: unknown) => {
        const reply = replySchema.safeParse(message);
        if (!reply.success || reply.data.id !== id) return;
        child.off('message', onMessage);
        if ('error' in reply.data) reject(new Error(`the impairment proxy refused: ${reply.data.error}`));
        else resolve(toCounts(reply.data.state));
      };
      child.on('message', onMessage);
      // Where this fails the process has ended, and `ended` says so.
      child.send({ id, ...command }, () => undefined);
    });
    return Promise.race([answer, proxy.ended]);
  }

  return {
    origin: proxy.origin,
    ended: proxy.ended,
    set: (impairments) => ask({ set: impairments }),
    cutAll: () => ask({ cutAll: true }),
    counts: () => ask({ stats: true }),
    stop: () => proxy.stop(),
  };
}

function toCounts(state: z.infer<typeof countersSchema>): NetworkCounts {
  const { connections, refused, cuts, clientToServer, serverToClient } = state;
  return { connections, refused, cuts, halfCloses: clientToServer.halfCloses + serverToClient.halfCloses };
}

export function addCounts(all: readonly NetworkCounts[]): NetworkCounts {
  const sum = (of: (one: NetworkCounts) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    connections: sum((one) => one.connections),
    refused: sum((one) => one.refused),
    cuts: sum((one) => one.cuts),
    halfCloses: sum((one) => one.halfCloses),
  };
}
