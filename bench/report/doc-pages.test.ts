// The documentation as a reader of the lab's /docs has it: in one frame, with a way back, and no link that leads nowhere.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { docPages } from './doc-pages.ts';

const docs = join(packageRoot(), 'docs');
const pages = docPages(
  new Map([
    ['results.md', '# Results: one\n\n## Twice\n\n## Twice\n\n[out](../results/run.json) [m](method.md#the-replay)\n'],
  ]),
);

describe('the documentation', () => {
  it('has a page for each text, each with the way to all others and to the lab', () => {
    const names = readdirSync(docs).filter((name) => name.endsWith('.md'));
    expect([...pages.keys()].toSorted()).toEqual(names.map((name) => name.replace('.md', '.html')).toSorted());
    for (const [name, html] of pages) {
      expect(html, name).toContain('<a href="../">Transport Lab</a>');
      expect(html, name).toContain('<a href="index.html">');
      expect(html, name).toContain(`<a href="${name}" aria-current="page">`);
      for (const other of pages.keys()) expect(html, name).toContain(`<a href="${other}"`);
      expect(html, name).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    }
  });

  it('links to nothing that is not there, heading or file', () => {
    const ids = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const dead: string[] = [];
    for (const [name, html] of pages) {
      for (const [, href = ''] of html.matchAll(/ (?:href|src)="([^"]+)"/g)) {
        if (/^(?:https?:|data:)/.test(href) || href === '../') continue;
        const [path = '', hash] = href.split('#');
        const page = path === '' ? html : pages.get(path);
        if (page === undefined && !existsSync(join(docs, path))) dead.push(`${name}: ${href}`);
        // The text in its place is the test's own.
        if (path !== 'results.html' && hash !== undefined && page !== undefined && !ids(page).has(hash))
          dead.push(`${name}: ${href}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it('gives headings of one name ids of their own, and says in words what lies beyond what is served', () => {
    const html = pages.get('results.html') ?? '';
    expect(html).toContain('<h2 id="twice">Twice</h2>\n<h2 id="twice-1">Twice</h2>');
    expect(html).toContain('<p>out <a href="method.html#the-replay">m</a></p>');
  });
});
