// What SQLite's errors mean for the person who runs the lab, and what can be done. https://www.sqlite.org/rescode.html
import { errorText } from '../protocol/error-text.ts';
import { StoreError } from './store.ts';

/** The result codes that have a remedy. */
export const SQLITE_CORRUPT = 11;
export const SQLITE_CANTOPEN = 14;

const REMEDIES: ReadonlyMap<number, string> = new Map([
  // BUSY
  [5, 'is open in another process, maybe in a second lab: stop that one, or choose another file with --store'],
  // READONLY
  [8, 'may not be written: let this user write the file and its folder, or choose another with --store'],
  // IOERR
  [10, 'can’t be read or written: the disk fails, or is full. What was receipted before is kept'],
  [
    SQLITE_CORRUPT,
    'is damaged: put a backup in its place (docs/storage.md), or move it away together with its -wal file to begin anew',
  ],
  // FULL
  [13, 'can’t grow: the disk is full. Make space; what was receipted before is kept'],
  [SQLITE_CANTOPEN, 'can’t be opened: let this user write the file and its folder, or choose another with --store'],
  // NOTADB
  [26, 'is no SQLite file: move it away, or choose another file with --store'],
]);

/** @returns the error with the file's name and a remedy; an error that has them already is given back as it is. */
export function sqliteProblem(path: string, error: unknown, code = codeOf(error)): StoreError {
  if (error instanceof StoreError) return error;
  const text = errorText(error);
  return new StoreError(`the store ${path} ${REMEDIES.get(code) ?? `failed: ${text}`}`, { cause: error });
}

/** @returns SQLite's primary result code: an extended one has it in its lowest byte. */
function codeOf(error: unknown): number {
  return error instanceof Error && 'rawCode' in error ? Number(error.rawCode) & 0xff : 0;
}
