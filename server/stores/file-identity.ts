// Whether the files at a path are still those that are open: a folder that is deleted under a running program goes on
// taking what is written into it, and keeps nothing.
import { type BigIntStats, statSync } from 'node:fs';

export interface FileIdentity {
  /** @returns whether the file is there, and is the one that was there when it was first looked for and found. */
  inPlace(): boolean;
}

export function createFileIdentity(path: string): FileIdentity {
  let first: BigIntStats | undefined;
  return {
    inPlace() {
      const found = statOf(path);
      first ??= found;
      return found?.ino === first?.ino && found?.dev === first?.dev;
    },
  };
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // A folder on the way is none any more, or may not be entered: whatever is open is not to be found there.
    return undefined;
  }
}
