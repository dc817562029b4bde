import { describe, expect, it } from 'vitest';
import { referenceRun, staleDocs } from './docs.ts';
import { buildDocsPage } from './report/docs-page.ts';
import { resultsMarkdown } from './report/markdown.ts';
import { runDataScript } from './report/run-view.ts';
import { sampleRun } from './testing/sample-run.ts';

describe('docs', () => {
  it('show what results/ and the sources say (npm run docs draws them anew)', async () => {
    expect(await staleDocs()).toEqual([]);
  });

  it('are drawn from the newest complete run that was not quick', () => {
    const run = (id: string, startedAt: string, quick: boolean, complete = true) => ({
      ...sampleRun(),
      id,
      startedAt,
      complete,
      settings: { quick },
    });
    const runs = [
      run('old', '2026-01-01T00:00:00.000Z', false),
      run('new', '2026-01-02T00:00:00.000Z', false),
      run('broken', '2026-01-03T00:00:00.000Z', false, false),
      run('quick', '2026-01-04T00:00:00.000Z', true),
    ];
    expect(referenceRun(runs)?.id).toBe('new');
    expect(referenceRun(runs.slice(3))?.id).toBe('quick');
    expect(referenceRun([])).toBeNull();
  });
});

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
    const scope: { transportLabDocs?: { runs: { id: string }[] } } = {};
    new Function('globalThis', runDataScript([sampleRun()]))(scope);
    expect(scope.transportLabDocs?.runs.map(({ id }) => id)).toEqual([sampleRun().id]);
  });
});

describe('docs/results.md', () => {
  const text = resultsMarkdown(sampleRun());

  it('has finding, pictures with alternative text, tables and the environment', () => {
    expect(text).toContain('# Results: websocket delivers in 1.50 ms on average, short-polling in 502 ms');
    expect(text).toMatch(/!\[Delivery latency in ms by transport\. [^\]]+\]\(charts\/latency\.svg\)/);
    expect(text).toContain('| Delivery latency, ms |');
    expect(text).toContain('Commit: 0123456789abcdef0123456789abcdef01234567');
    expect(text).toContain('Date: 2026-01-02 03:04 UTC');
  });

  it('shows warnings', () => {
    expect(text).toContain('> Warning: long-polling: A sample warning');
  });
});
