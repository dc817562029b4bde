// Which ids of the sqlite store are taken: what a retry is recognised by, for longer than messages are kept.
import { hash } from 'node:crypto';
import { createIdAges, type IdAges } from './log-clock.ts';
import type { IdRow, Tables } from './sqlite-tables.ts';
import { type StoreDraft, StoreError } from './store.ts';

/** A Map has room for 2^24. */
const MOST_IDS = 16_000_000;

/** @returns what two drafts with one id share if they are the same message. */
export function fingerprintOf({ from, text }: StoreDraft): Buffer {
  return hash('sha256', `${from}\n${text}`, 'buffer');
}

export interface SqliteIdsOptions {
  /** Milliseconds that an id is remembered, at the least. */
  readonly dedupeWindowMs: number;
  /** Milliseconds since 1970, now. */
  readonly now: number;
  /** As of LogClock. */
  readonly elapsed?: () => number;
}

/**
 * The ids are found through memory, and are in the file only in the order of their seqs: an index there would be
 * written all over with every commit.
 */
export class SqliteIds {
  readonly #tables: Tables;
  readonly #elapsed: () => number;
  readonly #ages: IdAges;
  readonly #seqs = new Map<string, number>();
  /** None is left before this seq. */
  #oldest = 0;

  constructor(tables: Tables, { dedupeWindowMs, now, elapsed = () => performance.now() }: SqliteIdsOptions) {
    this.#tables = tables;
    this.#elapsed = elapsed;
    this.#ages = createIdAges(dedupeWindowMs);
    // How long ago those from before were taken only the time of day can tell. Where it was ahead when they were, they
    // last for one window from here.
    const opened = elapsed();
    let takenAt = Number.NEGATIVE_INFINITY;
    for (const [seq, id, at] of tables.ids()) {
      this.#seqs.set(id, seq);
      const agoMs = Math.min(Math.max(0, now - at), dedupeWindowMs + 1);
      takenAt = Math.max(takenAt, opened - agoMs);
      this.#ages.taken(seq, takenAt);
    }
  }

  /**
   * The ids as one commit sees and changes them. An id is taken for as long as its message is kept, that is from the
   * seq `kept` on, and at the least for the window. @throws StoreError where there are too many.
   */
  change(kept: number, drafts: number): IdChange {
    if (this.#seqs.size + drafts > MOST_IDS) {
      throw new StoreError(`${MOST_IDS} ids are remembered, and there is no room for more: shorten --dedupe-window`);
    }
    const tables = this.#tables;
    const added = new Map<string, IdRow>();
    const now = this.#elapsed();
    const taken = Math.min(kept, this.#ages.forgettable(now) + 1);
    let forgotten: ReturnType<Tables['oldestIds']> = [];
    let oldest = this.#oldest;

    const takenBefore = (id: string): IdRow | undefined => {
      const seq = this.#seqs.get(id);
      return seq === undefined || seq < taken ? undefined : tables.id(seq);
    };
    const drop = (most: number) => {
      if (oldest >= taken) return;
      forgotten = tables.oldestIds(taken, most);
      const last = forgotten.at(-1);
      if (last !== undefined) tables.dropIds(last.seq);
      oldest = forgotten.length < most || last === undefined ? taken : last.seq + 1;
    };
    return {
      taken: (id) => added.get(id) ?? takenBefore(id),
      add: (row) => added.set(row.id, row),
      write: (most) => {
        drop(most);
        tables.addIds([...added.values()]);
      },
      settle: () => {
        this.#oldest = oldest;
        // An id that was free may have been taken anew before its old row was dropped.
        for (const { id, seq } of forgotten) if (this.#seqs.get(id) === seq) this.#seqs.delete(id);
        for (const { id, seq } of added.values()) {
          this.#seqs.set(id, seq);
          this.#ages.taken(seq, now);
        }
      },
    };
  }
}

export interface IdChange {
  /** @returns whom an id belongs to, or undefined where it is free. */
  taken(id: string): IdRow | undefined;
  add(row: IdRow): void;
  /** Drops up to so many that are free, and writes what was added; within the transaction. */
  write(most: number): void;
  /** Makes it so for the commits to come; once the transaction is on the disk. */
  settle(): void;
}
