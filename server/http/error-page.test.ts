// What a person gets who opens something that is not there, over HTTP and in a real browser.
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES } from '../protocol/limits.ts';
import { ask, codeOf, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { asksForHtml, errorPage } from './error-page.ts';

/** As Chromium asks for a page, and for what a page fetches. */
const FOR_PAGES = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const FOR_ALL = '*/*';

describe('who asks for HTML', () => {
  test.each([FOR_PAGES, 'text/html', 'application/json, text/html;q=0.5', 'TEXT/HTML'])('%s: yes', (accept) =>
    expect(asksForHtml(accept)).toBe(true),
  );
  test.each([undefined, '', FOR_ALL, 'text/*', 'application/json', 'text/html5', 'x-text/html', 'text/event-stream'])(
    '%s: no',
    (accept) => expect(asksForHtml(accept)).toBe(false),
  );
});

describe('an error', () => {
  test.each([
    ['/v1/nothing', {}, 404, 'not-found', /nothing here/],
    ['/nothing.html', {}, 404, 'not-found', /first page/],
    ['/', { Host: 'evil.example' }, 421, 'host-not-allowed', /--allow-host/],
    ['/', { 'X-Fill': 'x'.repeat(HEAD_BYTES) }, 431, 'head-too-large', /cookies.*other programs.*delete/s],
    [`/?${'x'.repeat(9000)}`, {}, 414, 'target-too-long', /8192/],
    ['/v1/websocket', {}, 426, 'upgrade-required', /WebSocket/i],
  ])('%s with %j is a page for people, and JSON for programs', async (path, headers, status, code, words) => {
    const lab = await startLab();
    const page = await ask(lab, 'GET', path, { headers: { ...headers, Accept: FOR_PAGES } });
    expect([page.status, page.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).toMatch(words);
    expect(page.text).toContain(`<h1>${status} `);
    for (const accept of [{ Accept: FOR_ALL }, {}]) {
      const json = await ask(lab, 'GET', path, { headers: { ...headers, ...accept } });
      expect([json.status, json.headers['content-type']]).toEqual([status, 'application/problem+json']);
      expect(codeOf(json)).toBe(code);
    }
  });

  test('of a head that Node refuses is a page as well where a browser sent it', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    // Over the parser's own bound, cookies last, as browsers send them.
    client.request('GET', '/', { Accept: FOR_PAGES, Cookie: 'x'.repeat(2 * HEAD_BYTES) });
    const { status, body } = await client.response();
    expect([status, body.slice(0, 15)]).toEqual([431, '<!doctype html>']);
    await client.closed;
  });

  test('says nothing that a request could make markup of', () => {
    const detail = '<img src=x onerror=alert(1)> & "quoted"';
    const page = errorPage({ type: 'about:blank', title: '<b>', status: 421, code: 'host-not-allowed', detail });
    expect(page).not.toMatch(/<img|<b>/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;');
  });
});

describe('a file', () => {
  test('has its own status codes', async () => {
    const lab = await startLab();
    const { headers, text } = await ask(lab, 'GET', '/docs/protocol.md');
    const status = async (asked: Record<string, string>) => {
      const answer = await ask(lab, 'GET', '/docs/protocol.md', { headers: asked });
      return [answer.status, answer.headers['content-range']];
    };
    const bytes = Buffer.byteLength(text);
    expect(await status({ Range: 'bytes=0-9' })).toEqual([206, `bytes 0-9/${bytes}`]);
    expect(await status({ Range: `bytes=${bytes}-` })).toEqual([416, `bytes */${bytes}`]);
    expect(await status({ 'If-None-Match': headers.etag ?? '' })).toEqual([304, undefined]);
    expect(await status({ 'If-Match': '"another"' })).toEqual([412, undefined]);
    expect((await ask(lab, 'GET', '/docs')).status).toBe(301);
  });
});
