// axe-core over every view of the page and the documentation, in a real browser, dark and light, narrow and wide.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../testing/chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function show(page: Page, view: string): Promise<void> {
  if (view === 'the race') {
    await page.locator('[data-stage][data-state=on]').waitFor();
    await page.locator('#race-log li').first().waitFor();
    // What is folded is open.
    await page.locator('#race-pause').click();
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('#race details')) (details as HTMLDetailsElement).open = true;
    });
  } else if (view === 'the room') {
    await page.locator('#status[data-state=connected]').waitFor();
    await page.locator('#send-text').fill('hello');
    await page.locator('#send-button').click();
    await page.locator('#messages li[data-seq]').first().waitFor();
    await page.locator('.cost summary').click();
  } else if (view === 'the room without a connection') {
    await page.locator('#status[data-state=connected]').waitFor();
    await page.locator('#disconnect').click();
    await page.locator('#send-text').fill('waits');
    await page.locator('#send-button').click();
    await page.locator('#outbox li').waitFor();
  } else if (view === 'the anatomy') {
    await page.locator('#anatomy-status[data-state=connected]').waitFor();
    await page.locator('[data-example="200"]').click();
    await page.locator('#hex-text').fill('818537fa213d7f9f4d5158');
    await page.locator('#hex-frame .frame-view').waitFor();
    await page.locator('#weigh').click();
    await page.locator('#weigh-status').filter({ hasText: 'Done' }).waitFor();
    for (const summary of await page.locator('.weight-text summary').all()) await summary.click();
  } else {
    await page.locator('#results section').first().waitFor({ state: 'attached' });
    await page.evaluate(() => {
      // Two scenarios with all of their tables; the others are made of the same parts.
      for (const details of document.querySelectorAll(
        '#decision details, #planner details, #results > section:nth-of-type(-n+2) details',
      )) {
        (details as HTMLDetailsElement).open = true;
      }
    });
  }
}

const VIEWS = [
  ['the race', '/'],
  ['the room', '/#room'],
  ['the room without a connection', '/#room'],
  ['the anatomy', '/#anatomy'],
  ['the documentation', '/docs/index.html'],
] as const;

/** Contrast depends on the one, sizes on the other. */
const LOOKS = [
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1440 },
] as const;

describe.skipIf(browserMissing !== null)(
  `axe-core${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, labControls: 'on' });
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    describe.each(LOOKS)('$colorScheme, $width px', ({ colorScheme, width }) => {
      it.each(VIEWS)('finds nothing wrong with %s', async (view, path) => {
        const page = await browser.newPage({
          colorScheme,
          viewport: { width, height: 900 },
          reducedMotion: 'reduce',
        });
        await page.goto(lab.url + path);
        await show(page, view);
        await page.evaluate(AXE);
        // It is off by default: WCAG 2.2 asks for targets of 24 px.
        const { violations } = (await page.evaluate(
          'axe.run(document, { rules: { "target-size": { enabled: true } } })',
        )) as AxeResults;
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
        expect(found).toEqual([]);
        await page.context().close();
      });
    });
  },
);
