// The anatomy view in a real browser: every byte that it shows is held against the rules of RFC 6455.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser, type Visitor, visit } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';

const connected = (page: Page) => page.locator('#anatomy-status[data-state=connected]').waitFor();
const detail = (page: Page) => page.locator('#live-frame');
const fieldIn = (frame: Locator, name: string) => frame.locator(`.field[data-field=${name}]`);
const cellsOf = async (frame: Locator, name: string) =>
  (await fieldIn(frame, name).locator('.cells').innerText()).replaceAll(/\s/g, '');
const utf8 = (text: string) => Buffer.from(text);

/** What stands in the clipboard after the frame was copied, as bytes. */
async function copied(page: Page, frame: Locator): Promise<Buffer> {
  await frame.locator('.frame-copy').click();
  await frame.locator('.frame-copied').filter({ hasText: 'copied' }).waitFor();
  return Buffer.from((await page.evaluate(() => navigator.clipboard.readText())).replaceAll(' ', ''), 'hex');
}

function unmask(frame: Buffer, headerBytes: number): Buffer {
  const key = frame.subarray(headerBytes - 4, headerBytes);
  return Buffer.from(frame.subarray(headerBytes).map((byte, index) => byte ^ (key[index % 4] as number)));
}

const LENGTHS = [
  { bytes: 10, word: '0001010', extended: null, headerBytes: 6 },
  { bytes: 200, word: '1111110', extended: '00c8', headerBytes: 8 },
  { bytes: 70_000, word: '1111111', extended: '0000000000011170', headerBytes: 14 },
] as const;

describe.skipIf(browserMissing !== null).each(['ws', 'by-hand'] as const)(
  `the anatomy view, with the engine %s${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  (websocketEngine) => {
    let lab: LabServer;
    let bareLab: LabServer;
    let browser: Browser;
    let visitors: Visitor[] = [];

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, websocketEngine, labControls: 'on' });
      bareLab = await startLabServer({ ...testConfig, labControls: 'off' });
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser.close();
      await Promise.all([lab.close(), bareLab.close()]);
    });
    afterEach(async () => {
      const complaints = visitors.flatMap((visitor) => visitor.complaints);
      await Promise.all(visitors.map(({ page }) => page.context().close()));
      visitors = [];
      // Without lab controls the browser itself reports that there is no trace.
      expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
    });

    async function open(hash = '#anatomy', server = lab): Promise<Page> {
      const visitor = await visit(browser, `${server.url}/${hash}`);
      visitors.push(visitor);
      await visitor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      // The view is built after the page has loaded, and begins with a frame.
      await detail(visitor.page).locator('.frame-title').filter({ hasText: /./ }).waitFor();
      return visitor.page;
    }

    it('shows the handshake as it was, and arrives at the server’s accept value', async () => {
      const page = await open();
      await connected(page);
      await page.locator('#handshake-source').filter({ hasText: 'live connection' }).waitFor();
      await eventually(() => page.locator('#handshake-request').innerText()).toMatch(
        /^GET \/v1\/websocket\?.*HTTP\/1.1\n/,
      );
      await eventually(() => page.locator('#handshake-response').innerText()).toMatch(
        /^HTTP\/1.1 101 Switching Protocols\n/,
      );
      await page.locator('#step-verdict[data-state=equal]').waitFor();
      const accept = await page.locator('#step-accept').innerText();
      await eventually(() => page.locator('#step-base64').innerText()).toBe(accept);
      await eventually(() => page.locator('#handshake-response mark').innerText()).toBe(
        `Sec-WebSocket-Accept: ${accept}`,
      );
      await eventually(() => page.locator('#step-joined').innerText()).toMatch(
        /==258EAFA5-E914-47DA-95CA-C5AB0DC85B11$/,
      );
    });

    it.each(LENGTHS)('shows a text of $bytes bytes with its length right to the byte', async (length) => {
      const { bytes, word, extended, headerBytes } = length;
      const page = await open();
      await connected(page);
      await page.locator(`[data-example="${bytes}"]`).click();
      const textBytes = async () => utf8(await page.locator('#anatomy-text').inputValue()).length;
      await eventually(textBytes).toBe(bytes);
      const text = await page.locator('#anatomy-text').inputValue();

      const frame = detail(page);
      await eventually(() => frame.locator('.frame-title').innerText()).toMatch(/^Not sent yet/);
      await eventually(() => cellsOf(frame, 'length')).toBe(word);
      await eventually(() => cellsOf(frame, 'mask')).toBe('1');
      if (extended === null) await eventually(() => fieldIn(frame, 'extended-length').count()).toBe(0);
      else await eventually(() => cellsOf(frame, 'extended-length')).toBe(extended);
      const preview = await copied(page, frame);
      expect(preview).toHaveLength(headerBytes + bytes);
      expect(unmask(preview, headerBytes).toString()).toBe(text);

      await page.locator('#compose-send').click();
      await frame.locator('.frame-title').filter({ hasText: 'to the server' }).waitFor();
      await eventually(() => cellsOf(frame, 'mask')).toBe('1');
      await eventually(() => frame.locator('.yield-text').innerText()).toBe(text.slice(0, 2000));
      expect(await cellsOf(frame, 'masking-key')).not.toBe(
        (await page.locator('#preview-key').innerText()).replaceAll(' ', ''),
      );

      const echoed = page.locator('#frame-list .frame-item[data-from=server]').first();
      await echoed.filter({ hasText: `${bytes.toLocaleString('en-GB')} B` }).click();
      await eventually(() => cellsOf(frame, 'mask')).toBe('0');
      await eventually(() => cellsOf(frame, 'length')).toBe(word);
      if (extended !== null) await eventually(() => cellsOf(frame, 'extended-length')).toBe(extended);
      await eventually(() => frame.locator('.yield-text').innerText()).toBe(text.slice(0, 2000));
      await eventually(() => frame.locator('.bytes [data-at]').count()).toBe(Math.min(256, bytes + headerBytes - 4));
    });

    it('shows a text of 16 MiB without a halt, in the fragments that the browser makes of it', async () => {
      const page = await open();
      await connected(page);
      await page.locator('#anatomy-text').fill('0123456789abcdef');
      await page.locator('#repeat').fill(String(1024 * 1024));
      await eventually(() => cellsOf(detail(page), 'extended-length')).toBe('0000000001000000');
      await eventually(() => detail(page).locator('.bytes-more').innerText()).toMatch(
        /^16,776,974 more bytes are not shown/,
      );
      await page.locator('#compose-send').click();
      await page.locator('#frame-list .frame-item').filter({ hasText: '16,777,216 B' }).first().click();
      await eventually(() => cellsOf(detail(page), 'extended-length')).toBe('0000000001000000');
      await page.locator('#repeat').fill(String(1024 * 1024 + 1));
      await eventually(() => page.locator('#compose-problem').innerText()).toMatch(/16,777,216 bytes/);
      await eventually(() => page.locator('#compose-send').isDisabled()).toBe(true);
    });

    it('shows how XOR with the key gives the text back', async () => {
      const page = await open();
      await page.locator('#anatomy-text').fill('aé😀');
      await detail(page).locator('.yield-text').filter({ hasText: 'aé😀' }).waitFor();
      // All rows of one frame: a new one, with a new key, may be drawn at any time.
      const rows = await detail(page)
        .locator('.xor tr')
        .evaluateAll((found: HTMLTableRowElement[]) =>
          found.map(({ dataset, cells }) => [dataset['row'], [...cells].slice(1).map(({ innerText }) => innerText)]),
        );
      const { wire, key, plain, character } = Object.fromEntries(rows) as Record<string, string[]>;
      expect(plain).toEqual(['61', 'c3', 'a9', 'f0', '9f', '98', '80']);
      const xor = (a: string, index: number) => Number.parseInt(a, 16) ^ Number.parseInt(key?.[index] ?? '', 16);
      expect(wire?.map(xor)).toEqual(plain?.map((byte) => Number.parseInt(byte, 16)));
      expect(character).toEqual(['a', 'é', '⋯', '😀', '⋯', '⋯', '⋯']);
    });

    it('sends a text into the room as the JSON that it showed before', async () => {
      const page = await open();
      await connected(page);
      await page.locator('input[name=target][value=room]').check();
      await page.locator('#anatomy-text').fill('into the room');
      await detail(page).locator('.yield-text').filter({ hasText: 'into the room' }).waitFor();
      const shown = await detail(page).locator('.yield-text').innerText();
      expect(JSON.parse(shown)).toMatchObject({ type: 'publish', text: 'into the room' });
      await page.locator('#compose-send').click();
      await detail(page).locator('.frame-title').filter({ hasText: 'to the server' }).waitFor();
      await eventually(() => detail(page).locator('.yield-text').innerText()).toBe(shown);
      await page.locator('#frame-list .frame-item[data-from=server]').filter({ hasText: '"receipt"' }).waitFor();
      // The room view knows it as the visitor's own.
      await page.locator('.views a[href="#room"]').click();
      await page.locator('#messages li[data-own]').filter({ hasText: 'into the room' }).waitFor();
    });

    it('explains a field to whoever reaches it by keyboard', async () => {
      const page = await open();
      const frame = detail(page);
      await fieldIn(frame, 'fin').focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await eventually(() => fieldIn(frame, 'mask').getAttribute('aria-pressed')).toBe('true');
      await eventually(() => frame.locator('.field-words').innerText()).toMatch(/^MASK: masked/);
      const link = frame.locator('.field-words a');
      await eventually(() => link.getAttribute('href')).toBe('https://www.rfc-editor.org/rfc/rfc6455#section-5.1');
    });

    it('names the rule that pasted bytes break, or says what is missing', async () => {
      const page = await open();
      const verdict = page.locator('#hex-verdict');
      const says = async (hex: string, from: string, words: RegExp) => {
        await page.locator(`input[name=hex-from][value=${from}]`).check();
        await page.locator('#hex-text').fill(hex);
        await eventually(() => verdict.innerText(), hex).toMatch(words);
      };
      await says('0x81, 0x05, 0x48 65 6c 6c 6f', 'client', /not masked[\s\S]*RFC 6455 section 5\.1/);
      await eventually(() => fieldIn(page.locator('#hex-frame'), 'mask').getAttribute('data-broken')).toBe('true');
      await says('8105 48656c6c6f', 'server', /One frame, and no rule is broken/);
      await says('c1 00', 'server', /RSV1 is 1[\s\S]*section 5\.2/);
      await says('81 05 48', 'server', /needs 4 more bytes/);
      await says('01 00 80 00 80 00', 'server', /Frame 3: [\s\S]*section 5\.4/);
      // Where exactly, as Chromium's own decoder finds it.
      await says('81 05 61 62 e2 28 a1', 'server', /Byte 4 of the text, 28,[\s\S]*section 8\.1/);
      await page.locator('#hex-text').fill('81 0x 5');
      await eventually(() => page.locator('#hex-problem').innerText()).toMatch(/half a byte/);
      await eventually(() => verdict.isHidden()).toBe(true);
    });

    it('reopens an example from a link', async () => {
      const page = await open('#anatomy?hex=880203ed&from=server');
      await page.locator('#hex-verdict').filter({ hasText: '1005 is none of' }).waitFor();
      await eventually(() => page.locator('input[name=hex-from][value=server]').isChecked()).toBe(true);
      const link = await page.locator('#hex-link').getAttribute('href');
      expect(link).toBe('#anatomy?hex=880203ed&from=server');

      await page.locator('#anatomy-text').fill('1 + 1 = 2 & ä');
      await detail(page).locator('.yield-text').filter({ hasText: '1 + 1 = 2 & ä' }).waitFor();
      const textLink = (await detail(page).locator('.frame-link').getAttribute('href')) ?? '';
      const other = await open(textLink);
      await expect.poll(() => other.locator('#anatomy-text').inputValue()).toBe('1 + 1 = 2 & ä');
    });

    it('weighs one message over each transport', async () => {
      const page = await open();
      await connected(page);
      await page.locator('#weigh').click();
      await page.locator('#weigh-status').filter({ hasText: 'Done' }).waitFor();
      const figure = async (transport: string, name: string) => {
        const cell = page.locator(`#weight-rows tr[data-transport=${transport}] [data-figure=${name}]`);
        return Number((await cell.innerText()).replaceAll(/\D/g, ''));
      };
      const totals: number[] = [];
      for (const transport of ['short-polling', 'long-polling', 'sse', 'websocket']) {
        const parts = await Promise.all(['head', 'framing', 'payload'].map((name) => figure(transport, name)));
        const total = await figure(transport, 'message');
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        totals.push(total);
        const texts = await page.locator(`.weight-text[data-transport=${transport}] .piece-text`).allTextContents();
        expect(texts.join('')).toContain('One message, to be weighed.');
      }
      expect(totals.at(-1)).toBe(Math.min(...totals));
      // Publish with a mask, receipt without one, and a message that needs 16 bits for its length.
      await eventually(() => figure('websocket', 'framing')).toBe(6 + 2 + 4);
      await eventually(() => figure('short-polling', 'framing')).toBe(0);
    });

    it('ends its connections when it is left, and makes new ones when it is shown again', async () => {
      const page = await open();
      await connected(page);
      const before = lab.connections;
      await page.locator('.views a[href="#room"]').click();
      await page.locator('#status[data-state=connected]').waitFor();
      await eventually(() => page.locator('#anatomy').isHidden()).toBe(true);
      // The room's WebSocket has come, this view's has gone, and so has the trace.
      await eventually(() => lab.connections).toBeLessThanOrEqual(before);
      await page.goBack();
      await connected(page);
      await eventually(() => page.title()).toBe('Anatomy · Transport Lab');
      await eventually(() => page.locator('.views a[aria-current=page]').innerText()).toBe('Anatomy');
    });

    it('does without the server what needs no server, and says how to get the rest', async () => {
      const page = await open('#anatomy', bareLab);
      await page.locator('#anatomy-off').filter({ hasText: '--lab-controls on' }).waitFor();
      await page.locator('#step-verdict[data-state=equal]').waitFor();
      await eventually(() => page.locator('#compose-send').isDisabled()).toBe(true);
      await page.locator('[data-example="200"]').click();
      await eventually(() => cellsOf(detail(page), 'extended-length')).toBe('00c8');
      await page.locator('.reader-examples a').first().click();
      await page.locator('#hex-verdict').filter({ hasText: 'no rule is broken' }).waitFor();
    });
  },
);
