// Which ids of the sqlite store are taken: what a retry is recognised by, for longer than messages are kept.
import { hash } from 'node:crypto';
import type { IdRow, Tables } from './sqlite-tables.ts';
import { type StoreDraft, StoreError } from './store.ts';

/** A Map has room for 2^24. */
const MOST_IDS = 16_000_000;

/** @returns what two drafts with one id share if they are the same message. */
export function fingerprintOf({ from, text }: StoreDraft): Buffer {
  return hash('sha256', `${from}\n${text}`, 'buffer');
}

/** Where the ids' table begins; `at` is older than any where it is not known. */
interface Oldest {
  readonly seq: number;
  readonly at: number;
}

/**
 * The ids are found through memory, and are in the file only in the order of their seqs: an index there would be
 * written all over with every commit.
 */
export class SqliteIds {
  readonly #tables: Tables;
  readonly #seqs = new Map<string, number>();
  #oldest: Oldest = { seq: 0, at: Number.NEGATIVE_INFINITY };

  constructor(tables: Tables) {
    this.#tables = tables;
    for (const [seq, id] of tables.ids()) this.#seqs.set(id, seq);
  }

  /**
   * The ids as one commit sees and changes them. An id is taken for as long as its message is kept, that is from the
   * seq `kept` on, and at the least until its `at` is before `forgetBefore`. @throws StoreError where there are too many.
   */
  change(kept: number, forgetBefore: number, drafts: number): IdChange {
    if (this.#seqs.size + drafts > MOST_IDS) {
      throw new StoreError(`${MOST_IDS} ids are remembered, and there is no room for more: shorten --dedupe-window`);
    }
    const tables = this.#tables;
    const added = new Map<string, IdRow>();
    let forgotten: ReturnType<Tables['oldestIds']> = [];
    let oldest = this.#oldest;

    const takenBefore = (id: string): IdRow | undefined => {
      const seq = this.#seqs.get(id);
      const row = seq === undefined ? undefined : tables.id(seq);
      return row !== undefined && (row.seq >= kept || row.at >= forgetBefore) ? row : undefined;
    };
    const drop = (most: number) => {
      if (oldest.seq >= kept || oldest.at >= forgetBefore) return;
      const rows = tables.oldestIds(kept, most);
      const next = rows.find(({ at }) => at >= forgetBefore);
      forgotten = next === undefined ? rows : rows.slice(0, rows.indexOf(next));
      const last = forgotten.at(-1);
      if (last !== undefined) tables.dropIds(last.seq);
      oldest = next ?? { seq: last === undefined ? kept : last.seq + 1, at: Number.NEGATIVE_INFINITY };
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
        for (const { id, seq } of added.values()) this.#seqs.set(id, seq);
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
