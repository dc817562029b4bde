// A race from its beginning to its end, in a real browser: beside others, under a server that dies, out of sight, where
// there is no room for it, and where the lab's controls are off.
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';
import { BEGIN_MS } from './race-run.ts';
import type { ExchangeMark } from './record.ts';
import {
  deliveredTo,
  LANES,
  laneOf,
  nothingIsLost,
  raceIsOn,
  type SavedRace,
  save,
  savedLane,
} from './testing/race-page.ts';

const LIVELY = '#race?messages=1&every=500&poll=200';
const SILENT = '#race?messages=0&poll=200';

/** By the clients' own clock, from sending a request until its answer is complete; of those sent since a moment. */
function mostInFlight({ marks }: SavedRace, since = 0, counts: (mark: ExchangeMark) => boolean = () => true): number {
  const exchanges = marks.filter((mark) => mark.kind === 'exchange').filter(counts);
  const during = (at: number) => exchanges.filter((one) => one.at <= at && (one.doneAt === null || one.doneAt > at));
  return Math.max(...exchanges.filter(({ at }) => at > since).map(({ at }) => during(at).length));
}

/** Sent without credentials, so that it has connections of its own. */
const isHeld = ({ purpose, target }: ExchangeMark) => purpose === 'stream' || target.startsWith('/v1/long-polling');

const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;

describe.skipIf(browserMissing !== null)(`the life of a race${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function start(config: Partial<typeof testConfig> = {}): Promise<LabServer> {
    const lab = await startLabServer({ ...testConfig, labControls: 'on', ...config });
    onTestFinished(() => lab.close());
    return lab;
  }

  async function open(lab: LabServer, hash: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${lab.url}/${hash}`);
    return page;
  }

  /** What the page asks of its race from now on, as it does. */
  function racesAsked(page: Page): readonly string[] {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/lab/races')) asked.push(`${request.method()} ${request.postData() ?? ''}`);
    });
    return asked;
  }

  /** As the browser would, where another tab is looked at. */
  const hide = (page: Page, hidden: boolean) =>
    page.evaluate((now) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: now });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);

  it('touches neither the room nor the network of somebody else’s race', async () => {
    const lab = await start();
    const [ann, ben] = [await open(lab, LIVELY), await open(lab, SILENT)];
    await Promise.all([raceIsOn(ann), raceIsOn(ben)]);
    await ben.getByRole('button', { name: 'Offline' }).click();
    await eventually(async () => (await laneOf(ben, 'websocket'))['state']).not.toBe('open');
    await deliveredTo(ann, 3);
    const [anns, bens] = [await save(ann), await save(ben)];
    expect(bens.stored).toEqual([]);
    expect(anns.bands).toEqual([]);
    expect(anns.lanes.map(({ reconnects }) => reconnects)).toEqual(LANES.map(() => 0));
  });

  it('says so when the server dies under it, and begins anew when it is back', async () => {
    const first = await startLabServer({ ...testConfig, labControls: 'on' });
    const page = await open(first, LIVELY);
    await raceIsOn(page);
    await deliveredTo(page, 1);
    const port = Number(new URL(first.url).port);
    await first.close();
    await page.locator('#race-notice').filter({ hasText: 'can’t be reached' }).waitFor();
    await start({ port });
    await raceIsOn(page);
    await deliveredTo(page, 1);
    expect((await save(page)).stored[0]?.message.seq).toBe(1);
    await eventually(() => page.locator('#race-notice').isHidden()).toBe(true);
  });

  it('gives up a race whose frame does not load, gives its port back, and begins another', async () => {
    const lab = await start();
    const page = await open(lab, 'healthz');
    await page.clock.install();
    let frames = 0;
    await page.route('**/race-frame.html', (route) => {
      frames += 1;
      // The first is never answered.
      return frames === 1 ? undefined : route.continue();
    });
    const asked = racesAsked(page);
    await page.goto(`${lab.url}/${SILENT}`);
    await eventually(() => frames).toBe(1);
    expect(asked).toEqual(['POST ']);
    await page.clock.fastForward(BEGIN_MS);
    await page.locator('#race-notice').filter({ hasText: 'does not answer in time' }).waitFor();
    await eventually(() => asked).toEqual(['POST ', 'DELETE ']);
    await raceIsOn(page);
    expect(frames).toBe(2);
    await page.clock.fastForward(BEGIN_MS);
    expect(await page.locator('[data-stage]').getAttribute('data-state')).toBe('on');
  });

  it('rests while nobody looks: the bot is silent at once, and after a minute its port is given back', async () => {
    const lab = await start();
    const page = await open(lab, 'healthz');
    await page.clock.install();
    await page.goto(`${lab.url}/${LIVELY}`);
    await raceIsOn(page);
    await deliveredTo(page, 1);
    const asked = racesAsked(page);
    // The page's clock goes on by itself too, until it is stopped.
    const now = () => page.evaluate(() => Date.now());
    const shownUntil = await now();
    await hide(page, true);
    const hiddenSince = await now();
    await eventually(() => asked).toEqual([expect.stringContaining('"messages":0')]);
    await page.clock.pauseAt(shownUntil + 59_000);
    expect(asked).toHaveLength(1);
    await page.clock.fastForward(hiddenSince - shownUntil + 1000);
    await eventually(() => asked.at(-1)).toBe('DELETE ');
    await eventually(() => page.locator('#race-frames iframe').count()).toBe(0);
    await page.clock.resume();
    await hide(page, false);
    await raceIsOn(page);
    await deliveredTo(page, 1);
  });

  it('ends out of sight and back without a loss where it was not for long', async () => {
    const page = await open(await start(), LIVELY);
    await raceIsOn(page);
    await deliveredTo(page, 1);
    await page.locator('.views a[href="#anatomy"]').click();
    await page.locator('#anatomy:not([hidden])').waitFor();
    await page.locator('.views a[href="#race"]').click();
    await nothingIsLost(page);
    const before = Number((await laneOf(page, 'sse'))['delivered']);
    await deliveredTo(page, before + 1);
  });

  it('says that there is no room for it, and begins as soon as there is', async () => {
    const lab = await start({ maxRaces: 1 });
    const first = await open(lab, SILENT);
    await raceIsOn(first);
    const second = await open(lab, SILENT);
    await second.locator('#race-notice').filter({ hasText: '--max-races' }).waitFor();
    await first.clock.install();
    await hide(first, true);
    await first.close();
    await raceIsOn(second);
  });

  it('runs in eight tabs of one browser at once', async () => {
    const lab = await start();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const pages = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
    await Promise.all(pages.map((page) => page.goto(`${lab.url}/#race?messages=1&every=2300`)));
    for (const page of pages) {
      await deliveredTo(page, 1);
      for (const lane of LANES) expect(await laneOf(page, lane)).toMatchObject({ missing: '0', duplicated: '0' });
    }
  });

  it('has at most three requests in flight on its port while it is quiet, and none waits', async () => {
    const page = await open(await start(), SILENT);
    await raceIsOn(page);
    await eventually(async () => Number((await laneOf(page, 'short-polling'))['requests'])).toBeGreaterThan(5);
    expect(mostInFlight(await save(page))).toBeLessThanOrEqual(3);
    for (const [index, lane] of LANES.entries()) {
      await page.locator('#race-send-over').selectOption(lane);
      await page.getByRole('button', { name: 'Send a pair' }).click();
      await deliveredTo(page, 2 * index + 2);
    }
    expect(mostInFlight(await save(page))).toBeLessThanOrEqual(6);
  });

  it('has no request of all four wait where they send in the same instant: at most six in flight, and a join at first', async () => {
    const page = await open(await start(), `${SILENT}&rtt=300`);
    await raceIsOn(page);
    const sendAll = () =>
      page.evaluate((lanes) => {
        const over = document.querySelector<HTMLSelectElement>('#race-send-over');
        const button = document.querySelector<HTMLButtonElement>('#race-send');
        if (over === null || button === null) throw new Error('the page has no button to send');
        for (const lane of lanes) {
          over.value = lane;
          button.click();
        }
      }, LANES);
    await sendAll();
    await deliveredTo(page, 8);
    const first = await save(page);
    // Each asks who it is, once: a WebSocket needs no other request to send.
    expect(mostInFlight(first)).toBeLessThanOrEqual(7);
    const since = Math.max(...first.marks.map(({ at }) => at));
    await sendAll();
    await deliveredTo(page, 16);
    const both = await save(page);
    expect(mostInFlight(both, since)).toBeLessThanOrEqual(6);
    // What is held, and all else, have six connections each.
    for (const held of [true, false]) expect(mostInFlight(both, 0, (mark) => isHeld(mark) === held)).toBeLessThan(6);
    expect(both.marks.filter(({ kind }) => kind === 'outage')).toEqual([]);
  });

  it('shares the chat’s room where the lab’s controls are off: nothing is sent unasked, and what is not known is open', async () => {
    const lab = await start({ labControls: 'off' });
    const page = await open(lab, '#race?poll=200');
    await page.locator('[data-stage][data-state=direct]').waitFor();
    for (const lane of LANES) await eventually(async () => (await laneOf(page, lane))['state'], lane).toBe('open');
    await page.locator('#race-notice').filter({ hasText: 'controls are off' }).waitFor();
    for (const name of ['Cut once', 'Silence', 'Offline', 'Let the bot talk']) {
      expect(await page.getByRole('button', { name }).isDisabled(), name).toBe(true);
    }
    await eventually(async () => Number((await laneOf(page, 'short-polling'))['requests'])).toBeGreaterThan(3);
    expect((await save(page)).stored).toEqual([]);
    await page.getByRole('button', { name: 'Send a pair' }).click();
    await deliveredTo(page, 2);
    const race = await save(page);
    for (const lane of LANES) {
      expect(await laneOf(page, lane), lane).toMatchObject({ missing: '0', duplicated: '0' });
      expect(savedLane(race, lane)).toMatchObject({ bytesUp: 0, bytesDown: 0 });
    }
    const exchanges = race.marks.filter((mark) => mark.kind === 'exchange');
    expect(new Set(exchanges.map(({ reachedAt }) => reachedAt))).toEqual(new Set([null]));
  });

  it('loads less than 150 kB, compressed, and nothing from elsewhere', async () => {
    const lab = await start();
    const context = await browser.newContext({ viewport: { width: 1440, height: 2400 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const answers: Promise<{ readonly url: string; readonly bytes: number }>[] = [];
    page.on('response', (response) => {
      if (!/\.(?:js|css|svg|html)$|\/$/.test(new URL(response.url()).pathname)) return;
      const read = async () => ({ url: response.url(), bytes: gzipSync(await response.body()).length });
      answers.push(read());
    });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    await page.goto(lab.url);
    await raceIsOn(page);
    await page.locator('[data-race-code]:not([hidden])').waitFor();
    const own = (await Promise.all(answers)).filter(({ url }) => url.startsWith(`${lab.url}/`));
    expect(own.length).toBeGreaterThan(4);
    expect(own.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(150_000);
    expect([...hosts]).toEqual(['127.0.0.1']);
  });

  it('does not glide where motion is not wanted: the picture stands, and jumps every two seconds', async () => {
    const lab = await start();
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 1000 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${lab.url}/${SILENT}`);
    await raceIsOn(page);
    const ticks = () =>
      page.evaluate(async () => {
        const seen = new Set<string>();
        const until = performance.now() + 2500;
        while (performance.now() < until) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const tick = document.querySelector<HTMLElement>('.stage-tick:not([hidden])');
          seen.add(`${tick?.textContent} ${tick?.style.transform}`);
        }
        return seen.size;
      });
    expect(await ticks()).toBeLessThanOrEqual(3);
  });
});
