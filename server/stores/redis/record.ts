// The log's record as the scripts return it, and what it says of positions: which are of this log, and which were lost.
import type { Cursor } from '../../protocol/cursor.ts';
import type { Lives } from '../store.ts';

/** What is common to all nodes. Where a node is set otherwise the record decides. */
export interface LogRecord {
  /** What stands before the dot of a cursor: `<epoch>-<generation>`. */
  readonly name: string;
  readonly generation: string;
  readonly epoch: string;
  readonly head: number;
  readonly secret: Buffer;
  readonly retain: number;
  readonly dedupeWindowMs: number;
  /** By their names, the older generations. */
  readonly lives: Lives;
}

/** What it says of positions. */
export type Positions = Pick<LogRecord, 'name' | 'epoch' | 'lives'>;

/** @returns the record, or the word that the script refused with. */
export function parseRecord(reply: unknown): LogRecord | string {
  const [word = '', epoch = '', generation = '', head, secret = '', retain, window, ...older] = (
    reply as (string | number)[]
  ).map(String);
  if (word !== 'ok') return word;
  const ends = new Map<string, number>();
  for (let index = 0; index < older.length; index += 2) {
    ends.set(nameOf(epoch, older[index] ?? ''), Number(older[index + 1]));
  }
  return {
    name: nameOf(epoch, generation),
    generation,
    epoch,
    head: Number(head),
    secret: Buffer.from(secret, 'base64'),
    retain: Number(retain),
    dedupeWindowMs: Number(window),
    lives: { prefix: `${epoch}-`, ends },
  };
}

function nameOf(epoch: string, generation: string): string {
  return `${epoch}-${generation}`;
}

/** Whether a message of this generation and seq is of the log, as the record knows it. */
export function isOfLog({ name, epoch, lives }: Positions, generation: string, seq: number): boolean {
  const its = nameOf(epoch, generation);
  return its === name || seq <= (lives.ends.get(its) ?? -1);
}

/**
 * Whether a cursor is good by what the node knows, up to its head. Only Redis can say that one is lost: the node may stand
 * on the losing side of a split and not know it yet.
 */
export function isGood({ name, lives }: Positions, head: number, cursor: Cursor): boolean {
  if (cursor.epoch === name) return cursor.seq <= head;
  return cursor.seq <= Math.min(head, lives.ends.get(cursor.epoch) ?? -1);
}

/** @returns a sentence's end for each setting of this node that does not count, and the command with which it would. */
export function differences(
  { retain, dedupeWindowMs }: LogRecord,
  node: Pick<LogRecord, 'retain' | 'dedupeWindowMs'>,
  key: string,
): string[] {
  const settings = [
    ['--retain', retain, node.retain, 'retain'],
    ['--dedupe-window', dedupeWindowMs, node.dedupeWindowMs, 'window'],
  ] as const;
  return settings
    .filter(([, there, here]) => there !== here)
    .map(
      ([flag, there, here, field]) =>
        `has ${flag} ${there}, which decides, and not ${here}; for all nodes: redis-cli HSET ${key} ${field} ${here}`,
    );
}
