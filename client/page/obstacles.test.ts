// What stands in the way, told to a person with the ways out: the browser's limit of connections, proxies that refuse or
// confuse, a server that wants to be left alone for a while; in a real browser.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../testing/chromium.ts';
import { startHttpProxy } from '../testing/http-proxy.ts';
import { eventually } from '../testing/lab.ts';

const connected = (page: Page) => page.locator('#status[data-state=connected]').waitFor();
const shown = (page: Page, text: string) => page.locator('#messages li[data-seq]').filter({ hasText: text });
const obstacle = (page: Page, text: string) => page.locator('#obstacle').filter({ hasText: text });

async function send(page: Page, text: string): Promise<void> {
  await page.locator('#send-text').fill(text);
  await page.locator('#send-button').click();
}

/** What Chromium opens to one server over HTTP/1.1. */
const LIMIT = 6;

describe.skipIf(browserMissing !== null)(
  `what stands in the way${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;
    let context: BrowserContext;

    beforeAll(async () => {
      lab = await startLabServer(testConfig);
      browser = await startBrowser();
    });
    afterEach(() => context.close());
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    /** Tabs of one visitor, connected. */
    async function openTabs(count: number, address: string): Promise<[Page, ...Page[]]> {
      context = await browser.newContext();
      const pages: Page[] = [];
      for (let tab = 0; tab < count; tab += 1) {
        const page = await context.newPage();
        pages.push(page);
        await page.goto(address);
        await connected(page);
      }
      return pages as [Page, ...Page[]];
    }

    it.each(['sse', 'long-polling'])('six tabs on %s keep nobody from sending', async (transport) => {
      const tabs = await openTabs(LIMIT, `${lab.url}/?transport=${transport}`);
      await send(tabs[0], `from the first of six on ${transport}`);
      for (const tab of tabs) await shown(tab, `from the first of six on ${transport}`).waitFor();
    });

    it('the seventh stream is told of the limit, and gets through over WebSocket', async () => {
      await openTabs(LIMIT, `${lab.url}/?transport=sse`);
      const seventh = await context.newPage();
      await seventh.goto(`${lab.url}/?transport=sse`);
      await obstacle(seventh, 'at most six connections to one server').waitFor();
      expect(await seventh.locator('#messages .line').count()).toBe(0);
      await seventh.locator('#obstacle-switch').filter({ hasText: 'Switch to WebSocket' }).click();
      await connected(seventh);
      await eventually(() => seventh.locator('#status').textContent()).toBe('Connected over WebSocket');
      await seventh.locator('#obstacle').waitFor({ state: 'hidden' });
      await eventually(() => new URL(seventh.url()).searchParams.get('transport')).toBe('websocket');
    });

    it('a message without a receipt is told of the limit too, and no longer once it has one', async () => {
      const [page] = await openTabs(1, `${lab.url}/?transport=sse`);
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route(/\/v1\/messages/, async (route) => {
        await released;
        await route.continue();
      });
      await send(page, 'held up');
      await obstacle(page, 'Your message has no receipt for 2 s').waitFor();
      release();
      await shown(page, 'held up').waitFor();
      await page.locator('#obstacle').waitFor({ state: 'hidden' });
    });

    it('a WebSocket that a proxy refuses has never got through, and SSE is offered', async () => {
      context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${await startHttpProxy([lab.url])}/?transport=websocket`);
      await obstacle(page, 'WebSocket has never got through here (the server or a proxy refused it)').waitFor();
      expect(await page.locator('#messages').textContent()).not.toContain('lost');
      await page.locator('#obstacle-switch').filter({ hasText: 'Switch to Server-Sent Events' }).click();
      await connected(page);
      await page.locator('#obstacle').waitFor({ state: 'hidden' });
    });

    it('a stream that a proxy collects is held back, and another transport is offered', async () => {
      const address = await startHttpProxy([lab.url], { collects: true });
      context = await browser.newContext();
      const page = await context.newPage();
      await page.clock.install();
      await page.goto(`${address}/?transport=sse`);
      await page.locator('#status[data-state=connecting]').waitFor();
      // In steps, because a leap would look like a machine that has slept.
      await expect
        .poll(
          async () => {
            await page.clock.runFor(1000);
            return page.locator('#obstacle-words').textContent();
          },
          { timeout: 20_000 },
        )
        .toContain('Something on the way holds the stream back');
      await eventually(() => page.locator('#obstacle-switch').textContent()).toBe('Switch to WebSocket');
    });

    it('several servers under one address are said to be that', async () => {
      const other = await startLabServer(testConfig);
      context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${await startHttpProxy([lab.url, other.url])}/?transport=short-polling`);
      await obstacle(page, 'Several servers answer under this address, each with a room of its own').waitFor();
      await context.close();
      await other.close();
    });

    it('what is held back says when it goes out again, and can be sent at once', async () => {
      const [page] = await openTabs(1, `${lab.url}/?transport=sse`);
      await page.route(/\/v1\/messages/, (route) =>
        route.fulfill({
          status: 503,
          headers: { 'retry-after': '600', 'content-type': 'application/problem+json' },
          body: JSON.stringify({ status: 503, code: 'store-unavailable', detail: 'the store is away' }),
        }),
      );
      await send(page, 'once the store is back');
      await page
        .locator('#outbox-retry-words')
        .filter({ hasText: /^Sent again in (600|601|59\d) s$/ })
        .waitFor();
      await page.unroute(/\/v1\/messages/);
      await page.locator('#outbox-try').click();
      await shown(page, 'once the store is back').waitFor();
      await eventually(() => page.locator('#outbox-retry').isHidden()).toBe(true);
    });

    it('a clock that runs a year ahead makes no message quick', async () => {
      const [page] = await openTabs(1, `${lab.url}/?transport=sse`);
      // The figures carry the server's time: here that of a server whose log is a year ahead of it.
      await page.route(/\/v1\/stats/, async (route) => {
        const answer = await route.fetch();
        const stats = (await answer.json()) as { at: number };
        await route.fulfill({ response: answer, json: { ...stats, at: stats.at - 365 * 86_400_000 } });
      });
      await page.reload();
      await page.locator('#clock-note').filter({ hasText: 'ms' }).waitFor({ state: 'attached' });
      await connected(page);
      // What comes right after the connection may be history.
      const from = await page.evaluate(() => performance.now());
      await page.waitForFunction((start) => performance.now() > start + 2500, from);
      await send(page, 'how quick was this?');
      await shown(page, 'how quick was this?').filter({ hasText: 'clock unsure' }).waitFor();
      await page.locator('#cost-rows').getByText('clock unsure').waitFor();
      // Figures are asked for again and again: some may be on their way now, and the page is closed.
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    });
  },
);
