// What stands beside the stage, in a real browser: of the moment that is shown, and on a phone too.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';
import { deliveredTo, laneOf } from './testing/race-page.ts';

const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;

describe.skipIf(browserMissing !== null)(`beside the stage${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function open(width: number) {
    const lab = await startLabServer({ ...testConfig, labControls: 'on' });
    onTestFinished(() => lab.close());
    const page = await browser.newPage({ viewport: { width, height: 844 } });
    onTestFinished(() => page.close());
    await page.goto(`${lab.url}/#race?messages=1&every=500&poll=200`);
    await deliveredTo(page, 2);
    return page;
  }

  it('counters go back with the picture; what is of now says so', async () => {
    const page = await open(1440);
    const then = page.locator('.race-then');
    expect(await then.isVisible()).toBe(false);
    const received = async () =>
      Number(await page.locator('[data-lane=websocket] [data-counter=delivered] dd').textContent());
    await page.getByRole('button', { name: 'Step back' }).click();
    await then.waitFor();
    // To the first event of all: the first message is in the room, and nobody has it.
    await page.locator('#race-back').evaluate((button) => {
      for (let step = 0; step < 200; step += 1) (button as HTMLButtonElement).click();
    });
    await eventually(received).toBe(0);
    // Scripts read what is now.
    expect(Number((await laneOf(page, 'websocket'))['delivered'])).toBeGreaterThanOrEqual(2);
    await page.getByRole('button', { name: 'Go on' }).click();
    await then.waitFor({ state: 'hidden' });
    await eventually(received).toBeGreaterThanOrEqual(2);
  });

  it('the pointer says where there is something to click', async () => {
    const page = await open(1440);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const arrival = page.locator('.stage-arrival[data-of=sse]:not([hidden])').first();
    await arrival.waitFor();
    const label = await arrival.boundingBox();
    const box = await page.locator('#race-canvas').boundingBox();
    if (label === null || box === null) throw new Error('nothing to point at');
    const cursor = () => page.locator('#race-canvas').evaluate((canvas) => getComputedStyle(canvas).cursor);
    await page.mouse.move(label.x + label.width / 2, label.y + label.height / 2);
    await eventually(() => cursor()).toBe('pointer');
    await page.mouse.move(box.x + box.width - 5, box.y + 5);
    await eventually(() => cursor()).not.toBe('pointer');
  });

  it('on a phone the sentence of the lane that is tapped stands below the stage', async () => {
    const page = await open(390);
    const below = page.locator('#race-lane-below');
    await below.filter({ hasText: 'Tap a lane' }).waitFor();
    const lane = await page.locator('[data-lane=long-polling]').boundingBox();
    if (lane === null) throw new Error('there is no such lane');
    // Right of now, where nothing is drawn.
    await page.mouse.click(lane.x + lane.width - 8, lane.y + lane.height / 2);
    await below.filter({ hasText: /^Long polling: ./ }).waitFor();
  });
});
