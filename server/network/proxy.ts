// The impairment proxy: a TCP server whose connections go on to one target, under conditions that can be changed.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Connection, reset, type Target } from './connection.ts';
import { type Counters, createCounters, type DirectionCounters } from './counters.ts';
import { type Impairments, toConditions } from './impairments.ts';
import { createQueueBudget, type QueueBudget } from './pipe.ts';
import { drawsOf } from './random.ts';
import { type Lateness, Scheduler } from './scheduler.ts';

export interface ProxyOptions {
  readonly target: Target;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  readonly impairments: Impairments;
  /** What may wait in all connections together, and in those of other proxies that share it. Default: 128 MiB. */
  readonly budget?: QueueBudget;
  /** Connections at a time; one more is ended at once. Default, and 0: no limit. */
  readonly maxConnections?: number;
  /** Whether it may keep its process busy to be on time; default true. */
  readonly spins?: boolean;
}

/** The proxy's settings and counters, as they are told to whoever steers it. */
export interface ProxyState extends Omit<Counters, 'clientToServer' | 'serverToClient'> {
  /** Where clients connect: `http://HOST:PORT`. */
  readonly url: string;
  /** The process that it runs in. */
  readonly pid: number;
  readonly impairments: Impairments;
  readonly seed: number;
  /** Connections that are open now. */
  readonly open: number;
  readonly clientToServer: DirectionState;
  readonly serverToClient: DirectionState;
  /** How late bytes went on that had to wait, in µs, since the impairments were last set. */
  readonly latenessUs: Lateness;
}

export interface DirectionState extends Readonly<DirectionCounters> {
  /** Bytes that wait now, over all open connections. */
  readonly queuedBytes: number;
}

export interface ImpairmentProxy {
  readonly url: string;
  /** Changes the impairments of new and of open connections. What is left out is not impaired. */
  set(impairments: Impairments): void;
  /** Resets every open connection, both sides. */
  cutAll(): void;
  state(): ProxyState;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Resolves when it accepts connections; rejects where it can't listen. */
export async function startProxy({ target, host, port, spins, ...initial }: ProxyOptions): Promise<ImpairmentProxy> {
  const scheduler = new Scheduler(spins);
  const counters = createCounters();
  const { budget = createQueueBudget(), maxConnections = 0 } = initial;
  const connections = new Set<Connection>();
  let { impairments } = initial;
  let conditions = toConditions(impairments);
  let seed = impairments.seed ?? initial.seed;
  let numbered = 0;

  function accept(client: Socket): void {
    if (conditions.refuse) refuse(client);
    else forward(client);
  }

  function refuse(client: Socket): void {
    counters.refused += 1;
    // Whoever is gone already needs no reset.
    client.on('error', () => client.destroy());
    reset(client);
  }

  function forward(client: Socket): void {
    counters.connections += 1;
    const draws = drawsOf(seed, numbered);
    numbered += 1;
    const onClosed = () => void connections.delete(connection);
    const connection = new Connection({ client, target, scheduler, draws, counters, budget, onClosed }, conditions);
    connections.add(connection);
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  if (maxConnections > 0) server.maxConnections = maxConnections;
  await listen(server, host, port);
  const url = urlOf(server.address() as AddressInfo);

  return {
    url,
    set: (given) => {
      impairments = given;
      conditions = toConditions(given);
      if (given.seed !== undefined) {
        seed = given.seed;
        numbered = 0;
      }
      scheduler.clearLateness();
      for (const connection of connections) connection.set(conditions);
    },
    cutAll: () => {
      for (const connection of connections) connection.cut();
    },
    state: () => {
      const queued = { clientToServer: 0, serverToClient: 0 };
      for (const { queuedBytes } of connections) {
        queued.clientToServer += queuedBytes.clientToServer;
        queued.serverToClient += queuedBytes.serverToClient;
      }
      return {
        url,
        pid: process.pid,
        impairments,
        seed,
        ...counters,
        open: connections.size,
        clientToServer: { ...counters.clientToServer, queuedBytes: queued.clientToServer },
        serverToClient: { ...counters.serverToClient, queuedBytes: queued.serverToClient },
        latenessUs: scheduler.lateness(),
      };
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections) connection.close();
      await closed;
      scheduler.stop();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A burst of reconnecting clients must find room in the queue.
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
