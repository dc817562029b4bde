// The wire protocol with nothing but what a browser has: EventSource resumes by Last-Event-ID, WebSocket by cursor.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { ENGINE_NAMES } from '../../server/websocket/engines.ts';
import { browserMissing, startBrowser, visit } from '../testing/chromium.ts';
import { type Relay, startRelay } from '../testing/tcp-relay.ts';

/** What the page's scripts leave for the test to look at. */
interface Seen {
  texts: string[];
  cursors: string[];
  hellos: number;
}
declare global {
  interface Window {
    seen: Seen;
  }
}

describe.skipIf(browserMissing !== null).each(ENGINE_NAMES)(
  `a browser’s own APIs${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}, --websocket-engine %s`,
  (websocketEngine) => {
    let lab: LabServer;
    let relay: Relay;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, websocketEngine });
      browser = await startBrowser();
    });
    beforeEach(async () => {
      relay = await startRelay(lab.url);
      // A page of the lab's own origin that holds no connection itself.
      page = (await visit(browser, `${relay.url}/healthz`)).page;
    });
    afterEach(() => page.context().close());
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    /** Straight to the lab, so that it works while the page has no network. */
    async function post(...texts: string[]): Promise<void> {
      const json = { 'Content-Type': 'application/json' };
      const joined = await fetch(`${lab.url}/v1/join`, { method: 'POST', headers: json, body: '{}' });
      const { token } = (await joined.json()) as { token: string };
      for (const text of texts) {
        const body = JSON.stringify({ id: randomUUID(), text });
        const headers = { ...json, Authorization: `Bearer ${token}` };
        const { status } = await fetch(`${lab.url}/v1/messages`, { method: 'POST', headers, body });
        expect(status).toBe(201);
      }
    }

    const seen = () => page.evaluate(() => window.seen);
    const sees = (text: string) => page.waitForFunction((wanted) => window.seen.texts.includes(wanted), text);

    it('EventSource comes back with Last-Event-ID by itself, and misses and repeats nothing', async () => {
      await page.evaluate(() => {
        const state: Seen = { texts: [], cursors: [], hellos: 0 };
        window.seen = state;
        const source = new EventSource('/v1/sse?history=0');
        source.addEventListener('hello', (event) => {
          state.hellos += 1;
          state.cursors.push(event.lastEventId);
        });
        source.onmessage = (event) => state.texts.push(JSON.parse(event.data).text);
      });
      await page.waitForFunction(() => window.seen.hellos === 1);
      await post('one', 'two');
      await sees('two');
      relay.down();
      await post('three', 'four');
      relay.up();
      await sees('four');
      await post('five');
      await sees('five');
      const { texts, cursors, hellos } = await seen();
      expect(texts).toEqual(['one', 'two', 'three', 'four', 'five']);
      // The second hello continues from the second message.
      expect(hellos).toBe(2);
      const [first, second] = cursors.map((cursor) => Number(cursor.split('.')[1]));
      expect(second).toBe((first ?? Number.NaN) + 2);
    });

    it('WebSocket comes back with a cursor, and misses and repeats nothing', async () => {
      const open = (cursor: string | null) =>
        page.evaluate((from) => {
          window.seen ??= { texts: [], cursors: [], hellos: 0 };
          const query = from === null ? 'history=0' : `cursor=${encodeURIComponent(from)}`;
          const socket = new WebSocket(`ws://${location.host}/v1/websocket?${query}`, 'lab.v1');
          return new Promise<string>((resolve) => {
            socket.onmessage = ({ data }) => {
              const frame = JSON.parse(data);
              if (frame.type === 'message') window.seen.texts.push(frame.message.text);
              if (frame.type === 'hello') resolve(frame.cursor);
            };
            socket.onclose = () => window.seen.cursors.push('closed');
          });
        }, cursor);

      const cursor = await open(null);
      const [epoch, seq] = cursor.split('.') as [string, string];
      await post('six', 'seven');
      await sees('seven');
      relay.down();
      await page.waitForFunction(() => window.seen.cursors.includes('closed'));
      await post('eight', 'nine');
      relay.up();
      expect(await open(`${epoch}.${Number(seq) + 2}`)).toBe(`${epoch}.${Number(seq) + 2}`);
      await sees('nine');
      expect((await seen()).texts).toEqual(['six', 'seven', 'eight', 'nine']);
    });
  },
);
