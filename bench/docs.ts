// Draws docs/ and results/schema.json anew from results/, and tells whether they are current.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { charts } from './report/charts.ts';
import { buildDocsPage } from './report/docs-page.ts';
import { resultsMarkdown } from './report/markdown.ts';
import { parseRunFile, type Run, runSchemaText } from './report/run-file.ts';
import { runDataScript } from './report/run-view.ts';
import { chartSvg, sameDrawing } from './report/svg.ts';

/** @returns the run that docs shows: the newest complete one that was not quick; a quick one only where there is no other. */
export function referenceRun(runs: readonly Run[]): Run | null {
  const complete = runs.filter((run) => run.complete).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  return complete.find((run) => run.settings['quick'] !== true) ?? complete[0] ?? null;
}

function readRuns(results: string): Run[] {
  const folders = existsSync(results) ? readdirSync(results) : [];
  const files = folders.map((folder) => join(results, folder, 'run.json')).filter((file) => existsSync(file));
  return files.map((file) => {
    try {
      return parseRunFile(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new Error(`${file} is no run file of this version`, { cause: error });
    }
  });
}

/** @returns what docs/ and results/schema.json should be, by path from the package's root. */
async function wantedFiles(root: string): Promise<Map<string, string>> {
  const files = new Map([['results/schema.json', runSchemaText()]]);
  const run = referenceRun(readRuns(join(root, 'results')));
  if (run === null) return files;
  for (const [name, text] of await buildDocsPage()) files.set(`docs/${name}`, text);
  files.set('docs/run-data.js', runDataScript([run]));
  files.set('docs/results.md', resultsMarkdown(run));
  for (const chart of charts(run)) files.set(`docs/charts/${chart.id}.svg`, chartSvg(chart));
  return files;
}

/** @returns pictures in docs/charts/ that no chart of the run has drawn. */
function leftOver(root: string, wanted: ReadonlyMap<string, string>): string[] {
  const folder = join(root, 'docs/charts');
  const there = existsSync(folder) ? readdirSync(folder) : [];
  return there.map((name) => `docs/charts/${name}`).filter((path) => path.endsWith('.svg') && !wanted.has(path));
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
