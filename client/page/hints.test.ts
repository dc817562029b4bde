// What the page makes of what its browser notices, and of what becomes of a text, in a real browser whose clock stands
// still: whatever happens then does not wait for any timer.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../testing/chromium.ts';
import { eventually } from '../testing/lab.ts';
import { startRelay } from '../testing/tcp-relay.ts';
import { transports } from '../transports/index.ts';
import { DEFAULT_INTERVAL_MS } from './poll-interval.ts';

const HEARTBEAT_MS = 3_600_000;
/** More than the page waits for a sign of life. */
const ASLEEP_MS = 3 * HEARTBEAT_MS;

describe.skipIf(browserMissing !== null)(
  `a page whose clock stands still${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, heartbeatMs: HEARTBEAT_MS });
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    const status = (page: Page, state: string) => page.locator(`#status[data-state=${state}]`);
    const line = (page: Page, text: string) => page.locator('#messages .line').filter({ hasText: text });
    const shown = (page: Page, text: string) => page.locator('#messages li[data-seq]').filter({ hasText: text });

    async function send(page: Page, text: string): Promise<void> {
      await page.locator('#send-text').fill(text);
      await page.locator('#send-button').click();
    }

    /** Resolves when the page is connected and its clock is stopped. */
    async function open(transport: string, url = lab.url): Promise<Page> {
      const page = await browser.newPage();
      await page.clock.install();
      await page.goto(`${url}/?transport=${transport}`);
      await status(page, 'connected').waitFor();
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000);
      return page;
    }

    it.each(transports.map(({ name }) => name))(
      'offline is said, with the next try; online has it reconnect and send at once (%s)',
      async (transport) => {
        const relay = await startRelay(lab.url);
        const page = await open(transport, relay.url);
        await page.context().setOffline(true);
        // What is open already is the network's to cut.
        relay.down();
        // Short polling notices when it asks the next time.
        await page.clock.runFor(DEFAULT_INTERVAL_MS);
        await status(page, 'waiting').waitFor();
        await eventually(() => status(page, 'waiting').textContent()).toMatch(/^Reconnecting over .*offline$/);
        await eventually(() => page.locator('#retry').textContent()).toContain('Next try in');
        await send(page, `typed offline over ${transport}`);
        await page.locator('#outbox li[data-state=unsent]').getByText('waiting for a connection').waitFor();

        relay.up();
        await page.context().setOffline(false);
        await status(page, 'connected').waitFor();
        await eventually(() => status(page, 'connected').textContent()).not.toContain('offline');
        // Short polling asks for what it has sent.
        await page.clock.resume();
        await shown(page, `typed offline over ${transport}`).waitFor();
        await eventually(() => page.locator('#outbox li').count()).toBe(0);
        await page.context().close();
      },
    );

    it('a text is shown as sent until there is a receipt, and then as stored until the room shows it', async () => {
      const page = await open('short-polling');
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route(/\/v1\/messages/, async (route) => {
        await released;
        await route.continue();
      });
      await send(page, 'on its way');
      await page.locator('#outbox li[data-state=sent]').getByText('waiting for the receipt').waitFor();
      release();
      await page.locator('#outbox li[data-state=stored]').getByText('waiting for the room').waitFor();
      await page.clock.resume();
      await shown(page, 'on its way').waitFor();
      await eventually(() => page.locator('#outbox li').count()).toBe(0);
      await page.context().close();
    });

    it('a connection that outlives the network is said to be offline, and made anew when that is back', async () => {
      const page = await open('websocket');
      await page.context().setOffline(true);
      await page.locator('#status').filter({ hasText: 'offline' }).waitFor();
      await page.context().setOffline(false);
      await line(page, 'Connection lost').waitFor();
      await line(page, 'Connected').nth(1).waitFor();
      await status(page, 'connected').waitFor();
      await page.context().close();
    });

    it('says when the server was last heard, when it should be heard again, and that it was not', async () => {
      const page = await open('websocket');
      await page
        .locator('#pulse')
        .filter({ hasText: /^Last heard \d+ s ago, next sign of life due in \d+ s$/ })
        .waitFor();
      await page.clock.runFor(60_000);
      await page
        .locator('#pulse')
        .filter({ hasText: /^Last heard 6\d s ago, next .* in 35\d\d s$/ })
        .waitFor();
      await eventually(() => page.locator('#status').textContent()).toBe('Connected over WebSocket');
      await page.clock.fastForward(HEARTBEAT_MS);
      await page
        .locator('#pulse')
        .filter({ hasText: /a sign of life is overdue. Given up in \d+ s$/ })
        .waitFor();
      await eventually(() => page.locator('#status').textContent()).toBe(
        'Connected over WebSocket, but nothing is heard',
      );
      await page.context().close();
    });

    it.each([
      ['looked at again', () => document.dispatchEvent(new Event('visibilitychange'))],
      [
        'taken from the back-forward cache',
        () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
      ],
    ])('a page that has slept makes its connection anew when it is %s', async (_what, wake) => {
      const page = await open('sse');
      await page.evaluate(wake);
      await page.clock.fastForward(ASLEEP_MS);
      await eventually(() => line(page, 'Connection lost').count()).toBe(0);
      await page.evaluate(wake);
      await line(page, 'slept').waitFor();
      await status(page, 'connected').waitFor();
      await page.context().close();
    });
  },
);
