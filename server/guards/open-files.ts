// How many files this process may have open: a connection is one of them.
import { closeSync, openSync } from 'node:fs';

/** What a command needs beside its connections: the store, files on their way to a page, pipes, what Node itself holds. */
const FILES_OF_ITS_OWN = 100;

/**
 * Read once, before there is a connection: the report asks the DNS for the name of whoever is connected, one after the
 * other, and everything waits for the answers. Node has raised the limit to the hard one by then.
 */
const MOST_OPEN_FILES = readMostOpenFiles();

/** @returns `ulimit -n`, infinite where there is none. */
export function mostOpenFiles(): number {
  return MOST_OPEN_FILES;
}

function readMostOpenFiles(): number {
  const report = process.report.getReport() as { readonly userLimits?: { readonly open_files?: { soft: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}

/** @returns how many connections there may be, so that files of its own are left; at least half of what may be open. */
export function mostConnections(openFiles: number): number {
  return Math.max(Math.floor(openFiles / 2), openFiles - FILES_OF_ITS_OWN);
}

/**
 * Connections at which the kernel's next one is dropped unheard: those that are one too many are told so, but each holds
 * a file until then, and some never ask anything.
 */
export function mostAccepted(openFiles: number = mostOpenFiles()): number {
  return mostConnections(openFiles) + FILES_OF_ITS_OWN / 2;
}

/** Whether there was no file descriptor left for what failed: of this process, or of the system. */
export function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

/** Whether not one more file can be opened now. */
export function noFileLeft(): boolean {
  try {
    closeSync(openSync(process.execPath, 'r'));
    return false;
  } catch (error) {
    return isOutOfFiles(error);
  }
}

/** The limit of connections that holds: the one that was asked for (0: none), or what the process can have. */
export function withinOpenFiles(asked: number, openFiles: number = mostOpenFiles()): number {
  const most = mostConnections(openFiles);
  if (!Number.isFinite(most)) return asked;
  return asked === 0 ? most : Math.min(asked, most);
}
