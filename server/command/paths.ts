// Paths as people give them, and what is wrong with them in words.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { errorText } from '../protocol/error-text.ts';

/**
 * A `~` in front of a path is the shell's to replace, and in `--out=~/runs` it does not.
 * @returns the path with a leading `~/` replaced by the home folder.
 * @throws PathError for no path at all, and for another user's home.
 */
export function readPath(path: string): string {
  if (path.trim() === '') throw new PathError('must not be empty');
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  if (!path.startsWith('~')) return path;
  throw new PathError('begins with ~, which only a shell knows: write the whole path, or ./ before a name that has it');
}

/** The message says what is wrong with a path; whoever catches it knows which path it is. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/**
 * Makes a folder and those above it; one that is there is as good. `mode`: of those that are made.
 * Not by `recursive`: below /proc, where nothing can be made and nothing is there, Node tries that for ever.
 * @throws an error of the system's; ENOTDIR where there is something else of that name.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) {
    missing.push(folder);
    folder = dirname(folder);
  }
  for (const one of missing.reverse()) mkdirIfMissing(one, mode);
  // What is there may be a file, or a link that leads nowhere: only a folder has this in it.
  mkdirIfMissing(`${resolve(path)}/.`, mode);
}

function mkdirIfMissing(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Somebody else may just have made it.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'this user’s share of the disk is full',
  ENOENT: 'there is no such place, and none can be made',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'it is too long',
  EMFILE: 'this process has as many files open as it may (ulimit -n)',
  ENFILE: 'the system has as many files open as it can',
};

/** @returns why a path can't be used, in words; an error that is not the system's is told as it is. */
export function pathProblem(error: unknown): string {
  return REASONS[codeOf(error)] ?? errorText(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
