// Every control of the race, in a real browser, over both engines: what it does is read off the race itself.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';
import { STORIES } from './stories.ts';
import {
  deliveredTo,
  hasReached,
  headOf,
  LANES,
  laneOf,
  nothingIsLost,
  raceIsOn,
  save,
  savedLane,
} from './testing/race-page.ts';

/** The bot speaks often, the streams' hearts beat often: what happens is noticed soon. */
const LIVELY = '#race?messages=1&every=500&poll=200&heartbeat=1';
const SILENT = '#race?messages=0&poll=200';

const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;

describe.skipIf(browserMissing !== null)(`the race’s controls${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  describe.each(['ws', 'by-hand'] as const)('over the engine %s', (websocketEngine) => {
    let lab: LabServer;
    let page: Page;

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, labControls: 'on', websocketEngine });
    });
    afterEach(() => page.context().close());
    afterAll(() => lab.close());

    async function open(hash: string): Promise<void> {
      page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
      await page.goto(`${lab.url}/${hash}`);
      await raceIsOn(page);
    }

    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const bandsOf = async () => (await save(page)).bands.map(({ what, to }) => [what, to !== null]);
    const reconnects = async (lane: string) => Number((await laneOf(page, lane))['reconnects']);

    it('Cut once: what is open breaks once, comes back, and goes on from its cursor', async () => {
      await open(LIVELY);
      await deliveredTo(page, 1);
      await press('Cut once');
      for (const lane of ['sse', 'websocket']) await eventually(() => reconnects(lane), lane).toBe(1);
      await nothingIsLost(page);
      expect(await bandsOf()).toEqual([['cut', true]]);
      const { marks } = await save(page);
      const outages = marks.filter((mark) => mark.kind === 'outage');
      expect(outages.map(({ resumedAt }) => resumedAt === null)).toEqual(outages.map(() => false));
    });

    it('Silence: nothing gets through and the streams notice by their heartbeats; afterwards nothing is lost', async () => {
      await open(LIVELY);
      await deliveredTo(page, 1);
      await press('Silence');
      for (const lane of ['sse', 'websocket']) {
        await eventually(async () => (await laneOf(page, lane))['state'], lane).not.toBe('open');
      }
      await press('Silence');
      await nothingIsLost(page);
      expect(await bandsOf()).toEqual([['silence', true]]);
    });

    it('Offline: all four wait, and say so; back online they catch up', async () => {
      await open(LIVELY);
      await deliveredTo(page, 1);
      await press('Offline');
      for (const lane of LANES) {
        await eventually(async () => (await laneOf(page, lane))['state'], lane).not.toBe('open');
      }
      await page.locator('[data-caption]').filter({ hasText: 'No network' }).waitFor();
      await press('Offline');
      await nothingIsLost(page);
      for (const lane of LANES) await eventually(() => reconnects(lane), lane).toBeGreaterThanOrEqual(1);
    });

    it('Round trip: from then on no delivery is sooner than half of it', async () => {
      await open('#race?messages=1&every=500&poll=200&rtt=0');
      await deliveredTo(page, 1);
      await page.locator('#race-rtt').fill('300');
      await page.locator('[data-stage][data-round-trip-ms="300"]').waitFor();
      const from = (await headOf(page)) + 2;
      await deliveredTo(page, from + 1);
      const race = await save(page);
      for (const lane of LANES) {
        const later = savedLane(race, lane).deliveries.filter(({ seq }) => seq >= from);
        expect(later.length, lane).toBeGreaterThan(0);
        for (const { latencyMs } of later) expect(latencyMs, lane).toBeGreaterThanOrEqual(150);
      }
      await eventually(() => page.url()).toContain('rtt=300');
    });

    it('a proxy that cuts what is idle: who waits is cut, who asks often is not', async () => {
      await open(SILENT);
      await page.locator('#race-idle-cut').selectOption({ label: 'for 5 s' });
      for (const lane of ['sse', 'websocket']) await eventually(() => reconnects(lane), lane).toBeGreaterThanOrEqual(1);
      expect(await reconnects('short-polling')).toBe(0);
      expect(await bandsOf()).toEqual([['idle cut', false]]);
    });

    it('a proxy that buffers: the event stream is silent, and flushed when it is gone', async () => {
      await open('#race?messages=1&every=500&poll=200');
      await press('Proxy buffers');
      await page.getByRole('button', { name: 'Proxy buffers', pressed: true }).waitFor();
      const held = (await headOf(page)) + 3;
      for (const lane of ['short-polling', 'long-polling', 'websocket']) await hasReached(page, lane, held);
      expect(Number((await laneOf(page, 'sse'))['position'])).toBeLessThan(held);
      await press('Proxy buffers');
      await nothingIsLost(page);
    });

    it('Six more tabs: streams as they would have them, of which the browser lets wait what is beyond its limit', async () => {
      await open(SILENT);
      await press('Six more tabs');
      await page.locator('.stage-band:not([hidden])').filter({ hasText: 'six more tabs' }).first().waitFor();
      // Long polling and the event stream have two of the six, until an answer gives one away.
      await press('Send a pair');
      await hasReached(page, 'websocket', 2);
      await hasReached(page, 'short-polling', 2);
      await press('Six more tabs');
      await page.getByRole('button', { name: 'Six more tabs', pressed: false }).waitFor();
      expect((await bandsOf()).map(([what]) => what)).toEqual(['other tabs']);
    });

    it('Send a pair: over each transport in its own way', async () => {
      await open(SILENT);
      for (const lane of LANES) {
        await page.locator('#race-send-over').selectOption(lane);
        await press('Send a pair');
      }
      await deliveredTo(page, 8);
      const { stored, marks } = await save(page);
      expect(new Set(stored.map(({ message }) => message.via))).toEqual(new Set(LANES));
      const publishes = marks.filter((mark) => mark.kind === 'exchange' && mark.purpose === 'publish');
      expect(publishes.map(({ lane }) => lane).sort()).toEqual(
        ['long-polling', 'short-polling', 'sse'].flatMap((lane) => [lane, lane]),
      );
      await nothingIsLost(page);
    });

    it('Let the bot talk: it does, and is silent again', async () => {
      await open(SILENT);
      await press('Let the bot talk');
      await deliveredTo(page, 1);
      await press('Let the bot talk');
      await page.getByRole('button', { name: 'Let the bot talk', pressed: false }).waitFor();
    });

    it('the sentence changes in place, and its settings stand in the address', async () => {
      await open('#race');
      await page.locator('[data-setting=messages]').selectOption({ label: 'one message' });
      await page.locator('[data-setting=pollIntervalMs]').selectOption({ label: '200 ms' });
      await raceIsOn(page);
      await deliveredTo(page, 1);
      expect((await save(page)).settings).toMatchObject({ messages: 1, pollIntervalMs: 200 });
      // What was stored before stays, a pair that was under way too: of pairs one of two distances would be short.
      const before = await headOf(page);
      for (const more of [1, 2, 3, 4]) await hasReached(page, 'websocket', before + more);
      const [first = 0, second = 0, third = 0] = (await save(page)).stored.slice(-3).map(({ at }) => at);
      expect(Math.min(second - first, third - second)).toBeGreaterThan(1000);
      await eventually(() => page.url()).toMatch(/#race\?.*messages=1/);
      await page.reload();
      await raceIsOn(page);
      expect((await save(page)).settings).toMatchObject({ messages: 1, pollIntervalMs: 200 });
    });

    it('pauses, goes on, and steps from event to event, by buttons and by keys', async () => {
      await open(LIVELY);
      await deliveredTo(page, 2);
      await press('Pause');
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      const shown = async () => Number(await page.locator('[data-stage]').getAttribute('data-shown'));
      await eventually(shown).toBeGreaterThan(0);
      const paused = await shown();
      await press('Step back');
      await eventually(shown).toBeLessThan(paused);
      const before = await shown();
      await page.locator('#race-caption').click();
      await page.keyboard.press('ArrowLeft');
      await eventually(shown).toBeLessThan(before);
      await page.keyboard.press('ArrowRight');
      await eventually(shown).toBe(before);
      await page.keyboard.press('3');
      await eventually(() => page.locator('[data-lane][data-selected]').getAttribute('data-lane')).toBe('sse');
      await page.locator('#race-caption').click();
      await page.keyboard.press(' ');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await press('Slow motion');
      await page.getByRole('button', { name: 'Slow motion', pressed: true }).waitFor();
    });

    it('shows the bytes of a poll, an event and a frame that are clicked', async () => {
      await open('#race?messages=1&every=1100');
      await deliveredTo(page, 2);
      await press('Pause');
      for (const [lane, words] of [
        ['short-polling', 'GET /v1/short-polling'],
        ['sse', 'data: {"seq"'],
        ['websocket', 'Message'],
      ] as const) {
        const arrival = page.locator(`.stage-arrival[data-of=${lane}]:not([hidden])`).first();
        const box = await arrival.boundingBox();
        if (box === null) throw new Error(`no arrival on ${lane}`);
        await page.mouse.click(box.x + box.width / 2, box.y - 6);
        await page.locator('#race-bytes').filter({ hasText: words }).waitFor();
      }
      await page.locator('#race-bytes .frame-view').waitFor();
    });

    it('tells each of the five stories, with its own settings', async () => {
      await open('#race');
      for (const { title, id, settings } of STORIES) {
        await press(title);
        await page.getByRole('button', { name: title, pressed: true }).waitFor();
        // Where six more streams have all connections, the lanes that are held wait for one.
        if (id !== 'tabs') await raceIsOn(page);
        for (const lane of ['short-polling', 'websocket']) {
          await eventually(async () => (await laneOf(page, lane))['state'], lane).toBe('open');
        }
        await page.locator('[data-caption]').filter({ hasText: /\S/ }).waitFor();
        expect((await save(page)).settings).toMatchObject({ story: id, everyMs: settings.everyMs });
        await eventually(() => page.url()).toContain(`story=${id}`);
      }
    });
  });
});
