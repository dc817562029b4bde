// Every client transport against servers whose common log is in a real Redis.
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { NO_REDIS, type RedisServer, startRedis } from '../../server/testing/redis-server.ts';
import { describeRollback, type SharedLog } from '../testing/conformance/rollback.ts';
import { describeConformance } from '../testing/conformance.ts';
import type { LabLimits } from '../testing/lab.ts';
import { transports } from './index.ts';

async function startNode(store: string, limits: LabLimits = {}) {
  const lab = await startLabServer({
    ...testConfig,
    store,
    publishRate: 0,
    addressPublishRate: 0,
    byeSpreadMs: 0,
    presenceLeaseMs: 200,
    ...limits,
  });
  onTestFinished(() => lab.close());
  return lab;
}

async function startLog(forgetful: boolean): Promise<SharedLog> {
  const redis = await startRedis(forgetful ? ['--appendonly', 'no'] : []);
  onTestFinished(() => redis.stop());
  return {
    startNode: () => startNode(redis.store('room')),
    save: async () => void (await redis.command('SAVE')),
    restart: async () => {
      await redis.kill();
      await redis.start();
    },
  };
}

describe.skipIf(NO_REDIS !== null)(`on redis ${NO_REDIS === null ? '' : `(skipped: ${NO_REDIS})`}`, () => {
  let redis: RedisServer;
  let rooms = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  describe.each(transports.map((transport) => ({ transport, name: transport.name })))('$name', ({ transport }) => {
    // A room of its own for each: a server that is started anew then has another log, as the suite expects.
    describeConformance(transport, (limits) => {
      rooms += 1;
      return startNode(redis.store(`room-${rooms}`), limits);
    });
    describeRollback(transport, startLog);
  });
});
