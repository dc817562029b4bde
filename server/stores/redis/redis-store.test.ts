import { afterAll, beforeAll, describe } from 'vitest';
import { NO_REDIS, type RedisServer, startRedis } from '../../testing/redis-server.ts';
import { describeStore } from '../testing/store-contract.ts';
import { openRedis } from './testing/open-redis.ts';

describe.skipIf(NO_REDIS !== null)(`redis ${NO_REDIS === null ? '' : `(skipped: ${NO_REDIS})`}`, () => {
  let redis: RedisServer;
  let rooms = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  const newRoom = () => {
    rooms += 1;
    return redis.store(`room-${rooms}`);
  };

  describeStore('redis', (options) => openRedis(newRoom(), options));
});
