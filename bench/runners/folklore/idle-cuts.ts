// Silent streams through a proxy that ends what is silent for too long: which heartbeat keeps them alive?
import { connect, createServer, type Socket } from 'node:net';
import { openClientPool } from '../../load/client-pool.ts';
import { monotonicClock as clock } from '../../load/clock.ts';
import { allAtOnce, inScope } from '../../load/scope.ts';
import { startLab } from '../../load/server-under-test.ts';
import type { IdleProxyWorkload } from '../../scenarios/scenario.ts';
import type { RunContext } from '../context.ts';

export interface IdleCuts {
  readonly heartbeatMs: number;
  readonly streams: number;
  readonly cut: number;
}

const OVERHEAD_MS = 2000;

export function estimateIdleCutsMs({ durationMs }: IdleProxyWorkload): number {
  return durationMs + OVERHEAD_MS;
}

export function countIdleCuts(
  { clients, heartbeatsMs, idleTimeoutMs, durationMs }: IdleProxyWorkload,
  { transports, signal, progress }: RunContext,
): Promise<IdleCuts[]> {
  const [transport] = transports;
  if (transport === undefined) throw new RangeError('there is no transport that streams');
  progress(`silent streams through a proxy that waits ${idleTimeoutMs / 1000} s`);
  return allAtOnce(signal, heartbeatsMs, (heartbeatMs, inner) =>
    inScope(inner, async (scope) => {
      const lab = await scope.open(startLab(['--heartbeat-ms', String(heartbeatMs)]));
      const proxy = await scope.open(startIdleProxy(lab.origin, idleTimeoutMs));
      const pool = await scope.open(
        openClientPool({
          ...{ transport, clients, origin: proxy.origin, signal: scope.signal },
          ...{ pollIntervalMs: 1000, waitSeconds: 1, pollPhaseMs: () => 0 },
        }),
      );
      await clock.sleepUntil(clock.now() + durationMs, scope.signal);
      return { heartbeatMs, streams: clients, cut: pool.failures.length };
    }),
  );
}

export interface IdleProxy {
  /** Where clients connect: `http://HOST:PORT`. */
  readonly origin: string;
  /** Ends every connection too. */
  close(): void;
}

/** Resolves when it listens, on loopback; it ends a connection that is silent for so long in both directions. */
export async function startIdleProxy(targetOrigin: string, idleTimeoutMs: number): Promise<IdleProxy> {
  const { hostname, port } = new URL(targetOrigin);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const end = () => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      // The one that fails closes, and that ends both.
      socket.on('error', () => undefined);
      socket.on('close', end);
    }
    client.setTimeout(idleTimeoutMs, end);
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
