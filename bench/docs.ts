// Draws docs/ and results/schema.json anew from results/, and tells whether they are current.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { errorText } from '../server/protocol/error-text.ts';
import { ABUSE_FILE, abuseSchema } from './abuse/abuse-file.ts';
import { withAbuse } from './abuse/report.ts';
import { packageRoot } from './package-root.ts';
import { charts } from './report/charts.ts';
import { docPages } from './report/doc-pages.ts';
import { buildDocsPage } from './report/docs-page.ts';
import { folkloreMarkdown, folkloreRun } from './report/folklore/folklore-page.ts';
import { resultsMarkdown } from './report/markdown.ts';
import { runDataScript } from './report/run-data.ts';
import { chartSvg, sameDrawing } from './report/svg.ts';
import { parseRunFile, type Run, runSchema, runSchemaText } from './run/run-file.ts';

/** As run.json has it. */
const RUN_FILE_VERSION = runSchema.shape.schema.value;
/** Four figures take a tenth of it. */
const MAX_FIGURES_BYTES = 1_000_000;
/** How many runs the page holds. */
const SHOWN_RUNS = 5;
/** What says most about the transports first; a run that does not know its size stands before a quick one. */
const SIZES: readonly unknown[] = ['full', 'default', undefined];

function rankOf({ settings }: Run): number {
  const rank = SIZES.indexOf(settings['size']);
  return rank === -1 ? SIZES.length : rank;
}

function newestFirst(runs: readonly Run[]): Run[] {
  // One that only repeats what others have published says nothing of the transports by itself.
  const measures = ({ complete, scenarios }: Run) => complete && scenarios.some(({ lanes }) => lanes.length > 0);
  return runs.filter(measures).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** @returns the run that docs shows: the newest complete full one; else the newest default one; else whatever there is. */
export function referenceRun(runs: readonly Run[]): Run | null {
  return newestFirst(runs).toSorted((a, b) => rankOf(a) - rankOf(b))[0] ?? null;
}

/** @returns what the page lets one choose from: the reference run, then the newest other complete ones, no quick ones. */
export function runsToShow(runs: readonly Run[]): Run[] {
  const reference = referenceRun(runs);
  if (reference === null) return [];
  const others = newestFirst(runs).filter((run) => run !== reference && run.settings['size'] !== 'quick');
  return [reference, ...others].slice(0, SHOWN_RUNS);
}

/** @returns the run in results/ that docs shows; null where there is none. @throws where a run file can't be read. */
export function shownRun(): Run | null {
  return referenceRun(readRuns(join(packageRoot(), 'results')));
}

function readRuns(results: string): Run[] {
  const folders = existsSync(results) ? readdirSync(results) : [];
  const files = folders.map((folder) => join(results, folder, 'run.json')).filter((file) => existsSync(file));
  return files.map((file) => readRun(readFileSync(file, 'utf8'), relative(packageRoot(), file)));
}

/** @param name of the file, for people. @throws an error that says what is wrong with which file, and what to do. */
export function readRun(text: string, name: string): Run {
  try {
    return parseRunFile(text);
  } catch (error) {
    const version = versionOf(text);
    const reason =
      version === null || version === RUN_FILE_VERSION
        ? `${name} is no run file: ${errorText(error)}`
        : `${name} is a run file of version ${version}, and this is the bench of version ${RUN_FILE_VERSION}: ` +
          'move it out of results/, or measure again.';
    throw new Error(reason, { cause: error });
  }
}

function versionOf(text: string): number | null {
  const found = /^\s*\{\s*"schema":\s*(\d+)/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** Written by hand, but for its table of abuse. */
const RELIABILITY = 'docs/reliability.md';

/** The lab's own code draws them, and the bench only ever starts the lab. */
async function websocketFigures(root: string): Promise<[name: string, svg: string][]> {
  const main = join(root, 'dist/server/websocket/draw-figures.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main], { maxBuffer: MAX_FIGURES_BYTES });
  return Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(stdout)));
}

/** @returns what docs/ and results/schema.json should be, by path from the package's root. */
async function wantedFiles(root: string): Promise<Map<string, string>> {
  const files = new Map([['results/schema.json', runSchemaText()]]);
  const abuse = join(root, ABUSE_FILE);
  if (existsSync(abuse)) {
    const run = abuseSchema.parse(JSON.parse(readFileSync(abuse, 'utf8')));
    files.set(RELIABILITY, withAbuse(readFileSync(join(root, RELIABILITY), 'utf8'), run));
  }
  for (const [name, svg] of await websocketFigures(root)) files.set(`docs/figures/${name}`, svg);
  const stored = readRuns(join(root, 'results'));
  const runs = runsToShow(stored);
  const [run] = runs;
  if (run === undefined) return files;
  for (const [name, text] of await buildDocsPage()) files.set(`docs/${name}`, text);
  files.set('docs/run-data.js', runDataScript(runs));
  files.set('docs/results.md', resultsMarkdown(run));
  files.set('docs/folklore.md', folkloreMarkdown(folkloreRun(stored)));
  // Pages are of what is about to be written, and not of what stands there.
  const inDocs = [...files].filter(([path]) => /^docs\/[^/]+\.md$/.test(path));
  const written = new Map(inDocs.map(([path, text]) => [path.slice('docs/'.length), text]));
  for (const [name, text] of docPages(written)) files.set(`docs/${name}`, text);
  for (const chart of charts(run)) files.set(`docs/charts/${chart.id}.svg`, chartSvg(chart));
  return files;
}

/** @returns pictures in docs/charts/ and docs/figures/ that nothing draws. */
function leftOver(root: string, wanted: ReadonlyMap<string, string>): string[] {
  return ['docs/charts', 'docs/figures'].flatMap((folder) => {
    const there = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    return there.map((name) => `${folder}/${name}`).filter((path) => path.endsWith('.svg') && !wanted.has(path));
  });
}

function isCurrent(root: string, path: string, wanted: string): boolean {
  const file = join(root, path);
  if (!existsSync(file)) return false;
  const there = readFileSync(file, 'utf8');
  return there === wanted || (path.endsWith('.svg') && sameDrawing(there, wanted));
}

/** @returns the files that are not what they should be, by path from the package's root. */
export async function staleDocs(): Promise<string[]> {
  const root = packageRoot();
  const wanted = await wantedFiles(root);
  return [
    ...[...wanted.keys()].filter((path) => !isCurrent(root, path, wanted.get(path) ?? '')),
    ...leftOver(root, wanted),
  ];
}

/** Writes what has changed. @returns the paths of what was written or removed. */
export async function updateDocs(): Promise<string[]> {
  const root = packageRoot();
  const wanted = await wantedFiles(root);
  const stale = [...wanted].filter(([path, text]) => !isCurrent(root, path, text));
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const old = leftOver(root, wanted);
  for (const path of old) rmSync(join(root, path));
  return [...stale.map(([path]) => path), ...old];
}
