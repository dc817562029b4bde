// The store that the configuration names.
import type { LabConfig } from '../config.ts';
import { createMemoryStore } from './memory.ts';
import { createSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

/** @throws StoreError that says why the store can't be opened, and what to do about it. */
export function openStore({ store, retain, dedupeWindowMs, newEpoch }: StoreConfig): Store {
  if (store === 'memory') return createMemoryStore({ retain, dedupeWindowMs });
  const path = store.slice('sqlite:'.length);
  return createSqliteStore({ path, retain, dedupeWindowMs, renewEpoch: newEpoch });
}

export type StoreConfig = Pick<LabConfig, 'store' | 'retain' | 'dedupeWindowMs' | 'newEpoch'>;
