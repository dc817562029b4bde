// Readers that stop reading: what the server sends them stays in the pipes, until they read on.
import type { Transport } from '../../client/transports/transport.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { type LedgerTotals, sumTotals } from '../load/ledger.ts';
import { createStallableEnv, type StallableEnv } from '../load/stallable-env.ts';
import { openSessionClient, type SessionClient } from './session-client.ts';

export interface StoppedReadersOptions {
  readonly transport: Transport;
  readonly origin: string;
  readonly readers: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Some readers of one transport, all of them stopped or reading at a time. */
export interface StoppedReaders {
  readonly count: number;
  /** They read on, and come back by themselves where their connection was closed. */
  resume(): void;
  /** How many have lost a connection since they were stopped, as far as they know. */
  readonly lost: number;
  hasAll(seq: number): boolean;
  totals(lastSeq: number): LedgerTotals;
  /** What may not happen in a good run. */
  readonly failures: readonly string[];
  close(): void;
}

/** Neither matters to a stream. */
const POLL_INTERVAL_MS = 1000;
const WAIT_SECONDS = 30;

interface StoppedReader {
  readonly client: SessionClient;
  readonly env: StallableEnv;
}

/** Resolves once they are connected, and read nothing more; rejects, with none left open, where one is not connected. */
export async function openStoppedReaders(options: StoppedReadersOptions): Promise<StoppedReaders> {
  const { transport, origin, readers: count, seed, signal } = options;
  const opening = Array.from({ length: count }, async (_, index): Promise<StoppedReader> => {
    const env = createStallableEnv(origin);
    const client = await openSessionClient({
      transport,
      env,
      clientId: `stopped-${seed}-${index}`,
      pollIntervalMs: POLL_INTERVAL_MS,
      waitSeconds: WAIT_SECONDS,
      random: seededRandom(seed * 1000 + index),
      signal,
    });
    env.stall();
    return { client, env };
  });
  const opened = await Promise.allSettled(opening);
  const readers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = () => {
    for (const { client } of readers) client.close();
  };
  const refused = opened.find((one) => one.status === 'rejected');
  if (refused !== undefined) {
    close();
    throw refused.reason;
  }
  return {
    count,
    resume() {
      for (const { env } of readers) env.resume();
    },
    get lost() {
      return readers.filter(({ client }) => client.changes.some(({ state }) => state !== 'connected')).length;
    },
    hasAll: (seq) => readers.every(({ client }) => client.ledger.hasAllUpTo(seq)),
    totals: (lastSeq) => sumTotals(readers.map(({ client }) => client.ledger.totals(lastSeq))),
    get failures() {
      return readers.flatMap(({ client }) => client.failures);
    },
    close,
  };
}
