// What stands beside the stage, in a real browser: the bet and its truth, the charts with their tables, and the code.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type LabServer, startLabServer } from '../../../server/lab-server.ts';
import { testConfig } from '../../../server/testing/config.ts';
import { browserMissing, startBrowser, visit } from '../../testing/chromium.ts';
import { eventually } from '../../testing/lab.ts';
import { transports } from '../../transports/index.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skipped = browserMissing === null ? '' : ` (skipped: ${browserMissing})`;
/** Long bursts, so that a bet is told soon. */
const QUICK = '/#race?messages=10&gap=20&every=1300';

describe.skipIf(browserMissing !== null)(`beside the race’s stage${skipped}`, () => {
  let lab: LabServer;
  let browser: Browser;

  beforeAll(async () => {
    lab = await startLabServer({ ...testConfig, labControls: 'on' });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  async function race(path: string): Promise<{ page: Page; complaints: readonly string[] }> {
    const visitor = await visit(browser, lab.url + path);
    await visitor.page.locator('[data-stage][data-state=on]').waitFor();
    return visitor;
  }

  it('a bet is placed by keyboard, stands in the address, and is told beside formula and measurement', async () => {
    const { page, complaints } = await race(QUICK);
    const chip = page.getByRole('slider', { name: 'Long polling: mean latency' });
    await chip.focus();
    const before = await chip.inputValue();
    await page.keyboard.press('ArrowLeft');
    expect(Number(await chip.inputValue())).toBe(Number(before) - 1);
    await eventually(() => chip.getAttribute('aria-valuetext')).toBe('180 ms');
    await page.locator('.bet-most').selectOption('long-polling');
    await page.getByRole('button', { name: 'Place the bet' }).press('Enter');
    await eventually(() => page.url()).toContain('bet=200_180_200_200_long-polling');
    await page.locator('[data-bet=told]').waitFor({ timeout: 40_000 });
    for (const { name } of transports) {
      const row = page.locator(`.bet-row[data-transport=${name}]`);
      await eventually(() => row.locator('.bet-truth').textContent()).toMatch(
        /you said (200|180) ms, (and )?it was \d/,
      );
      for (const sign of ['said', 'formula', 'measured', 'spread']) {
        expect(await row.locator(`.bet-${sign}`).isVisible(), `${name}: ${sign}`).toBe(true);
      }
      await row.locator('.bet-why summary').click();
      await eventually(() => row.locator('.bet-because').innerText()).toContain('half the round trip, 50 ms');
    }
    await eventually(() => page.locator('.bet-verdicts').innerText()).toMatch(
      /^Slowest on average: .*\n+Most requests: /,
    );
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run(".race-bet")')) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
    await page.getByRole('button', { name: 'Bet again' }).click();
    await eventually(() => page.getByRole('button', { name: 'Place the bet' }).isEnabled()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('a bet that the address brings is on the ruler', async () => {
    const { page } = await race(`${QUICK}&bet=500_90_56_50_sse`);
    await page.getByText('The address brought this bet along').waitFor();
    await eventually(() => page.locator('.bet-value').allTextContents()).toEqual(['500 ms', '89 ms', '56 ms', '50 ms']);
    await eventually(() => page.locator('.bet-most').inputValue()).toBe('sse');
    await page.context().close();
  });

  it('each chart is drawn, has a sentence for its title, and its figures as a table', async () => {
    const { page, complaints } = await race(QUICK);
    for (const [name, title] of [
      ['latency', /\d ms on average\./],
      ['requests', /has asked \d+ times/],
      ['bytes', /has moved .* as much as/],
    ] as const) {
      const chart = page.locator(`[data-chart=${name}]`);
      await chart.scrollIntoViewIfNeeded();
      await expect.poll(() => chart.locator('.race-chart-title').textContent(), { timeout: 20_000 }).toMatch(title);
      const inked = () =>
        chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
          const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return new Set(pixels).size;
        });
      await expect.poll(inked, { timeout: 20_000 }).toBeGreaterThan(8);
      await chart.locator('summary').click();
      const rows = () => chart.locator('tbody th').allTextContents();
      await eventually(rows).toEqual(transports.map(({ label }) => label));
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('where the lab’s controls are off nobody bets, and no formula is held against your own network', async () => {
    const off = await startLabServer({ ...testConfig, labControls: 'off' });
    onTestFinished(() => off.close());
    const { page, complaints } = await visit(browser, `${off.url}/#race`);
    const note = page.locator('[data-chart=latency] .race-chart-note');
    await note.filter({ hasText: 'the network is your own' }).waitFor();
    await eventually(() => page.locator('.race-bet').isHidden()).toBe(true);
    await eventually(() => page.locator('[data-chart=bytes] .race-chart-title').textContent()).toContain(
      'here it does not',
    );
    // A 404 for the race that was asked for is the browser's to report.
    expect(complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
    await page.context().close();
  });

  it('a lane’s button shows its code, with the race’s own port, to be copied', async () => {
    const { page } = await race('/#race');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const frame = await page.locator('#race-frames iframe').getAttribute('src');
    const { origin } = new URL(frame ?? '');
    await page.getByRole('button', { name: 'Code of Server-Sent Events' }).click();
    const code = page.locator('.code-lane[data-transport=sse]');
    await code
      .locator('[data-code=curl]')
      .filter({ hasText: `${origin}/v1/sse` })
      .waitFor();
    await page.getByRole('button', { name: 'Copy Server-Sent Events as curl' }).click();
    await page.getByText('Server-Sent Events is copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`curl -sN '${origin}/v1/sse`);
    await page.context().close();
  });
});
