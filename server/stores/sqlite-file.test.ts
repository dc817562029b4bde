import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import { createSqliteStore } from './sqlite.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { type Store, StoreError } from './store.ts';

const PAGE_BYTES = 4096;

function open(path: string): Store {
  const store = createSqliteStore({ path, retain: 1000, dedupeWindowMs: 60_000 });
  onTestFinished(() => store.close());
  return store;
}

/** @returns why a file can't be opened. */
function refusal(path: string): string {
  try {
    open(path);
  } catch (error) {
    if (error instanceof StoreError) return error.message.replace(path, 'FILE');
    throw error;
  }
  throw new Error('it was opened');
}

/** @returns the path of a log with many messages, which is closed. */
async function writtenLog(): Promise<string> {
  const path = join(temporaryFolder(), 'room.db');
  const store = open(path);
  const drafts = Array.from({ length: 300 }, (_, count) => ({
    id: `id-${count}`,
    from: 'u-1',
    name: 'Ada',
    text: 'x'.repeat(200),
    via: 'http',
  }));
  await Promise.all(drafts.map((draft) => store.append(draft)));
  await store.close();
  return path;
}

/** Runs SQL on a file as another program would. */
function tamper(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

describe('a new file', () => {
  test('is created with its folders, and for this user alone, because the secret is in it', async () => {
    const path = join(temporaryFolder(), 'some', 'where', 'room.db');
    const store = open(path);
    await store.append({ id: 'a', from: 'u-1', name: 'Ada', text: 'text', via: 'http' });
    const folders = [dirname(path), dirname(dirname(path))];
    const modes = [path, `${path}-wal`, ...folders].map((file) => statSync(file).mode & 0o777);
    if (process.platform !== 'win32') expect(modes).toEqual([0o600, 0o600, 0o700, 0o700]);
    expect(await store.span()).toMatchObject({ oldest: 1, head: 1 });
  });

  test('is relative to the working directory, whatever its name would mean to SQLite', async () => {
    const before = process.cwd();
    process.chdir(temporaryFolder());
    onTestFinished(() => process.chdir(before));
    for (const name of [':memory:', 'file:room.db?mode=memory', 'http:room.db']) {
      await open(name).close();
      expect(statSync(name).size).toBeGreaterThan(0);
    }
  });

  test('may be there already, if it is empty', async () => {
    const path = join(temporaryFolder(), 'room.db');
    writeFileSync(path, '');
    expect(await open(path).span()).toMatchObject({ oldest: 1, head: 0 });
  });

  test('has its messages in tables that anybody can read', async () => {
    const path = await writtenLog();
    const db = new Database(path);
    onTestFinished(() => void db.close());
    expect(db.prepare('SELECT seq, id, uid, via, CAST(name AS TEXT) FROM log WHERE seq = 7').raw().get()).toEqual([
      7,
      'id-6',
      'u-1',
      'http',
      'Ada',
    ]);
  });
});

describe('a transaction', () => {
  const openFile = () => {
    const file = openSqliteFile({ path: join(temporaryFolder(), 'room.db') });
    onTestFinished(() => file.close());
    const add = (bytes: number) => file.db.prepare('INSERT INTO probe VALUES (zeroblob(?))').run([bytes]);
    const rows = () => file.db.prepare('SELECT length(bytes) FROM probe').raw().all([]);
    return { file, add, rows };
  };

  test('that throws leaves nothing behind, not even for a read before the next one', () => {
    const { file, add, rows } = openFile();
    const failing = () => {
      add(1);
      throw new Error('in the midst of it');
    };
    expect(() => file.transact(failing)).toThrow(StoreError);
    expect(rows()).toEqual([]);
    expect(file.transact(() => add(2).changes)).toBe(1);
    expect(rows()).toEqual([[2]]);
  });

  test('that could not be rolled back is so before the next one', () => {
    const { file, add, rows } = openFile();
    file.db.exec('BEGIN');
    add(1);
    file.transact(() => add(2));
    expect(rows()).toEqual([[2]]);
  });
});

describe('a file that can’t be used is refused with the reason and a remedy', () => {
  test('a folder', () => {
    expect(refusal(temporaryFolder())).toBe('the store FILE is no file: name one with --store, in a folder');
  });

  test('a file in a file', async () => {
    expect(refusal(join(await writtenLog(), 'room.db'))).toBe(
      'the store FILE is no file: name one with --store, in a folder',
    );
  });

  test('a text', () => {
    const path = join(temporaryFolder(), 'notes.txt');
    writeFileSync(path, 'Dear diary, this is no database. '.repeat(100));
    expect(refusal(path)).toBe('the store FILE is no SQLite file: move it away, or choose another file with --store');
    expect(readFileSync(path, 'utf8')).toContain('Dear diary');
  });

  test('another program’s file, which is left as it was', () => {
    const path = join(temporaryFolder(), 'other.db');
    tamper(path, 'CREATE TABLE log (seq, text); INSERT INTO log VALUES (1, 2)');
    const before = readFileSync(path);
    expect(refusal(path)).toBe('the store FILE belongs to another program: choose another file with --store');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a newer lab’s file', async () => {
    const path = await writtenLog();
    tamper(path, 'PRAGMA user_version = 7');
    expect(refusal(path)).toBe(
      'the store FILE has version 7, and this lab knows those up to 1: ' +
        'run the newer lab that wrote it, or choose another file with --store',
    );
  });

  test('a file with overwritten pages', async () => {
    const path = await writtenLog();
    const bytes = readFileSync(path);
    bytes.fill('Z', 6 * PAGE_BYTES, 10 * PAGE_BYTES);
    writeFileSync(path, bytes);
    expect(refusal(path)).toBe(
      'the store FILE is damaged: put a backup in its place (docs/storage.md), or move it away together with its -wal file to begin anew',
    );
  });

  test('a file that was cut off', async () => {
    const path = await writtenLog();
    truncateSync(path, 10 * PAGE_BYTES);
    expect(refusal(path)).toContain('is damaged');
  });

  test('a file that is open already', async () => {
    const path = await writtenLog();
    const first = open(path);
    expect(refusal(path)).toContain('is open in another process');
    expect(await first.read(299, 10)).toHaveLength(1);
    await first.close();
    expect(await open(path).span()).toMatchObject({ head: 300 });
  });
});

const NOBODY = 65_534;

/** @returns why rights can't be tested here, or null. */
function whyRightsDoNotCount(): string | null {
  if (process.getuid === undefined || process.seteuid === undefined) return 'this system has other rights';
  if (process.getuid() !== 0) return null;
  try {
    process.seteuid(NOBODY);
    process.seteuid(0);
    return null;
  } catch (error) {
    return `root can’t become another user here: ${String(error)}`;
  }
}

/** Root may do everything, so it becomes somebody else until the test has finished. */
function asNobody(): void {
  if (process.getuid?.() !== 0) return;
  process.seteuid?.(NOBODY);
  onTestFinished(() => process.seteuid?.(0));
}

const whyNot = whyRightsDoNotCount();
describe.skipIf(whyNot !== null)(`without the right to write${whyNot === null ? '' : ` (skipped: ${whyNot})`}`, () => {
  /** A log that everybody may write, in a folder where everybody may. */
  async function openLog() {
    const path = await writtenLog();
    const folder = join(path, '..');
    chmodSync(folder, 0o777);
    chmodSync(path, 0o666);
    onTestFinished(() => chmodSync(folder, 0o777));
    return { path, folder };
  }

  test('nothing is refused where others may write', async () => {
    const { path } = await openLog();
    asNobody();
    expect(await open(path).span()).toMatchObject({ head: 300 });
  });

  test('a read-only file', async () => {
    const { path } = await openLog();
    chmodSync(path, 0o444);
    asNobody();
    expect(refusal(path)).toBe(
      'the store FILE may not be written: let this user write the file and its folder, or choose another with --store',
    );
  });

  test('a file that may not even be read', async () => {
    const { path } = await openLog();
    chmodSync(path, 0);
    asNobody();
    expect(refusal(path)).toContain('can’t be opened: let this user write');
  });

  test('a file in a read-only folder', async () => {
    const { path, folder } = await openLog();
    chmodSync(folder, 0o555);
    asNobody();
    expect(refusal(path)).toMatch(/let this user write the file and its folder/);
  });

  test('a new file, or a new folder, in a read-only folder', async () => {
    const { folder } = await openLog();
    mkdirSync(join(folder, 'data'));
    chmodSync(join(folder, 'data'), 0o555);
    asNobody();
    const remedy = 'let this user write its folder, or choose another with --store';
    expect(refusal(join(folder, 'data', 'new.db'))).toBe(`the store FILE can’t be created (EACCES): ${remedy}`);
    expect(refusal(join(folder, 'data', 'more', 'new.db'))).toBe(`the store FILE can’t be created (EACCES): ${remedy}`);
  });
});
