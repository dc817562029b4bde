// The report as one file: its text, and the same opened in a real browser from a folder that holds nothing else.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserMissing, startBrowser } from '../../client/testing/chromium.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { buildDocsPage } from './docs-page.ts';
import { type ReportPage, reportHtml } from './html.ts';

const HTML = `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="style.css">
    <script src="run-data.js" defer></script>
    <script src="charts.js" defer></script>
  </head>
  <body>
    <p id="result"></p>
    <noscript><a href="results.html">results.html</a></noscript>
  </body>
</html>
`;
/** Shows what it was given: the data, and what could be taken for the end of a script, or a comment, in itself. */
const SCRIPT = `const texts = ['</script>', '<!--', \`</SCRIPT >\`, /<\\/script>/.source];
const [run] = globalThis.transportLabDocs.runs;
document.getElementById('result').textContent = [run.warnings[0], ...texts].join('|');
`;
const page: ReportPage = { html: HTML, css: 'p { color: rgb(1, 2, 3) } /* </style> */', script: SCRIPT };
const HOSTILE = 'A <!-- <script> </script> <b>&amp;</b> \u2028 warning';

function hostileRun() {
  return { ...sampleRun(), warnings: [HOSTILE] };
}

describe('report.html', () => {
  const text = reportHtml(hostileRun(), page);

  it('has everything inside, and refers to nothing else', () => {
    expect(text).not.toMatch(/<script[^>]+src|<link[^>]+stylesheet/);
    expect(text.match(/<script>/g)).toHaveLength(2);
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    expect(text.match(/<\/style>/g)).toHaveLength(1);
    expect(text).not.toContain('<!--');
    expect(text).toContain('<noscript><a href="summary.md">summary.md</a></noscript>');
  });

  it('allows its own scripts and style by their hashes, and nothing else', () => {
    const policy = /content="([^"]*)"/.exec(text)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src [^;]+; style-src [^;]+; img-src data:; base-uri 'none'; form-action 'none'$/,
    );
    const parts = [...text.matchAll(/<(?:script|style)>([\s\S]*?)<\/(?:script|style)>/g)].map(([, part = '']) => part);
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(part).digest('base64')}'`);
    }
    expect(policy).not.toContain('unsafe');
    // What comes before it, it would not hold for.
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'));
  });

  it.each(['<link rel="stylesheet" href="style.css">', '<script src="run-data.js" defer></script>', '</body>'])(
    'is refused where the page lacks %s',
    (tag) => {
      expect(() => reportHtml(sampleRun(), { ...page, html: HTML.replace(tag, '') })).toThrow(/exactly once/);
      expect(() => reportHtml(sampleRun(), { ...page, html: HTML.replace(tag, tag + tag) })).toThrow(/exactly once/);
    },
  );

  it('is refused where the page asks for one more file', () => {
    const html = HTML.replace('</head>', '<script src="more.js" defer></script></head>');
    expect(() => reportHtml(sampleRun(), { ...page, html })).toThrow(/asks for another file: <script src="more.js"/);
  });
});

describe.skipIf(browserMissing !== null)(
  `report.html in a browser${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}`,
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      browser = await startBrowser();
      folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    /** Resolves with the opened file, what it complained of, and what it asked for beside itself. */
    async function open(text: string) {
      const file = join(folder, 'report.html');
      writeFileSync(file, text);
      const url = pathToFileURL(file).href;
      const tab = await browser.newPage();
      const complaints: string[] = [];
      const asked: string[] = [];
      tab.on('pageerror', (error) => complaints.push(String(error)));
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('request', (request) => {
        if (request.url() !== url && !request.url().startsWith('data:')) asked.push(request.url());
      });
      await tab.goto(url);
      return { tab, complaints, asked };
    }

    it('runs its scripts with the data as they are, whatever stands in them', async () => {
      const { tab, complaints } = await open(reportHtml(hostileRun(), page));
      expect(await tab.locator('#result').textContent()).toBe(`${HOSTILE}|</script>|<!--|</SCRIPT >|<\\/script>`);
      expect(await tab.evaluate("getComputedStyle(document.getElementById('result')).color")).toBe('rgb(1, 2, 3)');
      expect(complaints).toEqual([]);
      await tab.close();
    });

    it('runs no other script', async () => {
      const { tab, complaints } = await open(
        reportHtml(sampleRun(), page).replace('</body>', '<script>globalThis.intruder = true;</script></body>'),
      );
      expect(await tab.evaluate(() => 'intruder' in globalThis)).toBe(false);
      expect(complaints.join()).toMatch(/Content Security Policy/);
      await tab.close();
    });

    it('shows the run with its charts, and asks for nothing', async () => {
      const files = await buildDocsPage();
      const [html = '', css = '', script = ''] = ['index.html', 'style.css', 'charts.js'].map((name) =>
        files.get(name),
      );
      const { tab, complaints, asked } = await open(reportHtml(sampleRun(), { html, css, script }));
      await tab.locator('canvas').first().waitFor();
      expect(await tab.locator('#headline').textContent()).toContain('WebSocket');
      expect(await tab.locator('canvas').count()).toBeGreaterThan(5);
      // The types of the DOM are not the bench's.
      const drawn: unknown = await tab.evaluate(`(() => {
        const canvas = document.querySelector('canvas');
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0);
      })()`);
      expect(drawn).toBe(true);
      expect(await tab.locator('a[href$=".md"]:visible').count()).toBe(0);
      expect(complaints).toEqual([]);
      expect(asked).toEqual([]);
      await tab.close();
    });
  },
);
