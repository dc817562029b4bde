// The docs page as a reader has it: opened from a file, in a real browser.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, startBrowser } from '../../client/testing/chromium.ts';
import type { Run } from '../run/run-file.ts';
import { modelRun } from '../testing/model-run.ts';
import { sampleCosts } from '../testing/sample-costs.ts';
import { answeringFirst, byQuestion } from './answer.ts';
import { charts, scenarioCharts } from './charts.ts';
import { buildDocsPage } from './docs-page.ts';
import { type RunDataOptions, runDataScript } from './run-data.ts';

const newest = modelRun();
const slower = modelRun({ id: 'slower', startedAt: '2026-02-01T08:00:00.000Z', slowness: 1.5, seed: 7 });
const again = modelRun({ id: 'again', startedAt: '2026-01-01T08:00:00.000Z', seed: 8 });

describe('the page', () => {
  it('is classic scripts and a style sheet of its own, so that it works from a file and under a strict policy', async () => {
    const files = await buildDocsPage();
    const html = files.get('index.html') ?? '';
    expect([...files.keys()]).toEqual(['index.html', 'style.css', 'charts.js']);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|type="module"|<style|\sstyle=|\son\w+=/);
    const script = files.get('charts.js') ?? '';
    expect(/\bimport\s*[({"']|\bexport\s*\{|\bfetch\(|\beval\(|new Function/.exec(script)?.[0]).toBeUndefined();
    // The licence of what is inside goes with it.
    expect(script.includes('Chart.js v4')).toBe(true);
  });

  it('gets its data as a script that assigns them', () => {
    const scope: { transportLabDocs?: { runs: { id: string }[]; diffs: { to: string }[]; alone: boolean } } = {};
    new Function('globalThis', runDataScript([newest, slower]))(scope);
    expect(scope.transportLabDocs?.runs.map(({ id }) => id)).toEqual([newest.id, 'slower']);
    expect(scope.transportLabDocs?.diffs.map(({ to }) => to)).toEqual([newest.id]);
    expect(scope.transportLabDocs?.alone).toBe(false);
  });
});

describe.skipIf(browserMissing !== null)(
  `the page in a browser${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let browser: Browser;
    let folder: string;
    const complaints: string[] = [];

    beforeAll(async () => {
      browser = await startBrowser();
      folder = mkdtempSync(join(tmpdir(), 'docs-page-'));
      for (const [name, text] of await buildDocsPage()) writeFileSync(join(folder, name), text);
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });
    afterEach(async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      expect(complaints.splice(0)).toEqual([]);
    });

    interface Opening extends RunDataOptions {
      readonly hash?: string;
      readonly browsing?: BrowserContextOptions;
    }

    async function open(runs: readonly Run[], { hash = '', browsing = {}, ...options }: Opening = {}): Promise<Page> {
      writeFileSync(join(folder, 'run-data.js'), runDataScript(runs, options));
      const context = await browser.newContext(browsing);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(pathToFileURL(join(folder, 'index.html')).href + hash);
      await page.locator('#results > section').first().waitFor();
      return page;
    }

    /** Whether the chart's picture has the colour, `#rrggbb`, somewhere. The types of the DOM are not the bench's. */
    function shows(page: Page, chart: string, colour: string): Promise<boolean> {
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
      return page.evaluate(`(() => {
        const canvas = document.querySelector('canvas[data-chart="${chart}"]');
        const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, copy.width, copy.height);
        for (let i = 0; i < data.length; i += 4) {
          if (data[i] === ${red} && data[i + 1] === ${green} && data[i + 2] === ${blue}) return true;
        }
        return false;
      })()`);
    }

    const answer = (page: Page) => page.locator('#answer').textContent();
    /** As the page has it: what is told of it from outside may come later. */
    const hashOf = (page: Page): Promise<string> => page.evaluate('location.hash');

    it('shows every chart of the run, with its finding, its numbers and what it shows in words', async () => {
      const page = await open([newest]);
      const views = byQuestion(newest.scenarios).flatMap((scenario) =>
        answeringFirst(scenario.name, scenarioCharts(newest, scenario)),
      );
      expect(new Set(views.map(({ id }) => id)).size).toBe(charts(newest).length - 1);
      await page.evaluate("for (const one of document.querySelectorAll('details.numbers')) one.open = true");
      // Drawn when it is unfolded, which is told a moment later.
      await expect
        .poll(() =>
          page
            .locator('.numbers canvas')
            .last()
            .evaluate((one) => Number(one.getAttribute('width'))),
        )
        .toBeGreaterThan(100);
      const drawn = await page
        .locator('#results canvas')
        .evaluateAll((all) => all.map((canvas) => [canvas.dataset['chart'], canvas.getAttribute('aria-label')]));
      expect(drawn).toEqual(views.map(({ id, alt }) => [id, alt]));
      expect(await page.locator('#results figcaption').allTextContents()).toEqual(views.map(({ title }) => title));
      for (const view of views) {
        const part =
          view.kind === 'lines'
            ? view.series[0]
            : view.kind === 'map'
              ? undefined
              : view.rows.find(({ lane }) => lane !== '');
        expect(await shows(page, view.id, part?.colour ?? ''), view.id).toBe(true);
      }
      expect(await page.locator('#headline').textContent()).toContain('short polling in');
      expect(await page.locator('h1').textContent()).toMatch(/^Take SSE; WebSocket if clients send often/);
      expect(await page.locator('#everywhere tbody tr').count()).toBe(3);
      expect(await page.locator('#overview table tbody tr').count()).toBeGreaterThan(5);
    });

    it('labels every field, and names every table', async () => {
      const page = await open([newest, slower], { hash: '#to=slower' });
      const nameless = await page.evaluate(`[
        ...[...document.querySelectorAll('input, select')].filter((one) => one.labels.length === 0 && !one.ariaLabel),
        ...[...document.querySelectorAll('table')].filter((one) => !one.caption?.textContent),
        ...[...document.querySelectorAll('.table')].filter((one) => one.tabIndex !== 0 || !one.ariaLabel),
      ].map((one) => one.outerHTML.slice(0, 80))`);
      expect(nameless).toEqual([]);
    });

    it('has a choice of run, which stands in the address and survives a reload', async () => {
      const page = await open([newest, slower, again]);
      expect(await page.locator('#run option').allTextContents()).toEqual([
        '2026-03-01 12:00 UTC, full, commit 0123456',
        '2026-02-01 08:00 UTC, full, commit 0123456',
        '2026-01-01 08:00 UTC, full, commit 0123456',
      ]);
      await page.locator('#run').selectOption('slower');
      expect(await hashOf(page)).toBe('#run=slower');
      const facts = page.locator('#facts dd');
      expect(await facts.last().textContent()).toBe('slower');
      await page.reload();
      expect(await page.locator('#facts dd').last().textContent()).toBe('slower');
      expect(await page.locator('#run').inputValue()).toBe('slower');
    });

    it('compares two runs, from the older to the newer', async () => {
      const page = await open([newest, slower, again]);
      expect(await page.locator('#diff').isVisible()).toBe(false);
      await page.locator('#to').selectOption('slower');
      await page.locator('#diff').waitFor();
      expect(await hashOf(page)).toBe(`#run=${newest.id}&to=slower&at=diff`);
      expect(await page.locator('#diff-what').textContent()).toMatch(/^From 2026-02-01 .* to 2026-03-01/);
      const verdicts = () => page.locator('#diff-tables td:last-child').allTextContents();
      expect(new Set(await verdicts())).toEqual(new Set(['better']));
      await page.locator('#diff-all').check();
      expect(new Set(await verdicts())).toContain('no detectable difference');
      expect(await page.locator('#diff-tables').textContent()).toMatch(/0\.6\d times \[0\.\d\d, 0\.\d\d\]/);
    });

    it('shows a comparison that is linked to', async () => {
      const page = await open([newest, slower, again], { hash: '#run=again&to=slower' });
      expect(await page.locator('#diff-what').textContent()).toMatch(/^From 2026-01-01 .* to 2026-02-01/);
      expect(new Set(await page.locator('#diff-tables td:last-child').allTextContents())).toContain('worse');
      await page.locator('#to').selectOption('');
      expect(await page.locator('#diff').isVisible()).toBe(false);
    });

    it('weighs anyone’s own situation', async () => {
      const page = await open([newest]);
      expect(await answer(page)).toBe('Take SSE: plain HTTP that reconnects by itself.');
      await page.locator('#rate').fill('2');
      await page.locator('#rate-unit').selectOption('3600');
      await page.locator('#bearable').fill('60');
      await page.locator('#bearable-unit').selectOption('1000');
      expect(await answer(page)).toBe('Take short polling: plain requests, nothing stays open.');
      await page.locator('#sends').fill('3');
      expect(await answer(page)).toBe('Take WebSocket: one connection for both directions.');
      await page.locator('#bearable').fill('0.01');
      expect(await answer(page)).toMatch(/^None: 95 % of the messages need at least 2\d\.\d ms\.$/);
    });

    it('predicts latency, requests, bytes and memory of all four there, and says what it does not know', async () => {
      const page = await open([newest], { hash: '#rate=1&clients=100&rtt=100&late=2000&poll=1000' });
      const cells = await page
        .locator('#options tbody tr')
        .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
      expect(cells.map(([name]) => name)).toEqual(['short polling, every 1 s', 'long polling', 'SSE', 'WebSocket']);
      expect(cells.map((row) => row[2])).toEqual([
        '1 s',
        expect.stringMatching(/^1\d\d ms$/),
        ...Array(2).fill(expect.stringMatching(/^5[01]\.\d ms$/)),
      ]);
      expect(cells.map((row) => row[3])).toEqual(['100', expect.stringMatching(/^9\d\.\d$/), '0', '0']);
      expect(cells.map((row) => row[5])).toEqual(Array(4).fill('not known'));
      expect(cells[3]?.[6]).toMatch(/^0\.7\d\d MB$/);
      expect(await page.locator('#decision-notes').textContent()).toContain('Server CPU is not known: ');
    });

    it('keeps the situation in the address, over a reload too', async () => {
      const page = await open([newest]);
      await page.locator('#clients').fill('25');
      await page.locator('#poll-interval').fill('30');
      expect(await hashOf(page)).toBe('#clients=25&poll=30000');
      await page.reload();
      expect(await page.locator('#clients').inputValue()).toBe('25');
      expect(await page.locator('#poll-interval').inputValue()).toBe('30');
      expect(await page.locator('#options').textContent()).toContain('short polling, every 30 s');
    });

    it('says what is wrong with a number, and keeps the last answer’s table', async () => {
      const page = await open([newest]);
      await page.locator('#clients').fill('');
      expect(await answer(page)).toContain('Give a number above 0');
      expect(await page.locator('#clients').getAttribute('aria-invalid')).toBe('true');
      await page.locator('#clients').fill('10');
      expect(await page.locator('#clients').getAttribute('aria-invalid')).toBe('false');
      expect(await answer(page)).toContain('Take ');
    });

    describe('the planner', () => {
      const rest = newest.scenarios.filter(({ name }) => name !== 'costs');
      const busy: Run = { ...newest, scenarios: [...rest, sampleCosts()] };
      const cellsOf = (page: Page) =>
        page
          .locator('#planned tbody tr')
          .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

      it('says what all users take, by the room of the calculator, and takes the reader’s prices', async () => {
        const page = await open([busy], { hash: '#rate=20&clients=500&poll=1000' });
        await page.locator('#users').fill('1000000');
        const [short, long, sse] = await cellsOf(page);
        expect(short?.slice(4, 7)).toEqual(['1,000,000', expect.any(String), '1,000,000']);
        const nodesIn = (row: typeof short) => Number(row?.[1]?.replace(/ .*|,|\*/g, ''));
        expect(nodesIn(long)).toBeGreaterThan(2 * nodesIn(sse));
        expect(sse).toHaveLength(8);
        await page.locator('#node-price').fill('10');
        const priced = await cellsOf(page);
        expect(Number(priced[2]?.[8]?.replaceAll(',', ''))).toBe(10 * nodesIn(sse));
        expect(await hashOf(page)).toBe('#rate=20&clients=500&poll=1000&node-price=10');
        await page.reload();
        expect((await cellsOf(page))[2]).toEqual(priced[2]);
        await page.locator('#rate').fill('10');
        expect((await cellsOf(page))[2]?.[1]).not.toBe(priced[2]?.[1]);
      });

      it('says what it does not know, and what it takes for granted', async () => {
        const page = await open([{ ...newest, scenarios: rest }]);
        expect((await cellsOf(page)).map((row) => row[1])).toEqual(Array(4).fill('not known'));
        expect(await page.locator('#assumptions').textContent()).toContain('npm run bench -- --scenarios costs');
        await page.locator('#users').fill('0');
        expect(await page.locator('#plan-problem').textContent()).toContain('whole number');
        expect(await page.locator('#users').getAttribute('aria-invalid')).toBe('true');
      });

      it('is there too where a run has no room full of clients to decide by', async () => {
        const page = await open([{ ...busy, scenarios: busy.scenarios.filter(({ name }) => name !== 'fanout') }]);
        expect(await page.locator('#decided').isVisible()).toBe(false);
        expect((await cellsOf(page)).map((row) => row[1])).not.toContain('not known');
      });

      it('marks what lies beyond the run’s measurements, and nothing is beyond a telephone’s edge', async () => {
        const page = await open([busy], {
          hash: '#rate=0.01&users=100000000',
          browsing: { viewport: { width: 360, height: 800 } },
        });
        expect(await page.locator('#planned').textContent()).toContain('*');
        expect(await page.locator('#plan-mark').textContent()).toContain('beyond what the run measured');
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      });
    });

    it('leads into a race of the same situation, which from a file is one of a lab that is to be started', async () => {
      const page = await open([newest], { hash: '#rate=2&rtt=80&poll=700' });
      expect(await page.locator('#to-race').getAttribute('href')).toBe(
        'http://127.0.0.1:8080/#race?story=chat&rtt=80&messages=1&gap=0&every=500&poll=700&hold=30&heartbeat=15',
      );
      expect(await page.locator('#to-race-note').textContent()).toContain('npm start');
      await page.locator('#round-trip').fill('900');
      expect(await page.locator('#to-race').getAttribute('href')).toContain('rtt=500');
      expect(await page.locator('#to-race-note').textContent()).toContain('500 ms at most');
    });

    it('hides a transport in all charts, and shows an axis as it is wanted', async () => {
      const page = await open([newest]);
      expect(await shows(page, 'latency', '#0072b2')).toBe(true);
      await page.locator('#transports input[value=sse]').uncheck();
      expect(await shows(page, 'latency', '#0072b2')).toBe(false);
      expect(await shows(page, 'last-receiver', '#0072b2')).toBe(false);
      await page.locator('#logarithmic').uncheck();
      expect(await hashOf(page)).toBe('#hide=sse&axis=linear');
      await page.reload();
      expect(await page.locator('#transports input[value=sse]').isChecked()).toBe(false);
      expect(await shows(page, 'latency', '#0072b2')).toBe(false);
    });

    it('leads to its parts without losing what was chosen', async () => {
      const page = await open([newest, slower], { hash: '#run=slower' });
      await page.locator('#parts a', { hasText: 'when the network breaks' }).click();
      expect(await hashOf(page)).toBe('#run=slower&at=recovery');
      const top = () => page.locator('section#recovery').evaluate((section) => section.getBoundingClientRect().top);
      await expect.poll(top).toBeLessThan(50);
      expect(await page.locator('#run').inputValue()).toBe('slower');
    });

    it('is as wide as a telephone, and dark where that is wanted', async () => {
      const narrow = await open([newest, slower], {
        hash: '#to=slower',
        browsing: { viewport: { width: 390, height: 800 }, colorScheme: 'dark' },
      });
      expect(await narrow.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await shows(narrow, 'latency', '#14171c')).toBe(true);
      expect(await shows(narrow, 'latency', '#ffffff')).toBe(false);
    });

    it.each([360, 390])('hides no column of a table, at %d pixels', async (width) => {
      const page = await open([newest, slower], { hash: '#to=slower', browsing: { viewport: { width, height: 800 } } });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      const beyond = await page.evaluate(`[...document.querySelectorAll('.table')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > ${width})
        .map((one) => one.ariaLabel + ' ' + one.scrollWidth)`);
      expect(beyond).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const first = page.locator('#overview-table tbody td').first();
      expect(await first.evaluate((one) => getComputedStyle(one, '::before').content)).toBe('"short polling"');
    });

    it('shows a run that lacks most scenarios', async () => {
      const poor = { ...newest, id: 'poor', scenarios: newest.scenarios.filter(({ name }) => name === 'idle') };
      const page = await open([poor, newest]);
      expect(await page.locator('#decided').isVisible()).toBe(false);
      expect(await page.locator('#undecided').textContent()).toContain('fanout');
      expect(await page.locator('#results canvas').count()).toBe(3);
      await page.locator('#run').selectOption(newest.id);
      expect(await page.locator('#decision').isVisible()).toBe(true);
    });

    it('offers no choice, no comparison and no link to what lies beside it, where it stands alone', async () => {
      const page = await open([newest], { alone: true });
      for (const part of ['#run-choice', '#to-choice', '#diff', 'header a[href]:not(#parts a)']) {
        expect(await page.locator(part).first().isVisible(), part).toBe(false);
      }
      expect(await page.locator('#transports').isVisible()).toBe(true);
    });
  },
);
