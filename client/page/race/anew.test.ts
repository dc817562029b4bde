// A race that begins anew, or can't begin, in a real browser: there is always something to see.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../../testing/chromium.ts';
import { deliveredTo, raceIsOn } from './testing/race-page.ts';

const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;

describe.skipIf(browserMissing !== null)(`a race that begins anew${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function open(
    config: Partial<typeof testConfig> = {},
    hash = '#race?messages=1&every=500&poll=200',
  ): Promise<Page> {
    const lab = await startLabServer({ ...testConfig, labControls: 'on', ...config });
    onTestFinished(() => lab.close());
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    onTestFinished(() => page.close());
    await page.goto(`${lab.url}/healthz`);
    await page.clock.install();
    await page.goto(`${lab.url}/${hash}`);
    return page;
  }

  async function openTalking(): Promise<Page> {
    const page = await open();
    await raceIsOn(page);
    await deliveredTo(page, 1);
    return page;
  }

  async function lookAtTheAnatomy(page: Page): Promise<void> {
    await page.locator('.views a[href="#anatomy"]').click();
    await page.locator('#anatomy:not([hidden])').waitFor();
  }

  const back = (page: Page) => page.locator('.views a[href="#race"]').click();

  it('after it was paused and its port given back: the new one is not paused', async () => {
    const page = await openTalking();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await lookAtTheAnatomy(page);
    await page.clock.fastForward(60_000);
    await page.locator('#race-frames iframe').waitFor({ state: 'detached' });
    await back(page);
    await raceIsOn(page);
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await deliveredTo(page, 1);
  });

  it('after the page was loaded anew in the other view', async () => {
    const page = await openTalking();
    await lookAtTheAnatomy(page);
    await page.reload();
    await page.locator('#anatomy:not([hidden])').waitFor();
    await back(page);
    await raceIsOn(page);
    await deliveredTo(page, 1);
  });

  it('where another story is chosen while it is paused', async () => {
    const page = await openTalking();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Stock ticker' }).click();
    await raceIsOn(page);
    await deliveredTo(page, 1);
  });

  it('in a story that had made it silent: the story begins anew, and so does its network', async () => {
    const page = await open({}, '#race?story=train&poll=200');
    await raceIsOn(page);
    const silence = (pressed: boolean) => page.getByRole('button', { name: 'Silence', exact: true, pressed });
    await silence(false).waitFor();
    await page.clock.fastForward(10_000);
    await silence(true).waitFor();
    await lookAtTheAnatomy(page);
    await page.clock.fastForward(60_000);
    await page.locator('#race-frames iframe').waitFor({ state: 'detached' });
    await back(page);
    await raceIsOn(page);
    await silence(false).waitFor();
    await deliveredTo(page, 1);
  });

  it('where the server has no races: the four share the chat’s room, and the page says why', async () => {
    const page = await open({ maxRaces: 0 });
    await page.locator('[data-stage][data-state=direct]').waitFor();
    await page.locator('#race-notice').filter({ hasText: '--max-races is 0' }).waitFor();
  });
});
