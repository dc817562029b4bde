// Static files of one folder, and of no other: a symbolic link that leads out of it is not there.
import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import express, { type RequestHandler } from 'express';

export function filesOf(folder: string): RequestHandler {
  const serve = express.static(folder);
  return (request, response, next) => {
    leadsOut(folder, request.path).then((out) => (out ? next() : serve(request, response, next)), next);
  };
}

/** Resolves with whether there is such a file, elsewhere; never rejects. */
async function leadsOut(folder: string, path: string): Promise<boolean> {
  try {
    const [top, file] = await Promise.all([realpath(folder), realpath(join(folder, decodeURIComponent(path)))]);
    return file !== top && !file.startsWith(top + sep);
  } catch {
    // No such file, or no path at all: told by what serves the files.
    return false;
  }
}
