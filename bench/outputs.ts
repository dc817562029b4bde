// What a run leaves behind, and how a run that is there is found again.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolder, pathProblem } from '../server/command/paths.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { packageRoot } from './package-root.ts';
import { runCsv } from './report/csv.ts';
import { reportHtml } from './report/html.ts';
import { summaryMarkdown } from './report/markdown.ts';
import { parseRunFile, type Run, runFileText } from './run/run-file.ts';

/** Writes run.json, run.csv, summary.md and report.html into the folder, which is made; replaces what is there. */
export function writeRun(folder: string, run: Run): void {
  makeFolder(folder);
  // First what all the others can be made from again.
  replaceFile(join(folder, 'run.json'), runFileText(run));
  replaceFile(join(folder, 'run.csv'), runCsv(run));
  replaceFile(join(folder, 'summary.md'), summaryMarkdown(run));
  replaceFile(join(folder, 'report.html'), reportHtml(run, readDocsPage()));
}

/** In one step, so that a crash leaves the old one or the new one. What is no file, such as a pipe, is written to. */
export function replaceFile(file: string, text: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    writeFileSync(file, text);
    return;
  }
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

/** What a run is to leave behind can't be written; the message says where, and why. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Where a run goes. */
export interface RunPlace {
  readonly id: string;
  readonly folder: string;
  /** Where nothing came of the run: leaves nothing behind. */
  release(): void;
}

/**
 * Takes the folder of a new run, for it alone: of two runs that begin in the same second, one gets another id.
 * @param out a folder of one's own choice; null: results/<id>.
 * @throws {OutputError} where nothing can be written there.
 */
export function takePlace(id: string, out: string | null): RunPlace {
  const results = join(packageRoot(), 'results');
  return orOutputError(`${out === null ? '' : '--out: '}nothing can be written to ${out ?? results}`, () => {
    if (out !== null) {
      makeFolder(out);
      checkWritable(join(out, 'run.json'));
      return { id, folder: resolve(out), release: () => undefined };
    }
    makeFolder(results);
    for (let attempt = 1; ; attempt += 1) {
      const name = attempt === 1 ? id : `${id}-${attempt}`;
      const folder = join(results, name);
      if (existsSync(folder)) continue;
      try {
        mkdirSync(folder);
      } catch (error) {
        // Somebody took it just now.
        if (existsSync(folder)) continue;
        throw error;
      }
      return { id: name, folder, release: () => removeIfEmpty(folder) };
    }
  });
}

/** @throws {OutputError} where that file can't be written. */
export function checkJson(file: string): void {
  orOutputError(`--json: nothing can be written to ${file}`, () => checkWritable(resolve(file)));
}

function orOutputError<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new OutputError(`${what}: ${pathProblem(error)}`, { cause: error });
  }
}

/** Leaves what is there as it is. */
function checkWritable(file: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  // A pipe or a device may do anything when it is opened.
  if (there?.isFile() === false) return;
  const probe = join(dirname(file), `.${process.pid}.part`);
  writeFileSync(probe, '');
  rmSync(probe);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It has something in it, which is kept.
  }
}

function readDocsPage(): { html: string; css: string; script: string } {
  const read = (name: string) => readFileSync(join(packageRoot(), 'docs', name), 'utf8');
  return { html: read('index.html'), css: read('style.css'), script: read('charts.js') };
}

/** No such run, or none that this version can read. */
export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError';
}

/**
 * @param name a run's folder, its run.json, or its id in results/.
 * @throws {RunNotFoundError} that says where it was looked for, or what is wrong with it.
 */
export function findRun(name: string): Run {
  const places = [resolve(name), join(packageRoot(), 'results', name)];
  for (const place of places) {
    if (!existsSync(place)) continue;
    const file = statSync(place).isDirectory() ? join(place, 'run.json') : place;
    if (!existsSync(file)) continue;
    try {
      return parseRunFile(readFileSync(file, 'utf8'));
    } catch (error) {
      const reason = errorText(error);
      throw new RunNotFoundError(`${name} is no run file of this version: ${reason}`);
    }
  }
  throw new RunNotFoundError(
    `${name} is no run: it is neither a folder with a run.json, nor one, nor an id in results/`,
  );
}

/**
 * @param willDo whether the run is one of those that are looked for.
 * @returns the newest of these in results/; null where there is none. `passedOver`: the ids of newer ones, and of files
 *   that this version can't read.
 */
export function newestRun(willDo: (run: Run) => boolean): { readonly run: Run | null; readonly passedOver: string[] } {
  const results = join(packageRoot(), 'results');
  const ids = existsSync(results) ? readdirSync(results) : [];
  const passedOver: string[] = [];
  // An id begins with the date.
  for (const id of ids.toSorted().toReversed()) {
    if (!existsSync(join(results, id, 'run.json'))) continue;
    const run = runOrNull(id);
    if (run !== null && willDo(run)) return { run, passedOver };
    passedOver.push(id);
  }
  return { run: null, passedOver };
}

function runOrNull(id: string): Run | null {
  try {
    return findRun(id);
  } catch (error) {
    if (error instanceof RunNotFoundError) return null;
    throw error;
  }
}
