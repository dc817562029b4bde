// What a kill takes while the disk is slow. Redis answers once it has written to its append-only file, and with
// `appendfsync everysec` it puts the writing off, for up to two seconds, while a sync is under way.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isInstalled } from '../../command/installed.ts';
import { NO_REDIS, type RedisServer, startRedis } from '../../testing/redis-server.ts';
import { temporaryFolder } from '../../testing/temporary.ts';
import type { Renaming, StoreDraft } from '../store.ts';
import { receiptOf } from '../testing/receipt-of.ts';
import { openRedis } from './testing/open-redis.ts';

const TIMEOUT_MS = 90_000;
const PATIENT = { timeout: 60_000, interval: 5 };

/** Syncs last for as long as there is a file of this name. */
const SLOW_SYNC = `
#include <stdlib.h>
#include <unistd.h>
static int slow(void) { while (access(getenv("SLOW_SYNC"), F_OK) == 0) usleep(1000); return 0; }
int fsync(int file) { (void)file; return slow(); }
int fdatasync(int file) { (void)file; return slow(); }
`;

function whyNot(): string | null {
  if (NO_REDIS !== null) return NO_REDIS;
  if (process.platform !== 'linux') return 'it takes LD_PRELOAD';
  return isInstalled('cc') ? null : 'cc is not installed';
}

const WHY_NOT = whyNot();
const draft = (id: string): StoreDraft => ({ id, from: 'u-1', name: 'Ada', text: id, via: 'http' });

async function redisOnSlowDisk(fsync: 'everysec' | 'always') {
  const folder = temporaryFolder();
  const [source, library, file] = ['slow.c', 'slow.so', 'slow'].map((name) => join(folder, name)) as [
    ...[string, string, string],
  ];
  writeFileSync(source, SLOW_SYNC);
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(`cc says ${compiled.stderr}`);
  const redis = await startRedis(['--appendfsync', fsync], { LD_PRELOAD: library, SLOW_SYNC: file });
  const fasten = () => rmSync(file, { force: true });
  onTestFinished(async () => {
    fasten();
    await redis.stop();
  });
  return { redis, slow: () => writeFileSync(file, ''), fasten };
}

async function unwrittenBytes(redis: RedisServer): Promise<number> {
  const info = String(await redis.command('INFO', 'persistence'));
  return Number(/aof_buffer_length:(\d+)/.exec(info)?.[1]);
}

function appendOnlyFile(folder: string): string {
  const place = join(folder, 'appendonlydir');
  return readdirSync(place)
    .map((name) => readFileSync(join(place, name), 'latin1'))
    .join('');
}

describe.skipIf(WHY_NOT !== null)(`a Redis on a slow disk ${WHY_NOT === null ? '' : `(skipped: ${WHY_NOT})`}`, () => {
  test(
    'has receipts in its memory alone with everysec: a kill takes them, and that is told',
    async () => {
      const { redis, slow, fasten } = await redisOnSlowDisk('everysec');
      const store = await openRedis(redis.store('room'), { timeoutMs: 30_000 });
      onTestFinished(() => store.close());
      const renamings: Renaming[] = [];
      store.onRename?.((renaming) => renamings.push(renaming));
      let sent = 0;
      const append = async () => {
        sent += 1;
        return receiptOf(await store.append(draft(`id-${sent}`))).seq;
      };
      // Redis puts writing off for two seconds at most: a kill that comes later takes nothing, and is tried again.
      let last = 0;
      let next = 0;
      do {
        await append();
        slow();
        while ((await unwrittenBytes(redis)) === 0) last = await append();
        await redis.kill();
        fasten();
        await redis.start();
        next = await vi.waitFor(append, PATIENT);
      } while (next > last);
      const told = { reason: 'rolled-back', upTo: next - 1 };
      await vi.waitFor(() => expect(renamings.at(-1)).toMatchObject(told), PATIENT);
    },
    TIMEOUT_MS,
  );

  test(
    'gives no receipt before a sync is over with always',
    async () => {
      const { redis, slow, fasten } = await redisOnSlowDisk('always');
      const store = await openRedis(redis.store('room'), { timeoutMs: 30_000 });
      onTestFinished(() => store.close());
      const [, folder] = (await redis.command('CONFIG', 'GET', 'dir')) as [string, string];
      slow();
      let isReceipted = false;
      const appended = store.append(draft('the-message')).finally(() => {
        isReceipted = true;
      });
      await vi.waitFor(() => expect(appendOnlyFile(folder)).toContain('the-message'), PATIENT);
      expect(isReceipted).toBe(false);
      fasten();
      await expect(appended).resolves.toMatchObject({ outcome: 'stored' });
    },
    TIMEOUT_MS,
  );
});
