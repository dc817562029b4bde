// The sqlite store: the log in a file. A restart goes on with the same epoch, log, ids and secret.
import { formatCursor } from '../protocol/cursor.ts';
import type { Message, Receipt } from '../protocol/messages.ts';
import { createGroupCommit } from './group-commit.ts';
import { type LogClock, nextAt } from './log-clock.ts';
import { openSqliteFile, type SqliteFile, type SqliteFileOptions } from './sqlite-file.ts';
import { fingerprintOf, type IdChange, SqliteIds } from './sqlite-ids.ts';
import { sqliteProblem } from './sqlite-problem.ts';
import { type IdRow, openTables, type Tables } from './sqlite-tables.ts';
import { type AppendResult, type MaybePromise, type Span, type Store, type StoreDraft, StoreError } from './store.ts';

export interface SqliteStoreOptions extends SqliteFileOptions, LogClock {
  /** Messages that are kept. */
  readonly retain: number;
  /** Milliseconds that the id of a message is remembered, at the least. */
  readonly dedupeWindowMs: number;
}

/** Rows that a commit drops beyond twice those it adds: too few to be noticed, and yet what is old gets less. */
const DROPPED_AT_ONCE = 100;
/** What must find room in the file before a store that failed counts as ready again. */
const PROBE_BYTES = 64 * 1024;

/**
 * Opens the file, or creates it. All of it is synchronous, commits too: so nothing can come between a commit and what is
 * told of it, and a read is there at once.
 * @throws StoreError where the file can't be used.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const file = openSqliteFile(options);
  try {
    return new SqliteStore(file, options);
  } catch (error) {
    file.close();
    throw sqliteProblem(options.path, error);
  }
}

class SqliteStore implements Store {
  readonly secret: Buffer;
  readonly #file: SqliteFile;
  readonly #tables: Tables;
  readonly #ids: SqliteIds;
  readonly #options: SqliteStoreOptions;
  readonly #now: () => number;
  readonly #commits = createGroupCommit<StoreDraft, AppendResult>(
    (drafts) => this.#commit(drafts),
    () => this.#tell(),
  );
  #span: Span;
  #lastAt: number;
  /** The first row of the log's table: what is no longer kept may be there for some more commits. */
  #firstRow: number;
  #untold: readonly Message[] = [];
  #failed = false;
  #closed = false;
  #listener: (messages: readonly Message[]) => void = () => undefined;

  constructor(file: SqliteFile, options: SqliteStoreOptions) {
    this.#file = file;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.secret = file.secret;
    this.#tables = openTables(file.db);
    this.#ids = new SqliteIds(this.#tables, { ...options, now: this.#now() });
    const { first, head, lastAt } = this.#tables.ends() ?? { first: 1, head: 0, lastAt: 0 };
    this.#firstRow = first;
    this.#lastAt = lastAt;
    this.#span = this.#spanTo(head);
  }

  append(draft: StoreDraft): Promise<AppendResult> {
    return this.#commits.add(draft);
  }

  span(): MaybePromise<Span> {
    return this.#attempt(() => this.#span);
  }

  read(after: number, limit: number): MaybePromise<readonly Message[]> {
    return this.#attempt(() => {
      const { oldest, head } = this.#span;
      const from = Math.max(after, oldest - 1);
      return from >= head ? [] : this.#tables.read(from, Math.min(limit, head - from));
    });
  }

  ready(): MaybePromise<void> {
    return this.#attempt(() => {
      this.#file.checkInPlace();
      if (!this.#failed) return;
      const { probe, clearProbe } = this.#tables;
      this.#file.transact(() => {
        clearProbe();
        probe(PROBE_BYTES);
      });
      this.#file.transact(clearProbe);
      this.#failed = false;
    });
  }

  onCommit(listener: (messages: readonly Message[]) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#commits.flush();
    this.#closed = true;
    this.#file.close();
  }

  /** Errors come as a rejection, as from a store in another process, so that callers know one way of failing. */
  #attempt<T>(work: () => T): MaybePromise<T> {
    try {
      this.#checkOpen();
      return work();
    } catch (error) {
      return Promise.reject(sqliteProblem(this.#options.path, error));
    }
  }

  #commit(drafts: readonly StoreDraft[]): readonly AppendResult[] {
    this.#checkOpen();
    const at = nextAt(this.#lastAt, this.#now());
    const head = this.#span.head;
    const ids = this.#ids.change(this.#span.oldest, drafts.length);
    const messages: Message[] = [];
    let firstRow = this.#firstRow;

    const write = () => {
      const results = drafts.map((draft) => this.#take(draft, head + messages.length + 1, at, ids, messages));
      const most = 2 * messages.length + DROPPED_AT_ONCE;
      firstRow = this.#drop(head + messages.length - this.#options.retain, most);
      this.#tables.addMessages(messages);
      ids.write(most);
      return results;
    };
    this.#failed = true;
    const results = this.#file.transact(write);

    // It is on the disk: only now may anybody hear of it.
    this.#failed = false;
    ids.settle();
    this.#firstRow = firstRow;
    this.#span = this.#spanTo(head + messages.length);
    if (messages.length > 0) this.#lastAt = at;
    this.#untold = messages;
    return results;
  }

  #take(draft: StoreDraft, seq: number, at: number, ids: IdChange, messages: Message[]): AppendResult {
    const { id, from, name, text, via } = draft;
    const fingerprint = fingerprintOf(draft);
    const known = ids.taken(id);
    if (known !== undefined) {
      if (!known.fingerprint.equals(fingerprint)) return { outcome: 'conflict' };
      return { outcome: 'stored', receipt: this.#receipt(known, true) };
    }
    const row: IdRow = { seq, id, fingerprint, at };
    ids.add(row);
    messages.push({ seq, id, from, name, text, at, via });
    return { outcome: 'stored', receipt: this.#receipt(row, false) };
  }

  /**
   * Drops rows of the log up to a seq, so many at the most; first, so that new ones find room in a file that is full.
   * @returns the first row that is left.
   */
  #drop(upTo: number, most: number): number {
    const last = Math.min(upTo, this.#span.head, this.#firstRow + most - 1);
    if (last < this.#firstRow) return this.#firstRow;
    this.#tables.dropMessages(last);
    return last + 1;
  }

  #receipt({ id, seq, at }: IdRow, duplicate: boolean): Receipt {
    return { id, seq, cursor: formatCursor(this.#file.epoch, seq), at, duplicate };
  }

  #tell(): void {
    const messages = this.#untold;
    this.#untold = [];
    if (messages.length > 0) this.#listener(messages);
  }

  #spanTo(head: number): Span {
    const oldest = Math.max(this.#firstRow, head - this.#options.retain + 1);
    return { epoch: this.#file.epoch, oldest, head };
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreError(`the store ${this.#options.path} is closed`);
  }
}
