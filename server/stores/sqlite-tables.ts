// The tables of the sqlite store as functions: prepared statements, and rows as what they are here.
import type { Database } from 'libsql';
import type { Message } from '../protocol/messages.ts';

/** What is remembered of a message for as long as its id counts. */
export interface IdRow {
  readonly seq: number;
  readonly id: string;
  /** Tells whether a draft is the same message again. */
  readonly fingerprint: Buffer;
  readonly at: number;
}

export interface Tables {
  /** The first and the last message of the log, or null where it is empty. */
  ends(): { readonly first: number; readonly head: number; readonly lastAt: number } | null;
  read(after: number, limit: number): Message[];
  addMessages(messages: readonly Message[]): void;
  /** Drops messages up to and including a seq. */
  dropMessages(upTo: number): void;
  addIds(rows: readonly IdRow[]): void;
  id(seq: number): IdRow | undefined;
  /** The oldest ids, by seq, of messages before a seq. */
  oldestIds(before: number, limit: number): Pick<IdRow, 'seq' | 'id'>[];
  dropIds(upTo: number): void;
  /** All ids, by seq. */
  ids(): Iterable<readonly [seq: number, id: string, at: number]>;
  /** Takes so many bytes of the file, and gives them back with `clearProbe`. */
  probe(bytes: number): void;
  clearProbe(): void;
}

type MessageRow = readonly [number, string, string, Buffer, Buffer, number, string];
type IdColumns = readonly [number, string, Buffer, number];
type Value = number | string | Buffer;

export function openTables(db: Database): Tables {
  const query = (sql: string) => db.prepare(sql).raw();
  const ends = query('SELECT min(seq), max(seq), (SELECT at FROM log ORDER BY seq DESC LIMIT 1) FROM log');
  const read = query('SELECT seq, id, uid, name, text, at, via FROM log WHERE seq > ? ORDER BY seq LIMIT ?');
  const addMessages = createInsert(db, 'log', 7);
  const dropMessages = db.prepare('DELETE FROM log WHERE seq <= ?');
  const addIds = createInsert(db, 'ids', 4);
  const id = query('SELECT seq, id, fingerprint, at FROM ids WHERE seq = ?');
  const oldestIds = query('SELECT seq, id FROM ids WHERE seq < ? ORDER BY seq LIMIT ?');
  const dropIds = db.prepare('DELETE FROM ids WHERE seq <= ?');
  const ids = query('SELECT seq, id, at FROM ids ORDER BY seq');
  const probe = db.prepare('INSERT INTO probe VALUES (zeroblob(?))');
  const clearProbe = db.prepare('DELETE FROM probe');

  return {
    ends: () => {
      const [first, head, lastAt] = ends.get([]) as (number | null)[];
      if (first == null || head == null || lastAt == null) return null;
      return { first, head, lastAt };
    },
    read: (after, limit) => (read.all([after, limit]) as MessageRow[]).map(toMessage),
    addMessages: (messages) => {
      addMessages(
        messages.map(({ seq, id, from, name, text, at, via }) => [
          seq,
          id,
          from,
          Buffer.from(name),
          Buffer.from(text),
          at,
          via,
        ]),
      );
    },
    dropMessages: (upTo) => void dropMessages.run([upTo]),
    addIds: (rows) => addIds(rows.map(({ seq, id, fingerprint, at }) => [seq, id, fingerprint, at])),
    id: (seq) => {
      const [row] = id.all([seq]) as IdColumns[];
      return row && { seq: row[0], id: row[1], fingerprint: row[2], at: row[3] };
    },
    oldestIds: (before, limit) =>
      (oldestIds.all([before, limit]) as [number, string][]).map(([seq, id]) => ({ seq, id })),
    dropIds: (upTo) => void dropIds.run([upTo]),
    ids: () => ids.iterate([]) as Iterable<readonly [number, string, number]>,
    probe: (bytes) => void probe.run([bytes]),
    clearProbe: () => void clearProbe.run([]),
  };
}

function toMessage([seq, id, from, name, text, at, via]: MessageRow): Message {
  return { seq, id, from, name: name.toString(), text: text.toString(), at, via };
}

/** Rows that one statement inserts: half the CPU of a statement for each. */
const ROWS_AT_ONCE = 32;

/** @returns a function that inserts rows with so many columns into a table. */
function createInsert(db: Database, table: string, columns: number): (rows: readonly (readonly Value[])[]) => void {
  const row = `(${Array(columns).fill('?').join(', ')})`;
  const one = db.prepare(`INSERT INTO ${table} VALUES ${row}`);
  const many = db.prepare(`INSERT INTO ${table} VALUES ${Array(ROWS_AT_ONCE).fill(row).join(', ')}`);
  return (rows) => {
    let next = 0;
    for (; next + ROWS_AT_ONCE <= rows.length; next += ROWS_AT_ONCE) {
      many.run(rows.slice(next, next + ROWS_AT_ONCE).flat());
    }
    // Parameters always come as one array: the library takes a single object for named ones.
    for (const values of rows.slice(next)) one.run([...values]);
  };
}
