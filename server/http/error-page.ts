// Errors for people: a small page for a browser that asks for HTML, where programs get JSON.
import { createHash } from 'node:crypto';
import { escaped } from '../protocol/escaped.ts';
import type { Problem } from '../protocol/problems.ts';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 40rem; margin: 15vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
p { overflow-wrap: anywhere; }
`;

/** It can't be a file: an error may well mean that files are not to be had under this name. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

export const ERROR_PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
} as const;

/** @param accept the request's Accept, where there is one. @returns whether it names HTML, as browsers do for pages. */
export function asksForHtml(accept: string | undefined): boolean {
  return accept !== undefined && /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept);
}

export function errorPage({ title, status, code, detail }: Problem): string {
  const heading = `${status} ${title}`;
  const home = code === 'not-found' ? '\n<p><a href="/">To the lab’s first page</a></p>' : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(heading)} · Transport Lab</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(heading)}</h1>
<p>${escaped(sentence(detail))}</p>${home}
</main>
</html>
`;
}

function sentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
