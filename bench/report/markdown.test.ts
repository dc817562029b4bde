import { describe, expect, it } from 'vitest';
import { sampleRun } from '../testing/sample-run.ts';
import { questionOf } from './answer.ts';
import { resultsMarkdown, summaryMarkdown } from './markdown.ts';

describe('summary.md', () => {
  const text = summaryMarkdown(sampleRun());

  it('has the finding, the key figures, every scenario and the facts', () => {
    expect(text).toMatch(/^# WebSocket and SSE deliver in 1\.50 ms to 1\.60 ms on average, short polling in 502 ms\n/);
    expect(text).toMatch(/\| Latency, mean, ms +\| +502 +\| +2\.40 +\| +1\.60 ✓ \| +1\.50 ✓ \|/);
    expect(text).toContain('**The bench itself:** 5 ms were added');
    for (const scenario of sampleRun().scenarios) expect(text).toContain(`\n## ${questionOf(scenario)}\n`);
    expect(text).toContain('> Warning: long polling: A sample warning');
    expect(text).toContain('- Machine: Sample CPU at 3.00 GHz, 4 cores, 8 GiB of memory');
  });

  it('stands alone: no pictures, no links, no HTML', () => {
    expect(text).not.toMatch(/\]\(|<[a-z!/]/i);
    const results = resultsMarkdown(sampleRun());
    expect(results).toMatch(/!\[.+\]\(charts\/latency\.svg\)/);
    expect(results).toMatch(/## Which one to take[^#]*!\[.+\]\(charts\/decision\.svg\)/);
  });

  it('has a row of as many cells as its table for everything', () => {
    const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
    expect(tables.length).toBeGreaterThan(30);
    for (const table of tables) {
      const cells = table.split('\n').map((line) => line.split(' | ').length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});
