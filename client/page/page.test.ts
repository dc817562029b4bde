// The built page in a real browser, against a real server: two visitors chat over every pair of transports.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { ENGINE_NAMES } from '../../server/websocket/engines.ts';
import { browserMissing, startBrowser, type Visitor, visit } from '../testing/chromium.ts';
import { transports } from '../transports/index.ts';

const names = transports.map(({ name }) => name);
const pairs = names.flatMap((one) => names.map((other) => [one, other] as const));

const connected = (page: Page) => page.locator('#status[data-state=connected]').waitFor();

async function choose(page: Page, transport: string): Promise<void> {
  await page.locator(`input[name=transport][value=${transport}]`).check();
  await connected(page);
}

async function send(page: Page, text: string): Promise<void> {
  await page.locator('#send-text').fill(text);
  await page.locator('#send-button').click();
}

/** Resolves when the page shows the message, and says over which transport it was sent. */
async function shown(page: Page, text: string): Promise<string | null> {
  const item = page.locator('#messages li[data-seq]').filter({ hasText: text });
  await item.first().waitFor();
  expect(await item.count()).toBe(1);
  return item.getAttribute('data-via');
}

const seqs = (page: Page) =>
  page.locator('#messages li[data-seq]').evaluateAll((items) => items.map((item) => Number(item.dataset['seq'])));

describe.skipIf(browserMissing !== null).each(ENGINE_NAMES)(
  `the page${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}, --websocket-engine %s`,
  (websocketEngine) => {
    let lab: LabServer;
    let browser: Browser;
    let visitors: Visitor[] = [];

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, websocketEngine });
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });
    afterEach(async () => {
      const complaints = visitors.flatMap((visitor) => visitor.complaints);
      await Promise.all(visitors.map(({ page }) => page.context().close()));
      visitors = [];
      expect(complaints).toEqual([]);
    });

    async function open(path = '/#room'): Promise<Page> {
      const visitor = await visit(browser, lab.url + path);
      visitors.push(visitor);
      await connected(visitor.page);
      return visitor.page;
    }

    it('lets two visitors chat over every pair of transports, switching under the live conversation', async () => {
      const [ann, ben] = [await open(), await open()];
      await Promise.all([ann, ben].map((page) => page.locator('#poll-interval').selectOption('100')));
      for (const [left, right] of pairs) {
        await choose(ann, left);
        await choose(ben, right);
        await send(ann, `from ann over ${left} to ${right}.`);
        await send(ben, `from ben over ${right} to ${left}.`);
        for (const page of [ann, ben]) {
          expect(await shown(page, `from ann over ${left} to ${right}.`)).toBe(left);
          expect(await shown(page, `from ben over ${right} to ${left}.`)).toBe(right);
        }
      }
      const [annSaw, benSaw] = [await seqs(ann), await seqs(ben)];
      const first = annSaw[0] ?? 0;
      expect(annSaw).toEqual(Array.from({ length: 2 * pairs.length }, (_, index) => first + index));
      expect(benSaw).toEqual(annSaw);
    }, 240_000);

    it.each(names)('closes and reconnects over %s, and misses nothing in between', async (transport) => {
      const [ann, ben] = [await open(`/?transport=${transport}`), await open('/?transport=websocket')];
      const before = `before over ${transport}`;
      const away = `while away from ${transport}`;
      await send(ann, before);
      await shown(ben, before);
      await ann.locator('#disconnect').click();
      await ann.locator('#status[data-state=closed]').waitFor();
      await ann.locator('#messages .line').filter({ hasText: 'onnection closed' }).last().waitFor();
      await send(ben, away);
      await shown(ben, away);
      await ann.locator('#connect').click();
      await connected(ann);
      await shown(ann, before);
      await shown(ann, away);
      await ann.locator('#messages .line').filter({ hasText: 'onnected' }).last().waitFor();
    });

    it('shows whatever is in a message as text', async () => {
      const page = await open();
      const text = '<img src=x onerror="document.title=1"><script>document.title=2</script> \u202eabc &amp;';
      await send(page, text);
      const item = page.locator('#messages li[data-seq]').filter({ hasText: 'onerror' });
      await item.waitFor();
      expect(await item.locator('.text').textContent()).toBe(text);
      expect(await item.locator('img, script').count()).toBe(0);
      expect(await page.title()).toContain('Transport Lab');
    });

    it('shows what each transport cost this tab, and who is here', async () => {
      const page = await open('/?transport=sse');
      await send(page, 'what does this cost?');
      await shown(page, 'what does this cost?');
      const row = page.locator('#cost-rows tr').filter({ hasText: 'Server-Sent Events' });
      const figure = (name: string, part: string) => row.locator(`[data-figure=${name}] .cost-${part}`).textContent();
      await expect.poll(() => figure('messages', 'value')).toMatch(/^[1-9]/);
      // A heartbeat of 28 bytes every 15 s; what a poll weighs is known by the page's own requests.
      await expect.poll(() => figure('bytesIdle', 'formula')).toBe('6.72 kB');
      const polls = page.locator('#cost-rows tr').filter({ hasText: 'Short polling' });
      await expect.poll(() => polls.locator('[data-figure=bytesIdle] .cost-formula').textContent()).toMatch(/MB/);
      expect(await polls.locator('[data-figure=requestsIdle] .cost-formula').textContent()).toBe('3,600');
      await expect.poll(() => row.locator('[data-figure=latency]').textContent()).toMatch(/ms/);
      await page.locator('#presence-list').getByText('Server-Sent Events').waitFor();
    });

    it('can be used by keyboard alone', async () => {
      const page = await open();
      const [previous, last] = names.slice(-2) as [string, string];
      await choose(page, last);
      await page.locator(`input[name=transport][value=${last}]`).focus();
      await page.keyboard.press('ArrowUp');
      await page.locator(`input[name=transport][value=${previous}]:checked`).waitFor();
      await connected(page);
      await page.locator('#send-text').focus();
      await page.keyboard.type('typed');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.type('in two lines');
      await page.keyboard.press('Enter');
      expect(await shown(page, 'in two lines')).toBe(previous);
    });
  },
);
