// What a visitor meets beside the talk itself: names, drafts, input methods, storage, the way back; in a real browser.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../testing/chromium.ts';
import { eventually } from '../testing/lab.ts';

const connected = (page: Page) => page.locator('#status[data-state=connected]').waitFor();
const shown = (page: Page, text: string) => page.locator('#messages li[data-seq]').filter({ hasText: text });

async function send(page: Page, text: string): Promise<void> {
  await page.locator('#send-text').fill(text);
  await page.locator('#send-button').click();
}

/** Stacked over and below each letter. */
const STACKED = 'e\u0301\u0300\u0302\u0303\u0308\u0301\u0300\u0302\u0303\u0308\u0323\u0323\u0323\u0323\u0323';

describe.skipIf(browserMissing !== null)(
  `a visitor${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;
    const contexts: BrowserContext[] = [];

    beforeAll(async () => {
      lab = await startLabServer(testConfig);
      browser = await startBrowser();
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    });
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    async function open(path = '/#room', before: () => void = () => undefined): Promise<Page> {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      await page.addInitScript(before);
      await page.goto(lab.url + path);
      await connected(page);
      return page;
    }

    it('goes back from another view to the one without an anchor', async () => {
      const page = await open();
      await page.goto(lab.url);
      await page.locator('.views a[href="#anatomy"]').click();
      await page.locator('#anatomy:not([hidden])').waitFor();
      await page.goBack();
      expect(new URL(page.url()).hash).toBe('');
      await page.locator('#race:not([hidden])').waitFor();
      await eventually(() => page.locator('#anatomy').isHidden()).toBe(true);
      await eventually(() => page.title()).toBe('Race · Transport Lab');
    });

    it('confirms a candidate of an input method without sending, in Safari’s order too', async () => {
      const page = await open();
      await page.locator('#send-text').fill('half-written');
      const taken = await page.locator('#send-text').evaluate((box) => {
        box.dispatchEvent(new CompositionEvent('compositionend'));
        const key = (keyCode: number, isComposing: boolean) =>
          box.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', keyCode, isComposing, cancelable: true, bubbles: true }),
          );
        // Safari's, and everybody else's.
        return [key(229, false), key(229, true), key(13, true)];
      });
      expect(taken).toEqual([true, true, true]);
      await eventually(() => page.locator('#send-text').inputValue()).toBe('half-written');
      await page.keyboard.press('Tab');
      await page.locator('#send-text').press('Enter');
      await shown(page, 'half-written').waitFor();
    });

    it('changes the name over WebSocket, and that is no lost connection', async () => {
      const page = await open('/?transport=websocket');
      await send(page, 'as a guest');
      await shown(page, 'as a guest').waitFor();
      await eventually(() => page.locator('#name-button').textContent()).toBe('Change name');
      await page.locator('#name').fill('Ada');
      await page.locator('#name-button').click();
      await page.locator('#name-note').filter({ hasText: 'You are Ada now' }).waitFor();
      await send(page, 'as Ada');
      await shown(page, 'as Ada').waitFor();
      await eventually(() => shown(page, 'as Ada').locator('.name').textContent()).toBe('Ada');
      const lines = await page.locator('#messages .line-text').allTextContents();
      expect(lines).toEqual(['Connected over WebSocket', 'Connected over WebSocket anew, under your new name']);
    });

    it('is told the way of a message: how it was sent, how it came, how quickly', async () => {
      const [ann, ben] = [await open('/?transport=websocket'), await open('/?transport=short-polling')];
      // Latencies are told once the server's clock is known.
      await ben.locator('#clock-note').filter({ hasText: 'ms' }).waitFor({ state: 'attached' });
      await send(ann, 'by two ways');
      await shown(ben, 'by two ways').waitFor();
      const words = await shown(ben, 'by two ways').locator('.way').textContent();
      expect(words?.replaceAll(/\s+/g, ' ').trim()).toMatch(
        /^sent over WebSocket, reached you over short polling in (\d+ ms|< 1 ms|[\d.]+ s)$/,
      );
      // History is no news.
      const late = await open('/?transport=sse');
      await shown(late, 'by two ways').waitFor();
      expect(await shown(late, 'by two ways').locator('.took').isHidden()).toBe(true);
    });

    it('can’t send what nobody can see, and is shown where others did', async () => {
      const page = await open();
      for (const text of ['\u200b', ' \n\u3164', '\u2800\u00ad']) {
        await page.locator('#send-text').fill(text);
        await eventually(() => page.locator('#send-button').isDisabled()).toBe(true);
      }
      const json = { 'Content-Type': 'application/json' };
      const joined = await fetch(`${lab.url}/v1/join`, { method: 'POST', headers: json, body: '{}' });
      const { token } = (await joined.json()) as { token: string };
      const headers = { ...json, Authorization: `Bearer ${token}` };
      const body = JSON.stringify({ id: 'unseen', text: '\u200b' });
      await fetch(`${lab.url}/v1/messages`, { method: 'POST', headers, body });
      const text = page.locator('#messages li[data-id=unseen] .text');
      await text.waitFor({ state: 'attached' });
      const words = await text.evaluate((element) => getComputedStyle(element, '::after').content);
      expect([await text.textContent(), words]).toEqual(['\u200b', '"(nothing that can be seen)"']);
    });

    it('gets a name of the server’s own for one that nobody can see', async () => {
      const page = await open();
      await page.locator('#name').fill('\u200b \u3164');
      await page.locator('#name-button').click();
      await page
        .locator('#name-note')
        .filter({ hasText: /^You are Guest-\w{4} now$/ })
        .waitFor();
    });

    it('sees stacked diacritics stay within their text', async () => {
      const page = await open();
      await send(page, 'the neighbour');
      await shown(page, 'the neighbour').waitFor();
      const before = await shown(page, 'the neighbour').screenshot();
      await send(page, STACKED.repeat(20));
      await shown(page, STACKED).waitFor();
      await page.locator('#send-text').blur();
      expect((await shown(page, 'the neighbour').screenshot()).equals(before)).toBe(true);
      const clips = await shown(page, STACKED).evaluate((item) =>
        [...item.querySelectorAll('.name, .text')].map((part) => getComputedStyle(part).overflowY),
      );
      expect(clips).toEqual(['clip', 'clip']);
    });

    it('finds the draft again after a visit to the documentation', async () => {
      const page = await open();
      await page.locator('#send-text').pressSequentially('half a thought');
      await page.locator('.site-footer a').click();
      await page.locator('#results').waitFor();
      await page.goBack();
      await connected(page);
      await eventually(() => page.locator('#send-text').inputValue()).toBe('half a thought');
      await page.locator('#send-button').click();
      await shown(page, 'half a thought').waitFor();
      await page.reload();
      await connected(page);
      await eventually(() => page.locator('#send-text').inputValue()).toBe('');
    });

    it.each([
      [
        'is forbidden',
        () =>
          Object.defineProperty(window, 'sessionStorage', {
            get() {
              throw new DOMException('forbidden', 'SecurityError');
            },
          }),
      ],
      [
        'is full',
        () => {
          Storage.prototype.setItem = () => {
            throw new DOMException('full', 'QuotaExceededError');
          };
        },
      ],
    ])('chats as ever where the browser’s storage %s, and is told that nothing is kept', async (_what, spoil) => {
      const page = await open('/#room', spoil as () => void);
      await send(page, 'unsaved');
      await shown(page, 'unsaved').first().waitFor();
      await page.locator('#storage-note').filter({ hasText: 'keeps nothing' }).waitFor();
    });

    it('is told in words that the server can’t be reached', async () => {
      const page = await open('/?transport=short-polling');
      await page.route('**/v1/**', (route) => route.abort());
      await page.locator('#status[data-state=waiting]').waitFor();
      await page.locator('#stats-problem').filter({ hasText: 'can’t be reached' }).waitFor();
      await page.locator('#name-button').click();
      await page.locator('#name-note').filter({ hasText: 'can’t be reached' }).waitFor();
      expect(await page.locator('body').innerText()).not.toMatch(/failed to fetch|networkerror|load failed|TypeError/i);
    });

    it('reads in the title how much was said while another view was shown', async () => {
      const [ann, ben] = [await open(), await open()];
      await ben.locator('#clock-note').filter({ hasText: 'ms' }).waitFor({ state: 'attached' });
      await ben.locator('.views a[href="#anatomy"]').click();
      await ben.locator('#anatomy:not([hidden])').waitFor();
      for (const text of ['one', 'two']) await send(ann, text);
      await ben.waitForFunction(() => document.title === '(2) Anatomy · Transport Lab');
      await ben.locator('.views a[href="#room"]').click();
      await ben.waitForFunction(() => document.title === 'Chat · Transport Lab');
    });
  },
);
