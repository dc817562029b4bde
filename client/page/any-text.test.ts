// Whatever a message says, the page shows it as text, whole, and in its own place; in a real browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import { testConfig } from '../../server/testing/config.ts';
import { browserMissing, startBrowser, type Visitor, visit } from '../testing/chromium.ts';
import { eventually } from '../testing/lab.ts';
import { transports } from '../transports/index.ts';

const EMOJI = '\u{1f600}';
/** A family of four is one character to a reader, and 25 bytes. */
const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';

const TEXTS: readonly (readonly [string, string])[] = [
  ['4,096 bytes of emoji', EMOJI.repeat(TEXT_BYTES / 4)],
  ['emoji that are joined', FAMILY.repeat(Math.floor(TEXT_BYTES / 25))],
  ['4,096 bytes without a break', 'W'.repeat(TEXT_BYTES)],
  ['HTML', '<b>bold</b><img src=x onerror="document.title=1"><svg onload=alert(1)></svg><a href="javascript:1">x</a>'],
  ['a script', '</div></li><script>document.title=2</script><style>*{display:none}</style><!-- '],
  ['entities', '&lt;b&gt; &amp; &#x202e; &nbsp;'],
  ['a template', '{{constructor.constructor("document.title=3")()}} $' + '{1+1}'],
  ['text from right to left', '\u05e9\u05dc\u05d5\u05dd (abc) 123 \u0645\u0631\u062d\u0628\u0627'],
  ['marks of direction that are never closed', '\u202eabc \u202d \u2066 \u2067 \u2068 \u202a \u202b gro.live \u200f!'],
  ['control characters', 'a\u0001\u0008\u001b[31m\u007f\u0085\u2028\u2029\ufeff\ufffe z'],
];

interface Shown {
  readonly text: string | null;
  readonly elements: number;
  /** The head of the message stands as it does above any other: name first, its time in reading order. */
  readonly inOrder: boolean;
  readonly withinWidth: boolean;
}

const shown = (page: Page, seq: number) =>
  page.locator(`#messages li[data-seq="${seq}"]`).evaluate((item): Shown => {
    const part = (selector: string) => item.querySelector<HTMLElement>(selector) as HTMLElement;
    const [name, time, text] = [part('.name'), part('time'), part('.text')];
    const letter = (at: number) => {
      const range = document.createRange();
      range.setStart(time.firstChild as Node, at);
      range.setEnd(time.firstChild as Node, at + 1);
      return range.getBoundingClientRect().left;
    };
    const left = (element: HTMLElement) => element.getBoundingClientRect().left;
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      text: text.textContent,
      elements: text.childElementCount,
      inOrder: left(name) < left(time) && letter(0) < letter((time.textContent ?? '').length - 1),
      withinWidth: scrollWidth <= clientWidth && text.scrollWidth <= text.clientWidth,
    };
  });

describe.skipIf(browserMissing !== null)(
  `what is in a message${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let lab: LabServer;
    let browser: Browser;
    /** One page for all that others say. */
    let reader: Page;
    const visitors: Visitor[] = [];

    beforeAll(async () => {
      lab = await startLabServer(testConfig);
      browser = await startBrowser();
      reader = await open();
    });
    afterEach(() => expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]));
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    async function open(path = '/#room'): Promise<Page> {
      const visitor = await visit(browser, lab.url + path);
      visitors.push(visitor);
      await visitor.page.locator('#status[data-state=connected]').waitFor();
      return visitor.page;
    }

    /** Publishes as a visitor of this name. Resolves with the message's seq. */
    async function post(name: string, text: string): Promise<number> {
      const json = { 'Content-Type': 'application/json' };
      const join = await fetch(`${lab.url}/v1/join`, { method: 'POST', headers: json, body: JSON.stringify({ name }) });
      const { token } = (await join.json()) as { token: string };
      const headers = { ...json, Authorization: `Bearer ${token}` };
      const body = JSON.stringify({ id: crypto.randomUUID(), text });
      const answer = await fetch(`${lab.url}/v1/messages`, { method: 'POST', headers, body });
      expect(answer.status).toBe(201);
      return ((await answer.json()) as { seq: number }).seq;
    }

    it.each(TEXTS)('%s is shown as text', async (_what, text) => {
      const seq = await post('Ada', text);
      expect(await shown(reader, seq)).toEqual({ text, elements: 0, inOrder: true, withinWidth: true });
      expect(await reader.title()).toContain('Transport Lab');
    });

    it.each(['<b>Ada</b>', '\u0645\u0631\u062d\u0628\u0627', EMOJI.repeat(32), 'W'.repeat(32)])(
      'a visitor may be called %j, and stays in place',
      async (name) => {
        const seq = await post(name, 'hello');
        expect(await shown(reader, seq)).toMatchObject({ text: 'hello', inOrder: true, withinWidth: true });
        const element = reader.locator(`#messages li[data-seq="${seq}"] .name`);
        expect([await element.textContent(), await element.locator('*').count()]).toEqual([name, 0]);
      },
    );

    it.each(transports)('4,096 bytes of emoji that were typed go out and come back over $name', async ({ name }) => {
      const text = `${name.length}${EMOJI.repeat(TEXT_BYTES / 4 - 1)}`;
      const page = await open(`/?transport=${name}`);
      await page.locator('#send-text').fill(text);
      await page.locator('#send-button').click();
      const item = page.locator(`#messages li[data-seq][data-via="${name}"]`);
      await item.waitFor();
      await eventually(() => item.locator('.text').textContent()).toBe(text);
    });
  },
);
