// From the documentation's calculator into a race of the lab that serves it, and back, in a real browser.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser } from '../../testing/chromium.ts';
import { raceIsOn, save } from './testing/race-page.ts';

describe.skipIf(browserMissing !== null)(
  `the way to the race and back${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let browser: Browser;
    let lab: LabServer;

    beforeAll(async () => {
      [browser, lab] = await Promise.all([startBrowser(), startLabServer({ ...testConfig, labControls: 'on' })]);
    });
    afterAll(async () => {
      await browser.close();
      await lab.close();
    });

    it('keeps the situation', async () => {
      const page = await browser.newPage();
      await page.goto(`${lab.url}/docs/index.html#rate=4&rtt=80&poll=700&hold=20`);
      await page.getByRole('link', { name: 'Take this into the race' }).click();
      await raceIsOn(page);
      expect((await save(page)).settings).toMatchObject({
        ...{ roundTripMs: 80, pollIntervalMs: 700, waitSeconds: 20 },
        ...{ messages: 1, gapMs: 0, everyMs: 250 },
      });
      await page.getByRole('link', { name: 'Which one to take here?' }).click();
      await page.locator('#planned table').waitFor();
      const values = ['#rate', '#round-trip', '#poll-interval', '#hold'].map((id) => page.locator(id).inputValue());
      expect(await Promise.all(values)).toEqual(['4', '80', '700', '20']);
      await page.close();
    });
  },
);
