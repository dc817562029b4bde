// The race's page as a visitor has it: built, served by a lab of its own, in a real browser. For commands that show or
// watch it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser } from '../client/testing/browser.ts';
import { launch } from '../client/testing/try-browser.ts';
import { startLab } from './load/server-under-test.ts';
import { packageRoot } from './package-root.ts';

/** Resolves when `use` has, and all is gone again. Rejects where there is no browser. */
export async function withRacePage(use: (browser: Browser, origin: string) => Promise<void>): Promise<void> {
  const root = packageRoot();
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-page-'));
  try {
    const found = await findBrowser(folder);
    if ('missing' in found) throw new Error(`This needs a browser: ${found.missing}`);
    const lab = await startLab(['--lab-controls', 'on']);
    try {
      const browser = await launch(found);
      try {
        await use(browser, lab.origin);
      } finally {
        await browser.close();
      }
    } finally {
      await lab.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
