// `npm run picture`: draws docs/race-light.png and docs/race-dark.png from a real race, in a real browser.
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { outliveReaders } from '../server/command/output.ts';
import { FlagError, HELP_LINE, path, readSettings, settingsHelp } from '../server/command/settings.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { packageRoot } from './package-root.ts';
import { withRacePage } from './race-page.ts';

const WIDTH = 1200;
const HEIGHT = 1000;
/** Sharp on most screens, and still a small file. */
const SCALE = 1.5;
const MARGIN = 12;
/** So many messages, so that there is something to see in all lanes. */
const LEAST_MESSAGES = 6;
/** What the picture is to show: the caption names it when it has just happened. */
const MOMENT = 'nobody was asking';
const PATIENCE_MS = 60_000;
const USAGE_ERROR = 2;

const SETTINGS = {
  into: path(
    join(packageRoot(), 'docs'),
    'FOLDER',
    'where race-light.png and race-dark.png are written; it must be there',
  ),
};
const HELP = `Draws the README's pictures of the race, light and dark, from a real one.

  npm run picture -- [flags]

${settingsHelp(SETTINGS, false)}
${HELP_LINE}
`;

async function draw(browser: Browser, origin: string, colorScheme: 'light' | 'dark', file: string): Promise<void> {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: WIDTH, height: HEIGHT },
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
  await page.screenshot({ path: file, clip: { x: 0, y: top, width: WIDTH, height: bottom - top } });
  await page.context().close();
}

outliveReaders();
try {
  const given = readSettings(SETTINGS, process.argv.slice(2));
  if (given === 'help') process.stdout.write(HELP);
  else {
    const { into } = given.values;
    await withRacePage(async (browser, origin) => {
      for (const scheme of ['light', 'dark'] as const) {
        const file = resolve(into, `race-${scheme}.png`);
        await draw(browser, origin, scheme, file);
        process.stdout.write(`Drawn: ${file}\n`);
      }
    });
  }
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = error instanceof FlagError ? USAGE_ERROR : 1;
}
