// The page in windows of unusual sizes, and in the system's own colours; in a real browser.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../testing/chromium.ts';
import { eventually } from '../testing/lab.ts';

describe.skipIf(browserMissing !== null)(
  `the page’s sizes${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      lab = await startLabServer(testConfig);
      browser = await startBrowser();
    });
    afterEach(() => page.context().close());
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    async function open(options: BrowserContextOptions): Promise<void> {
      page = await browser.newPage(options);
      await page.goto(`${lab.url}/#room`);
      await page.locator('#status[data-state=connected]').waitFor();
    }

    const overflows = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

    it('keeps the connection’s state and the box in sight while a phone’s keyboard is open', async () => {
      await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
      await page.locator('#send-text').tap();
      const height = 400;
      await page.setViewportSize({ width: 390, height });
      const isInSight = (selector: string) =>
        page.locator(selector).evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        });
      for (const selector of ['#status', '#send-text', '#send-button']) {
        await eventually(() => isInSight(selector), selector).toBe(true);
      }
      const room = await page.locator('#scroller').evaluate((element) => element.clientHeight);
      expect(room).toBeGreaterThan(height / 3);
      // The button lies within the form, so what is in sight stays while it is pressed.
      await page.locator('#send-text').fill('by thumb');
      await page.locator('#send-button').tap();
      await page.locator('#messages li[data-seq]').filter({ hasText: 'by thumb' }).waitFor();
    });

    it('uses the room of 2,560 px: what it costs stands beside the talk', async () => {
      await open({ viewport: { width: 2560, height: 1440 } });
      const boxes = await page.locator('#room > .panel').evaluateAll((panels) =>
        panels.map((panel) => {
          const { left, right, top } = panel.getBoundingClientRect();
          return { left, right, top };
        }),
      );
      expect(new Set(boxes.map(({ top }) => Math.round(top))).size).toBe(1);
      expect(Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left))).toBeGreaterThan(
        2400,
      );
    });

    it.each([320, 360, 390, 768, 1024, 1440, 1920, 2560])('fits into %d px', async (width) => {
      await open({ viewport: { width, height: 900 } });
      expect(await overflows()).toBe(false);
      await page.goto(`${lab.url}/#race`);
      await page.locator('.stage-label').first().waitFor();
      expect(await overflows()).toBe(false);
      await page.goto(`${lab.url}/#anatomy`);
      await page.locator('#live-frame .frame-view').waitFor();
      expect(await overflows()).toBe(false);
    });

    it.each([320, 360, 390])(
      'has the race’s dock whole on a phone of %d px: a bar, and all else unfolds',
      async (width) => {
        await open({ viewport: { width, height: 740 } });
        await page.goto(`${lab.url}/#race`);
        const dock = page.locator('#race-dock');
        const outside = () =>
          dock.evaluate((element) => {
            const controls = [...element.querySelectorAll('button, select, input, a')];
            const boxes = controls.map((control) => control.getBoundingClientRect()).filter(({ width }) => width > 0);
            const all = boxes.filter(({ left, right }) => left < 0 || right > innerWidth).length;
            return { shown: boxes.length, outside: all, scrolls: element.scrollWidth > element.clientWidth };
          });
        await dock.getByRole('button', { name: 'More', exact: true }).waitFor();
        expect(await outside()).toEqual({ shown: 5, outside: 0, scrolls: false });
        await dock.getByRole('button', { name: 'More', exact: true }).click();
        await dock.getByRole('button', { name: 'Less', exact: true, expanded: true }).waitFor();
        expect(await outside()).toEqual({ shown: 15, outside: 0, scrolls: false });
        expect(await page.getByRole('group', { name: 'Who talks' }).count()).toBe(1);
      },
    );

    it.each(['light', 'dark'] as const)(
      'shows what is current, and swatches, in forced colours, %s',
      async (scheme) => {
        await open({ forcedColors: 'active', colorScheme: scheme });
        const styles = await page.evaluate(() => {
          const style = (selector: string) => getComputedStyle(document.querySelector(selector) as Element);
          const swatches = [...document.querySelectorAll('#cost-rows .swatch')];
          return {
            current: style('.views a[aria-current]').borderTopColor,
            other: style('.views a:not([aria-current])').borderTopColor,
            ground: style('body').backgroundColor,
            swatches: new Set(swatches.map((swatch) => getComputedStyle(swatch).backgroundColor)).size,
            row: style('#cost-rows tr[data-current=true]').outlineStyle,
          };
        });
        expect(styles.current).not.toBe(styles.other);
        expect(styles.swatches).toBe(4);
        expect(styles.row).toBe('solid');
        await page.goto(`${lab.url}/#anatomy`);
        const chosen = page.locator('.frame-item[aria-pressed=true]');
        expect(await chosen.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
      },
    );
  },
);
