import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Receipt } from '../protocol/messages.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { createSqliteStore, type SqliteStoreOptions } from './sqlite.ts';
import { type AppendResult, type Store, type StoreDraft, StoreError } from './store.ts';
import { receiptOf } from './testing/receipt-of.ts';
import { describeStore } from './testing/store-contract.ts';

const HOUR_MS = 3_600_000;
const contractFolder = mkdtempSync(join(tmpdir(), 'transport-lab-contract-'));
let contractFiles = 0;
afterAll(() => rmSync(contractFolder, { recursive: true, force: true }));

describeStore('sqlite', (options) => {
  contractFiles += 1;
  return createSqliteStore({ path: join(contractFolder, `${contractFiles}.db`), ...options });
});

/** A log in a file of its own, which can be opened again and again. */
function logFile() {
  const path = join(temporaryFolder(), 'room.db');
  const log = {
    path,
    clock: Date.UTC(2030, 0),
    elapsedMs: 0,
    pass: (ms: number) => {
      log.clock += ms;
      log.elapsedMs += ms;
    },
    open: (options: Partial<SqliteStoreOptions> = {}): Store => {
      const store = createSqliteStore({
        path,
        retain: 1000,
        dedupeWindowMs: HOUR_MS,
        now: () => log.clock,
        elapsed: () => log.elapsedMs,
        ...options,
      });
      onTestFinished(() => store.close());
      return store;
    },
  };
  return log;
}

function draft(id: string, text = `text of ${id}`): StoreDraft {
  return { id, from: 'u-1', name: 'Ada', text, via: 'http' };
}

async function appendAll(store: Store, ids: readonly string[]): Promise<Receipt[]> {
  return (await Promise.all(ids.map((id) => store.append(draft(id))))).map(receiptOf);
}

function numbered(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `id-${first + index}`);
}

async function seqsOf(store: Store): Promise<number[]> {
  return (await store.read(0, 1000)).map(({ seq }) => seq);
}

describe('a restart', () => {
  test('goes on with the same epoch, secret and log', async () => {
    const { open } = logFile();
    const before = open();
    await appendAll(before, ['a', 'b']);
    const [span, log] = [await before.span(), await before.read(0, 10)];
    await before.close();

    const after = open();
    expect(after.secret).toEqual(before.secret);
    expect(await after.span()).toEqual(span);
    expect(await after.read(0, 10)).toEqual(log);
    expect(await appendAll(after, ['c'])).toMatchObject([{ seq: 3, cursor: `${span.epoch}.3`, duplicate: false }]);
  });

  test('knows the ids from before: retries get their old receipts, others a conflict', async () => {
    const { open } = logFile();
    const before = open({ retain: 1 });
    const receipts = await appendAll(before, ['a', 'b', 'c']);
    await before.close();
    const after = open({ retain: 1 });
    expect(await appendAll(after, ['a', 'b', 'c'])).toEqual(receipts.map((one) => ({ ...one, duplicate: true })));
    expect(await after.append(draft('a', 'other'))).toEqual({ outcome: 'conflict' });
  });

  test('with a clock that was set back does not let `at` decrease', async () => {
    const log = logFile();
    const before = log.open();
    const [first] = await appendAll(before, ['a']);
    await before.close();
    log.clock -= HOUR_MS;
    const [second] = await appendAll(log.open(), ['b']);
    expect(second?.at).toBe(first?.at);
  });

  test('with a clock that was far ahead before is right again, and drops the ids from then after one window', async () => {
    const log = logFile();
    const right = log.clock;
    log.clock += 365 * 24 * HOUR_MS;
    const before = log.open({ retain: 1 });
    await appendAll(before, ['a', 'b', 'c']);
    await before.close();
    log.clock = right;
    const after = log.open({ retain: 1 });
    expect(await appendAll(after, ['d'])).toMatchObject([{ at: right }]);
    log.pass(HOUR_MS);
    expect(await appendAll(after, ['a'])).toMatchObject([{ seq: 1, duplicate: true }]);
    log.pass(1);
    expect(await appendAll(after, ['a', 'b'])).toMatchObject([{ duplicate: false }, { duplicate: false }]);
  });

  test('can keep less than before, at once, and more only from then on', async () => {
    const { open } = logFile();
    const much = open();
    await appendAll(much, numbered(1, 900));
    await much.close();
    const little = open({ retain: 10 });
    expect(await little.span()).toMatchObject({ oldest: 891, head: 900 });
    expect(await seqsOf(little)).toEqual([891, 892, 893, 894, 895, 896, 897, 898, 899, 900]);
    for (const id of numbered(901, 910)) await little.append(draft(id));
    await little.close();
    const muchAgain = open();
    expect(await muchAgain.span()).toMatchObject({ oldest: 901, head: 910 });
    expect((await seqsOf(muchAgain)).at(0)).toBe(901);
  });

  test('as a restored one begins a new epoch, with the same secret and log', async () => {
    const { open } = logFile();
    const before = open();
    await appendAll(before, ['a']);
    const [{ epoch }, log] = [await before.span(), await before.read(0, 10)];
    await before.close();
    const restored = open({ renewEpoch: true });
    expect(restored.secret).toEqual(before.secret);
    expect((await restored.span()).epoch).not.toBe(epoch);
    expect(await restored.read(0, 10)).toEqual(log);
    const renewed = (await restored.span()).epoch;
    await restored.close();
    expect((await open().span()).epoch).toBe(renewed);
  });
});

describe('what is no longer kept', () => {
  test('leaves the file no larger, however many messages there were', async () => {
    const log = logFile();
    const sizeAfter = async (first: number, last: number) => {
      const store = log.open({ retain: 100, dedupeWindowMs: 1000 });
      for (let round = first; round <= last; round += 1) {
        await appendAll(store, numbered(1000 * round, 1000 * round + 999));
        log.pass(1001);
      }
      await store.close();
      return statSync(log.path).size;
    };
    const few = await sizeAfter(1, 5);
    expect(await sizeAfter(6, 40)).toBeLessThan(1.2 * few);
  });

  test('is dropped a bounded number of rows at a time, and all of it in the end', async () => {
    const log = logFile();
    const MANY = 5000;
    const before = log.open({ retain: MANY });
    await appendAll(before, numbered(1, MANY));
    await before.close();
    log.pass(HOUR_MS + 1);

    const dropping = log.open({ retain: 1 });
    await dropping.append(draft('new-1'));
    await dropping.close();
    const between = log.open({ retain: MANY });
    expect((await between.span()).oldest).toBeGreaterThan(1);
    expect((await between.span()).oldest).toBeLessThan(200);
    await between.close();

    const store = log.open({ retain: 1 });
    for (let count = 2; count <= 100; count += 1) await store.append(draft(`new-${count}`));
    await store.close();
    const after = log.open({ retain: MANY });
    const { oldest, head } = await after.span();
    expect([oldest, head]).toEqual([MANY + 100, MANY + 100]);
    // Ids go with their window: what it covers is known, what it covered once can be taken anew.
    expect(await appendAll(after, ['new-1', 'id-1'])).toMatchObject([{ duplicate: true }, { duplicate: false }]);
  });
});

test('after a clock that was a year ahead, the file has as many ids as the window has', async () => {
  const log = logFile();
  const store = log.open({ retain: 20, dedupeWindowMs: 1000 });
  log.clock += 365 * 24 * HOUR_MS;
  await appendAll(store, numbered(1, 2000));
  log.clock -= 365 * 24 * HOUR_MS;
  for (let round = 1; round <= 40; round += 1) {
    log.pass(100);
    await appendAll(store, numbered(2000 + 50 * round, 2049 + 50 * round));
  }
  await store.close();
  const db = new Database(log.path);
  onTestFinished(() => void db.close());
  const [[ids]] = db.prepare('SELECT count(*) FROM ids').raw().all([]) as [[number]];
  // Eleven rounds of 50 are within the window.
  expect(ids).toBeLessThanOrEqual(550);
});

describe('a full disk', () => {
  /** Opens a log with room for about a hundred thousand bytes. */
  const openSmall = () => logFile().open({ maxPages: 32 });
  const HUGE = 'x'.repeat(200_000);

  /** Resolves with the receipts that a store gives until it fails. */
  async function fill(store: Store, text = 'x'.repeat(1000)): Promise<Receipt[]> {
    const receipts: Receipt[] = [];
    for (;;) {
      const ids = numbered(receipts.length, receipts.length + 19);
      const stored = await Promise.all(ids.map((id) => store.append(draft(id, text)))).catch((error: unknown) => error);
      if (stored instanceof StoreError) return receipts;
      receipts.push(...(stored as AppendResult[]).map(receiptOf));
    }
  }

  test('fails the commit whole: no receipt, nothing told, nothing kept, and ids that are free', async () => {
    const store = openSmall();
    const told: number[] = [];
    store.onCommit((messages) => told.push(...messages.map(({ seq }) => seq)));
    await store.append(draft('a'));
    const span = await store.span();
    const failing = await Promise.allSettled([store.append(draft('b')), store.append(draft('c', HUGE))]);
    expect(failing.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(failing).toMatchObject([{ reason: { message: expect.stringContaining('the disk is full') } }, {}]);
    expect(await store.span()).toEqual(span);
    expect(await seqsOf(store)).toEqual([1]);
    expect(told).toEqual([1]);

    expect(await appendAll(store, ['c', 'b', 'a'])).toMatchObject([
      { id: 'c', seq: 2, duplicate: false },
      { id: 'b', seq: 3, duplicate: false },
      { id: 'a', seq: 1, duplicate: true },
    ]);
    expect(await seqsOf(store)).toEqual([1, 2, 3]);
    expect(told).toEqual([1, 2, 3]);
  });

  test('makes the store not ready for as long as there is no room, and leaves it to be read', async () => {
    const store = openSmall();
    await fill(store);
    await expect(store.ready()).rejects.toThrow('the disk is full');
    const { head } = await store.span();
    expect(await store.read(0, 1)).toMatchObject([{ seq: 1, id: 'id-0' }]);
    expect((await store.read(head - 1, 10)).map(({ seq }) => seq)).toEqual([head]);
  });

  test('does so no longer once there is room, though nobody has published since', async () => {
    const store = openSmall();
    await expect(store.append(draft('a', HUGE))).rejects.toThrow('the disk is full');
    // There was none for the huge one, and there is for others.
    expect(await store.ready()).toBeUndefined();
    expect(await seqsOf(store)).toEqual([]);
  });

  test('is over with the commit that finds room, and be it for having dropped what was old', async () => {
    const log = logFile();
    const store = log.open({ maxPages: 32, retain: 30, dedupeWindowMs: 1000 });
    await fill(store, 'x'.repeat(10));
    log.pass(2000);
    await store.append(draft('a'));
    expect(await store.ready()).toBeUndefined();
  });

  test('loses nothing that was receipted', async () => {
    const { open } = logFile();
    const store = open({ maxPages: 32 });
    const receipts = await fill(store);
    await store.close();
    const log = await open().read(0, 1000);
    expect(log.map(({ id, seq }) => [id, seq])).toEqual(receipts.map(({ id, seq }) => [id, seq]));
  });
});

describe('a closed store', () => {
  test('refuses everything, and says so as rejections', async () => {
    const store = logFile().open();
    await appendAll(store, ['a']);
    await store.close();
    await expect(store.append(draft('b'))).rejects.toThrow('is closed');
    await expect(store.read(0, 1)).rejects.toThrow('is closed');
    await expect(store.span()).rejects.toThrow('is closed');
    await expect(store.ready()).rejects.toThrow('is closed');
  });

  test('may be closed again, and has left one file', async () => {
    const { open, path } = logFile();
    const store = open();
    await appendAll(store, ['a']);
    await store.close();
    await store.close();
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })).toBeUndefined();
    expect(statSync(`${path}-shm`, { throwIfNoEntry: false })).toBeUndefined();
  });
});
