// Before any test: builds what tests run as processes of their own, and the page, and unpacks the browser once.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type BrowserForTests, findBrowser } from './browser.ts';
import { tryBrowser } from './try-browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    browser: BrowserForTests;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  const run = (program: string, ...args: string[]) =>
    execFileSync(process.execPath, [join('node_modules', program), ...args], {
      cwd: project.config.root,
      stdio: 'inherit',
    });
  run('typescript/bin/tsc', '-b', 'server/testing', 'bench');
  run('vite/bin/vite.js', 'build', '--logLevel', 'warn');
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-browser-'));
  const browser = await tryBrowser(await findBrowser(folder));
  if ('broken' in browser) process.stderr.write(`No browser tests: ${browser.missing}\n`);
  project.provide('browser', browser);
  return () => rmSync(folder, { recursive: true, force: true });
}
