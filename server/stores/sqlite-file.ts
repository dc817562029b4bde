// The file of the sqlite store: opened for this process alone, checked, and given its tables. https://www.sqlite.org
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { makeFolder } from '../command/paths.ts';
import { createFileIdentity, type FileIdentity } from './file-identity.ts';
import { SQLITE_CANTOPEN, SQLITE_CORRUPT, sqliteProblem } from './sqlite-problem.ts';
import { StoreError } from './store.ts';

/** Says in the file's head that it is ours: "TLab". */
const APPLICATION_ID = 0x54_4c_61_62;
/** The tables' version, in the file's head too. A change of the tables raises it, and brings older files up to it. */
const VERSION = 1;
/** A file up to this size is checked page by page at the start; a longer one would hold the start up for seconds. */
const CHECKED_BYTES = 256 * 1024 * 1024;

const SECRET_BYTES = 32;
const EPOCH_BYTES = 6;

/** Texts and names are BLOB, because a TEXT ends at its first U+0000. The seqs of `ids` outlive those of `log`. */
const TABLES = `
  CREATE TABLE lab (epoch TEXT NOT NULL, secret BLOB NOT NULL) STRICT;
  CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    uid TEXT NOT NULL,
    name BLOB NOT NULL,
    text BLOB NOT NULL,
    at INTEGER NOT NULL,
    via TEXT NOT NULL
  ) STRICT;
  CREATE TABLE ids (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

export interface SqliteFileOptions {
  /** Relative to the working directory. It is created, with its folder, where there is none. */
  readonly path: string;
  /** Whether the log is to begin a new epoch, as a restored one must. */
  readonly renewEpoch?: boolean;
  /** Pages of 4 KiB that the file may have; default: as many as the disk holds. */
  readonly maxPages?: number;
}

export interface SqliteFile {
  readonly db: Database.Database;
  readonly epoch: string;
  readonly secret: Buffer;
  /** All of `work` is on the disk when this returns, and none of it is kept where it throws (a StoreError). */
  transact<T>(work: () => T): T;
  /** @throws StoreError where it was deleted, moved or replaced, so that what is written now would be lost. */
  checkInPlace(): void;
  /** Leaves one file that has everything, and that other processes may open. */
  close(): void;
}

/** @throws StoreError that says what is wrong with the file, and what to do about it. */
export function openSqliteFile(options: SqliteFileOptions): SqliteFile {
  const { path } = options;
  const location = createFile(path);
  let db: Database.Database | undefined;
  try {
    db = new Database(location);
    return new OpenFile(db, location, options);
  } catch (error) {
    // What the library's constructor throws has no code.
    if (db === undefined) throw sqliteProblem(path, error, SQLITE_CANTOPEN);
    unlock(db);
    throw sqliteProblem(path, error);
  }
}

class OpenFile implements SqliteFile {
  readonly db: Database.Database;
  readonly epoch: string;
  readonly secret: Buffer;
  readonly #path: string;
  readonly #identities: readonly FileIdentity[];

  constructor(db: Database.Database, location: string, { path, renewEpoch = false, maxPages }: SqliteFileOptions) {
    this.db = db;
    this.#path = path;
    this.#identities = ['', '-wal'].map((ending) => createFileIdentity(location + ending));
    // First of all, so that a second process is refused before it has changed anything.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const isNew = checkOwner(db, path);
    checkPages(db, path);
    if (readValue(db, 'PRAGMA journal_mode = WAL') !== 'wal') throw new StoreError(`${path} can’t have a WAL`);
    db.exec('PRAGMA synchronous = FULL');
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    this.transact(() => {
      if (isNew) {
        db.exec(TABLES);
        db.prepare('INSERT INTO lab VALUES (?, ?)').run([newEpoch(), randomBytes(SECRET_BYTES)]);
      } else if (renewEpoch) db.prepare('UPDATE lab SET epoch = ?').run([newEpoch()]);
    });
    this.epoch = readValue(db, 'SELECT epoch FROM lab') as string;
    this.secret = readValue(db, 'SELECT secret FROM lab') as Buffer;
  }

  transact<T>(work: () => T): T {
    const { db } = this;
    this.checkInPlace();
    try {
      // Only where rolling back failed the last time.
      if (db.inTransaction) db.exec('ROLLBACK');
      db.exec('BEGIN IMMEDIATE');
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      throw sqliteProblem(this.#path, error);
    } finally {
      // SQLite has often rolled back by itself by then, and refuses to do it twice.
      if (db.inTransaction) db.exec('ROLLBACK');
    }
  }

  checkInPlace(): void {
    // The WAL is there from the first commit on.
    if (this.#identities.every((identity) => identity.inPlace())) return;
    throw new StoreError(
      `the store ${this.#path} is no longer where it was: its files were deleted, moved or replaced while the lab ran. ` +
        'Put them back, or start the lab anew',
    );
  }

  close(): void {
    unlock(this.db, 'PRAGMA journal_mode = DELETE');
  }
}

/** Creates the folder and the file, for this user alone: the secret of the tokens is in it. */
function createFile(path: string): string {
  // An absolute path, because some others mean something else to the library: an address, a database in memory.
  const location = resolve(path);
  try {
    makeFolder(dirname(location), 0o700);
    createOrFind(location);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTDIR' || code === 'EISDIR') {
      throw new StoreError(`the store ${path} is no file: name one with --store, in a folder`, { cause: error });
    }
    const remedy = 'let this user write its folder, or choose another with --store';
    throw new StoreError(`the store ${path} can’t be created (${code}): ${remedy}`, { cause: error });
  }
  return location;
}

/** @throws an error of the system's; EISDIR where there is something of that name that is no file. */
function createOrFind(location: string): void {
  try {
    closeSync(openSync(location, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // A link to what is yet to be made is fine; a device or a pipe would be written to, or wait for ever.
    if (statSync(location, { throwIfNoEntry: false })?.isFile() !== false) return;
    throw Object.assign(new Error('no file'), { code: 'EISDIR' });
  }
}

/** @returns whether the file is empty. @throws StoreError where it is another program's, or newer than this one. */
function checkOwner(db: Database.Database, path: string): boolean {
  if (readValue(db, 'SELECT count(*) FROM sqlite_schema') === 0) return true;
  if (readValue(db, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new StoreError(`the store ${path} belongs to another program: choose another file with --store`);
  }
  const version = Number(readValue(db, 'PRAGMA user_version'));
  if (version > VERSION) {
    throw new StoreError(
      `the store ${path} has version ${version}, and this lab knows those up to ${VERSION}: ` +
        'run the newer lab that wrote it, or choose another file with --store',
    );
  }
  return false;
}

function checkPages(db: Database.Database, path: string): void {
  const bytes = Number(readValue(db, 'PRAGMA page_count')) * Number(readValue(db, 'PRAGMA page_size'));
  if (bytes > CHECKED_BYTES) return;
  const found = readValue(db, 'PRAGMA quick_check(1)');
  if (found !== 'ok') throw sqliteProblem(path, found, SQLITE_CORRUPT);
}

/**
 * Gives the file's locks back and closes it. Closing alone would keep them: the library closes nothing for as long as a
 * prepared statement lives, that is until it is collected as garbage.
 */
function unlock(db: Database.Database, first?: string): void {
  try {
    if (first !== undefined) readValue(db, first);
    db.exec('PRAGMA locking_mode = NORMAL');
    // The locks go when the file is read the next time.
    readValue(db, 'SELECT count(*) FROM sqlite_schema');
  } catch {
    // What can't be moved into the file now is in its WAL, and there the next start finds it.
  }
  db.close();
}

function newEpoch(): string {
  return randomBytes(EPOCH_BYTES).toString('base64url');
}

/** @returns the first column of the first row. */
function readValue(db: Database.Database, sql: string): unknown {
  return (db.prepare(sql).raw().get() as readonly unknown[] | undefined)?.[0];
}
