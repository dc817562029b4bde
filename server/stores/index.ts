// The store that the configuration names. Only that one is loaded: what another one needs may be missing on this machine.

import { parseRedisAddress } from '../command/redis-address.ts';
import type { LabConfig } from '../config.ts';
import { errorText } from '../protocol/error-text.ts';
import { createMemoryStore } from './memory.ts';
import { type Store, StoreError } from './store.ts';

/**
 * Rejects with a StoreError that says why the store can't be opened, and what to do about it. `say` is told what the
 * person who runs the lab should know of the store, now and later.
 */
export async function openStore(config: StoreConfig, say: (line: string) => void): Promise<Store> {
  const { store, retain, dedupeWindowMs, newEpoch } = config;
  if (store === 'memory') return createMemoryStore({ retain, dedupeWindowMs });
  if (/^rediss?:/.test(store)) return openRedis(config, say);
  const path = store.slice('sqlite:'.length);
  const { createSqliteStore } = await import('./sqlite.ts').catch((error: unknown) => {
    throw new StoreError(unavailable(store, 'libsql', error), { cause: error });
  });
  return createSqliteStore({ path, retain, dedupeWindowMs, renewEpoch: newEpoch });
}

export type StoreConfig = Pick<
  LabConfig,
  'store' | 'retain' | 'dedupeWindowMs' | 'newEpoch' | 'maxIds' | 'storeTimeoutMs'
>;

async function openRedis(config: StoreConfig, say: (line: string) => void): Promise<Store> {
  const { store, retain, dedupeWindowMs, maxIds, storeTimeoutMs: timeoutMs } = config;
  const address = parseRedisAddress(store);
  if (typeof address === 'string') throw new StoreError(`--store ${address}`);
  if (config.newEpoch) {
    throw new StoreError(
      '--new-epoch is for a file: a Redis that comes back with less than it had is noticed by itself, and readers are told',
    );
  }
  const { createRedisStore } = await import('./redis/redis-store.ts').catch((error: unknown) => {
    throw new StoreError(unavailable(address.shown, 'redis', error), { cause: error });
  });
  return createRedisStore({ address, retain, dedupeWindowMs, maxIds, timeoutMs, say });
}

function unavailable(store: string, needed: string, error: unknown): string {
  const [reason = ''] = errorText(error).split('\n', 1);
  const machine = `${process.platform} ${process.arch}`;
  return (
    `--store ${store} needs the package ${needed}, which can't be loaded on this machine (${machine}): ${reason}. ` +
    'Run npm ci again; where there is no build of it for this machine, choose --store memory'
  );
}
