// The race in a real browser, by what anybody can read of it: the elements' `data-…`, the race saved as JSON, and what
// went over the network. Orders and lower bounds decide, never how long something took.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser, visit } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';
import { deliveredTo, LANES, laneOf, pollsOf, raceIsOn, type SavedRace, save, savedLane } from './testing/race-page.ts';

const ROUND_TRIP_MS = 100;
const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;

describe.skipIf(browserMissing !== null)(`the race${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  describe.each(['ws', 'by-hand'] as const)('over the engine %s', (websocketEngine) => {
    let lab: LabServer;

    beforeAll(async () => {
      lab = await startLabServer({ ...testConfig, labControls: 'on', websocketEngine });
    });
    afterAll(() => lab.close());

    it('is what / opens: without a click the four race, and the second of a pair finds long polling not asking', async () => {
      const { page, complaints } = await visit(browser, 'about:blank');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const cancelled: string[] = [];
      page.on('requestfailed', (request) => cancelled.push(`${request.url()}: ${request.failure()?.errorText}`));
      await page.goto(lab.url);
      await page.locator('[data-stage][data-state=on]').waitFor();
      await deliveredTo(page, 6);
      // Where the machine is busy, both of a pair may be stored before the first is told of: then another pair tells.
      const carrying = (race: SavedRace, seq: number) =>
        pollsOf(race, 'long-polling').findIndex(({ seqs }) => seqs.includes(seq));
      const cameApart = (race: SavedRace) =>
        [1, 3, 5, 7, 9].filter(
          (first) => carrying(race, first) >= 0 && carrying(race, first + 1) > carrying(race, first),
        );
      let race = await save(page);
      for (const pair of [4, 5]) {
        if (cameApart(race).length > 0) break;
        await deliveredTo(page, 2 * pair);
        race = await save(page);
      }
      expect(cameApart(race).length).toBeGreaterThan(0);
      // What was answered and read is no failure in the browser's network panel either.
      expect(cancelled).toEqual([]);
      expect(await page.locator('[data-stage]').getAttribute('data-round-trip-ms')).toBe(String(ROUND_TRIP_MS));
      expect(await page.locator('[data-caption]').textContent()).not.toBe('');
      for (const name of LANES) {
        expect(await laneOf(page, name), name).toMatchObject({ state: 'open', missing: '0', duplicated: '0' });
        const { deliveries, delivered, missing, duplicated } = savedLane(race, name);
        expect({ delivered, missing, duplicated }).toEqual({ delivered: deliveries.length, missing: 0, duplicated: 0 });
        for (const { latencyMs } of deliveries) expect(latencyMs, name).toBeGreaterThanOrEqual(ROUND_TRIP_MS / 2);
      }
      // The pair's second message came with another answer, and its question was sent when the first answer was here.
      const polls = pollsOf(race, 'long-polling');
      const storedAt = (seq: number) => race.stored.find(({ message }) => message.seq === seq)?.at ?? Number.NaN;
      for (const first of [1, 3]) {
        const wasHeld = storedAt(first) - (polls[carrying(race, first)]?.at ?? Number.NaN) > 1000;
        if (wasHeld && storedAt(first + 1) - storedAt(first) > 10) expect(cameApart(race)).toContain(first);
      }
      for (const first of cameApart(race)) {
        const [before, after] = [polls[carrying(race, first)], polls[carrying(race, first + 1)]];
        expect(after?.at).toBeGreaterThanOrEqual(before?.headAt ?? Number.POSITIVE_INFINITY);
      }
      // The browser's own word for it: these, and no others, were asked, in this order.
      const told = asked.filter((url) => url.includes('/v1/long-polling?'));
      expect(told.map((url) => url.slice(url.indexOf('/v1/'))).slice(0, polls.length)).toEqual(
        polls.map(({ target }) => target),
      );
      for (const { seq, arrivedAt } of savedLane(race, 'short-polling').deliveries) {
        const poll = pollsOf(race, 'short-polling').find(({ seqs }) => seqs.includes(seq));
        expect(poll).toMatchObject({ status: 200 });
        expect(poll?.headAt).toBeLessThanOrEqual(arrivedAt);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('says of each lane in its data-… what the race saved as JSON says of it', async () => {
      const { page } = await visit(browser, `${lab.url}/#race?messages=0&poll=200`);
      await raceIsOn(page);
      expect(await page.locator('[data-caption]').textContent()).toMatch(/\S/);
      await page.getByRole('button', { name: 'Send a pair' }).click();
      await deliveredTo(page, 2);
      await page.getByRole('button', { name: 'Cut once' }).click();
      for (const name of ['sse', 'websocket']) {
        await eventually(async () => (await laneOf(page, name))['reconnects'], name).toBe('1');
      }
      await raceIsOn(page);
      const race = await save(page);
      for (const name of LANES) {
        const lane = savedLane(race, name);
        expect(lane.last?.latencyMs, name).toBeGreaterThan(0);
        await eventually(() => laneOf(page, name), name).toMatchObject({
          state: lane.state,
          delivered: String(lane.delivered),
          position: String(lane.position),
          missing: String(lane.missing),
          duplicated: String(lane.duplicated),
          lastLatencyMs: lane.last?.latencyMs?.toFixed(1),
        });
        await eventually(async () => Number((await laneOf(page, name))['requests']), name).toBeGreaterThanOrEqual(
          lane.requests,
        );
      }
      await page.locator('#race-rtt').fill('200');
      await page.locator('[data-stage][data-round-trip-ms="200"]').waitFor();
      await page.context().close();
    });
  });
});
