// Builds the page where it is older than its source, so that one command runs the lab.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the page is made of. */
const SOURCES = ['client', 'server/protocol', 'vite.config.ts', 'package-lock.json'];
const PAGE = 'dist/page/index.html';

/** Whether the page is missing, or any of its sources is newer. */
export function pageIsStale(root: string): boolean {
  const built = changedAt(join(root, PAGE));
  return SOURCES.some((source) => newest(join(root, source)) > built);
}

/** Resolves when the page is built; rejects with what the build printed where it fails, and when the signal ends it. */
export function buildPage(root: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    if (!existsSync(vite)) {
      const missing = 'the page is older than its source, and what builds it is missing';
      reject(new Error(`${missing}: run npm ci --include=dev, or start with --no-page-build`));
      return;
    }
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, signal });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the page could not be built:\n${output}`));
    });
  });
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(path: string): number {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return changedAt(path);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .reduce((latest, entry) => Math.max(latest, changedAt(join(entry.parentPath, entry.name))), 0);
}
