// A bad network between clients and a server: the impairment proxy as a process of its own, steered through its IPC
// channel. docs/network.md says what each impairment does.
import * as z from 'zod/mini';
import { startChildServer } from './child-server.ts';

/** One direction of a network, as the impairment proxy takes it. */
export interface ImpairedDirection {
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
  readonly trickleIntervalMs?: number;
  readonly cutAfterBytes?: number;
  readonly halfCloseAfterBytes?: number;
}

/** What the impairment proxy is told to do; what is left out is not impaired. */
export interface Impairments {
  readonly clientToServer?: ImpairedDirection;
  readonly serverToClient?: ImpairedDirection;
  readonly cutMeanMs?: number;
  readonly blackhole?: boolean;
  readonly refuse?: boolean;
  readonly connectRoundTrip?: boolean;
}

const latenessSchema = z.object({ count: z.number(), p50: z.number(), p99: z.number(), max: z.number() });
const stateSchema = z.object({
  connections: z.number(),
  refused: z.number(),
  cuts: z.number(),
  clientToServer: z.object({ halfCloses: z.number() }),
  serverToClient: z.object({ halfCloses: z.number() }),
  latenessUs: latenessSchema,
});
const replySchema = z.union([
  z.object({ id: z.number(), state: stateSchema }),
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

export interface NetworkState extends NetworkCounts {
  /** How much later than told bytes went on, since the impairments were last set. */
  readonly latenessUs: z.infer<typeof latenessSchema>;
}

export interface ImpairedNetwork {
  /** Where clients connect: `http://HOST:PORT`. */
  readonly origin: string;
  /** Rejects when the process ends; never resolves. */
  readonly ended: Promise<never>;
  /** Replaces all impairments, of open connections too. Resolves when they hold. */
  set(impairments: Impairments): Promise<NetworkState>;
  /** Resets every open connection. */
  cutAll(): Promise<NetworkState>;
  state(): Promise<NetworkState>;
  /** Ends the process and every connection through it. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts without impairments. Rejects where the proxy could not be started.
 * @param targetOrigin `http://HOST:PORT`. @param seed of what is drawn by chance.
 */
export async function startImpairment(targetOrigin: string, seed = 1): Promise<ImpairedNetwork> {
  const { hostname, port, protocol } = new URL(targetOrigin);
  if (protocol !== 'http:')
    throw new RangeError(`the impairment proxy has no TLS, so it can't stand before ${targetOrigin}`);
  const proxy = await startChildServer('server/network/main.js', [
    ...['--target', `${hostname}:${port === '' ? '80' : port}`],
    ...['--port', '0'],
    ...['--seed', String(seed)],
  ]);
  const { process: child } = proxy;
  let asked = 0;

  function ask(command: object): Promise<NetworkState> {
    asked += 1;
    const id = asked;
    const answer = new Promise<NetworkState>((resolve, reject) => {
      const onMessage = (message: unknown) => {
        const reply = replySchema.safeParse(message);
        if (!reply.success || reply.data.id !== id) return;
        child.off('message', onMessage);
        if ('error' in reply.data) reject(new Error(`the impairment proxy refused: ${reply.data.error}`));
        else resolve(toNetworkState(reply.data.state));
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
    state: () => ask({ stats: true }),
    stop: () => proxy.stop(),
  };
}

function toNetworkState(state: z.infer<typeof stateSchema>): NetworkState {
  const { connections, refused, cuts, latenessUs, clientToServer, serverToClient } = state;
  return { connections, refused, cuts, halfCloses: clientToServer.halfCloses + serverToClient.halfCloses, latenessUs };
}

/** @returns impairments that make a server farther away by that round trip: also for opening a connection to it. */
export function longerBy(roundTripMs: number): Impairments {
  const direction = { delayMs: roundTripMs / 2 };
  return { clientToServer: direction, serverToClient: direction, connectRoundTrip: true };
}
