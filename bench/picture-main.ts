// `npm run picture`: draws docs/race-light.png and docs/race-dark.png from a real race, in a real browser.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser } from '../client/testing/browser.ts';
import { launch } from '../client/testing/try-browser.ts';
import { outliveReaders } from '../server/command/output.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { startLab } from './load/server-under-test.ts';
import { packageRoot } from './package-root.ts';

const WIDTH = 1200;
/** Sharp on most screens, and still a small file. */
const SCALE = 1.5;
const MARGIN = 12;
/** So many messages, so that there is something to see in all lanes. */
const LEAST_MESSAGES = 6;
/** What the picture is to show: the caption names it when it has just happened. */
const MOMENT = 'nobody was asking';
const PATIENCE_MS = 60_000;

async function main(): Promise<void> {
  const root = packageRoot();
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-picture-'));
  try {
    const found = await findBrowser(folder);
    if ('missing' in found) throw new Error(`No picture without a browser: ${found.missing}`);
    const lab = await startLab(['--lab-controls', 'on']);
    const browser = await launch(found);
    try {
      for (const scheme of ['light', 'dark'] as const) {
        const path = `docs/race-${scheme}.png`;
        await draw(browser, lab.origin, scheme, join(root, path));
        process.stdout.write(`Drawn: ${path}\n`);
      }
    } finally {
      await browser.close();
      await lab.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function draw(browser: Browser, origin: string, colorScheme: 'light' | 'dark', path: string): Promise<void> {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: WIDTH, height: 900 },
    deviceScaleFactor: SCALE,
  });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${origin}/#race`);
  await page.locator('#race-log li').nth(LEAST_MESSAGES).waitFor();
  await page.locator('[data-caption]').filter({ hasText: MOMENT }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const [head, stage] = [
    await page.locator('.race-head').boundingBox(),
    await page.locator('[data-stage]').boundingBox(),
  ];
  if (head === null || stage === null) throw new Error('the page shows no race');
  const top = Math.max(0, Math.min(head.y, stage.y) - MARGIN);
  const bottom = Math.max(head.y + head.height, stage.y + stage.height) + MARGIN;
  await page.screenshot({ path, clip: { x: 0, y: top, width: WIDTH, height: bottom - top } });
  await page.context().close();
}

outliveReaders();
try {
  await main();
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
