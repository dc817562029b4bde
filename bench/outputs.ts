// What a run leaves behind, and how a run that is there is found again.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorText } from '../server/protocol/error-text.ts';
import { packageRoot } from './package-root.ts';
import { runCsv } from './report/csv.ts';
import { reportHtml } from './report/html.ts';
import { summaryMarkdown } from './report/markdown.ts';
import { parseRunFile, type Run, runFileText } from './run/run-file.ts';

/** Writes run.json, run.csv, summary.md and report.html into the folder, which is made; replaces what is there. */
export function writeRun(folder: string, run: Run): void {
  mkdirSync(folder, { recursive: true });
  // First what all the others can be made from again.
  replaceFile(join(folder, 'run.json'), runFileText(run));
  replaceFile(join(folder, 'run.csv'), runCsv(run));
  replaceFile(join(folder, 'summary.md'), summaryMarkdown(run));
  replaceFile(join(folder, 'report.html'), reportHtml(run, readDocsPage()));
}

/** In one step, so that a crash leaves the old one or the new one. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
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
