// A run as one file, report.html: the docs page with everything that lies beside it put inside. It asks no network and no
// other file for anything, and a Content-Security-Policy that names its own parts by their hashes keeps it so.
import { createHash } from 'node:crypto';
import type { Run } from '../run/run-file.ts';
import { runDataScript } from './run-data.ts';

/** The docs page's files, as they stand in docs/. */
export interface ReportPage {
  /** index.html */
  readonly html: string;
  /** style.css */
  readonly css: string;
  /** charts.js */
  readonly script: string;
}

const STYLE_TAG = '<link rel="stylesheet" href="style.css">';
const DATA_TAG = '<script src="run-data.js" defer></script>';
const SCRIPT_TAG = '<script src="charts.js" defer></script>';
/** What the page refers to without scripts, and what stands for it beside the report. */
const WITHOUT_SCRIPTS = ['results.html', 'summary.md'] as const;
const CHARSET_TAG = '<meta charset="utf-8">';

/** @returns the text of report.html. @throws where the page is not what it is made for: a tag is missing, or one is left. */
export function reportHtml(run: Run, page: ReportPage): string {
  const style = inStyle(page.css);
  const data = inDataScript(runDataScript([run], { alone: true }));
  const script = inScript(page.script);
  const policy = [
    "default-src 'none'",
    `script-src ${sourceHash(data)} ${sourceHash(script)}`,
    `style-src ${sourceHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // Inline scripts do not wait for the page as those with a `src` and `defer` do, so they come last.
  const html = [
    [STYLE_TAG, `<style>${style}</style>`],
    [DATA_TAG, ''],
    [SCRIPT_TAG, ''],
    [CHARSET_TAG, `${CHARSET_TAG}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`],
    ['</body>', `<script>${data}</script>\n<script>${script}</script>\n  </body>`],
  ].reduce(
    (text, [tag = '', replacement = '']) => replaceOnce(text, tag, replacement),
    page.html.replaceAll(...WITHOUT_SCRIPTS),
  );
  const outside = /<(?:script|link|img|iframe)[^>]*\s(?:src|href)="(?!data:)[^"]*"/.exec(
    withoutParts(html, [data, script]),
  );
  if (outside !== null) throw new Error(`The docs page asks for another file: ${outside[0]}.`);
  return html;
}

function replaceOnce(text: string, tag: string, replacement: string): string {
  const [before = '', after, ...more] = text.split(tag);
  if (after === undefined || more.length > 0) throw new Error(`The docs page must have ${tag} exactly once.`);
  return `${before}${replacement}${after}`;
}

function withoutParts(html: string, parts: readonly string[]): string {
  return parts.reduce((text, part) => text.replace(part, () => ''), html);
}

/** Its `<` stand in strings of JSON alone, where an escape means the same. */
function inDataScript(script: string): string {
  return lines(script).replaceAll('<', '\\u003c');
}

/**
 * What would end a script element, or begin a comment in it, can only stand in a string or a regular expression, where a
 * backslash before these characters changes nothing.
 * HTML, "Restrictions for contents of script elements".
 */
function inScript(script: string): string {
  return lines(script)
    .replace(/<\/(?=script)/gi, '<\\/')
    .replaceAll('<!--', '<\\!--');
}

function inStyle(css: string): string {
  return lines(css).replace(/<\/(?=style)/gi, '<\\/');
}

/** As an HTML parser reads them; else the hash would be of another text. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Content Security Policy Level 3, section 2.3.1. */
function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
