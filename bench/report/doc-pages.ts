// The documentation as pages in the frame of the docs: docs/*.md through a renderer of Markdown, at build time. They need
// no script, link to each other, and to nothing that the lab does not serve.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';
import { escaped } from '../../server/protocol/escaped.ts';
import { packageRoot } from '../package-root.ts';

/** In the order in which they are offered; what has none comes after them, by name. */
const ORDER = [
  'results',
  'folklore',
  'method',
  'protocol',
  'reliability',
  'network',
  'storage',
  'architecture',
  'websocket-by-hand',
];

/** @param written texts that are about to be written to docs/, by name: `results.md`. @returns the pages by name. */
export function docPages(written: ReadonlyMap<string, string>): Map<string, string> {
  const docs = join(packageRoot(), 'docs');
  const names = [...new Set([...readdirSync(docs).filter((name) => name.endsWith('.md')), ...written.keys()])];
  const place = (name: string) => {
    const found = ORDER.indexOf(name.replace(/\.md$/, ''));
    return found === -1 ? ORDER.length : found;
  };
  const texts = names
    .toSorted((a, b) => place(a) - place(b) || a.localeCompare(b))
    .map((name) => [name, written.get(name) ?? readFileSync(join(docs, name), 'utf8')] as const);
  const links = texts.map(([name, text]) => [name.replace(/\.md$/, '.html'), titleOf(text)] as const);
  return new Map(texts.map(([name, text]) => [name.replace(/\.md$/, '.html'), pageOf(name, text, links)]));
}

function titleOf(text: string): string {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Transport Lab';
  // Of a finding, what it is about will do.
  return (title.split(':')[0] ?? title).replaceAll('`', '');
}

function pageOf(name: string, text: string, links: readonly (readonly [string, string])[]): string {
  const own = name.replace(/\.md$/, '.html');
  const items = links.map(
    ([page, title]) => `<li><a href="${page}"${page === own ? ' aria-current="page"' : ''}>${escaped(title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(titleOf(text))} · Transport Lab</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="style.css">
  </head>
  <body class="document">
    <a class="skip" href="#main">Skip to the text</a>
    <header>
      <p class="name"><a href="../">Transport Lab</a></p>
      <nav aria-label="Documentation"><ul>
        <li><a href="index.html">Charts and calculator</a></li>
        ${items.join('\n        ')}
      </ul></nav>
    </header>
    <main id="main">
${renderer().parse(text, { async: false })}    </main>
  </body>
</html>
`;
}

/** Headings have the ids that links to them expect, and tables scroll by themselves where a word can't be broken. */
function renderer(): Marked {
  const used = new Map<string, number>();
  return new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const slug = slugOf(text);
        const times = used.get(slug) ?? 0;
        used.set(slug, times + 1);
        const id = times === 0 ? slug : `${slug}-${times}`;
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const target = targetOf(href);
        return target === null ? inner : `<a href="${escaped(target)}">${inner}</a>`;
      },
      table({ header, rows }) {
        const cells = (all: typeof header, tag: string) =>
          all.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
        const empty = header.every(({ text }) => text.trim() === '');
        const head = empty ? '' : `<thead><tr>${cells(header, 'th')}</tr></thead>`;
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
}

/** As GitHub makes them, so that one link leads there and here. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** @returns where a link leads among the pages; null where it leads out of what is served, and its words must do. */
function targetOf(href: string): string | null {
  if (/^(?:https?:|#)/.test(href)) return href;
  const [path = '', hash] = href.split('#');
  if (path.startsWith('..')) return null;
  const there = path.endsWith('.md') || existsSync(join(packageRoot(), 'docs', path));
  if (!there) return null;
  return `${path.replace(/\.md$/, '.html')}${hash === undefined ? '' : `#${hash}`}`;
}
