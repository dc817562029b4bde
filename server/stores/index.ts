// The store that the configuration names. Only that one is loaded: what another one needs may be missing on this machine.
import type { LabConfig } from '../config.ts';
import { errorText } from '../protocol/error-text.ts';
import { createMemoryStore } from './memory.ts';
import { type Store, StoreError } from './store.ts';

/** Rejects with a StoreError that says why the store can't be opened, and what to do about it. */
export async function openStore({ store, retain, dedupeWindowMs, newEpoch }: StoreConfig): Promise<Store> {
  if (store === 'memory') return createMemoryStore({ retain, dedupeWindowMs });
  const path = store.slice('sqlite:'.length);
  const { createSqliteStore } = await import('./sqlite.ts').catch((error: unknown) => {
    throw new StoreError(unavailable(store, 'libsql', error), { cause: error });
  });
  return createSqliteStore({ path, retain, dedupeWindowMs, renewEpoch: newEpoch });
}

export type StoreConfig = Pick<LabConfig, 'store' | 'retain' | 'dedupeWindowMs' | 'newEpoch'>;

function unavailable(store: string, needed: string, error: unknown): string {
  const [reason = ''] = errorText(error).split('\n', 1);
  const machine = `${process.platform} ${process.arch}`;
  return (
    `--store ${store} needs the package ${needed}, which can't be loaded on this machine (${machine}): ${reason}. ` +
    'Run npm ci again; where there is no build of it for this machine, choose --store memory'
  );
}
