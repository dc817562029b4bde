// The redis store with what tests do not care about.

import { parseRedisAddress } from '../../../command/redis-address.ts';
import type { Store } from '../../store.ts';
import { createRedisStore, type RedisStoreOptions } from '../redis-store.ts';

const USUAL = { retain: 100, dedupeWindowMs: 600_000, maxIds: 1_000_000, timeoutMs: 2000, say: () => undefined };

export function openRedis(store: string, options: Partial<Omit<RedisStoreOptions, 'address'>> = {}): Promise<Store> {
  const address = parseRedisAddress(store);
  if (typeof address === 'string') throw new Error(address);
  return createRedisStore({ ...USUAL, ...options, address });
}
