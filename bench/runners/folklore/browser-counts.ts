// How many connections a real browser opens to one host at once, and how long its polls are.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { findBrowser } from '../../../client/testing/browser.ts';
import { transportPath } from '../../../server/protocol/routes.ts';
import { emptyPollPath } from '../../load/round-trip.ts';
import { inScope, type Scope } from '../../load/scope.ts';
import { type LabUnderTest, startLab } from '../../load/server-under-test.ts';
import type { BrowserWorkload } from '../../scenarios/scenario.ts';
import { costsBetween, type RunContext } from '../context.ts';

export interface BrowserCounts {
  /** Bytes of an empty poll with its answer. */
  readonly pollBytes: number;
  readonly http1Streams: number;
  readonly webSockets: number;
  /** Where the server names no number of streams, and where it allows more than browsers assume. */
  readonly http2: { readonly unnamed: number; readonly allowed: number } | { readonly missing: string };
}

/** Starting a browser, and what it does before it is quiet. */
const ESTIMATE_MS = 25_000;
const CERTIFICATE_DAYS = '1';
/** They are the bench's: it ends the browser with all else, and keeps what is finished. */
const SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

export const estimateBrowserMs = () => ESTIMATE_MS;

/** Resolves with the counts, or with why there is no browser. */
export function countInBrowser(
  workload: BrowserWorkload,
  { signal, progress }: RunContext,
): Promise<BrowserCounts | { readonly missing: string }> {
  return inScope(signal, async (scope) => {
    progress('counting in a browser');
    const folder = mkdtempSync(join(tmpdir(), 'transport-lab-folklore-'));
    scope.atEnd(() => rmSync(folder, { recursive: true, force: true }));
    // Only where it is needed: it is a large package.
    const { chromium } = await import('playwright-core');
    const { tryBrowser } = await import('../../../client/testing/try-browser.ts');
    const found = await tryBrowser(await findBrowser(folder));
    if ('missing' in found) return { missing: found.missing };
    const { executablePath, env } = found;
    const browser = await scope.open(chromium.launch({ ...SIGNALS, executablePath, env: { ...env } }));
    const lab = await scope.open(startLab());
    const page = `${lab.origin}/healthz`;
    const stream = `new EventSource('${transportPath('sse')}')`;
    const socket = `new WebSocket('${lab.origin.replace('http', 'ws')}${transportPath('websocket')}')`;
    return {
      pollBytes: await pollBytes(browser, lab, workload.polls),
      http1Streams: await openIn(browser, page, stream, workload.http1Streams, workload),
      webSockets: await openIn(browser, page, socket, workload.webSockets, workload),
      http2: await overHttp2(browser, workload, folder, scope),
    };
  });
}

/** Each in a context of its own, so that no connection is left over from another. */
async function inPage<Result>(browser: Browser, url: string, play: (page: Page) => Promise<Result>): Promise<Result> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await play(page);
  } finally {
    await context.close();
  }
}

async function pollBytes(browser: Browser, lab: LabUnderTest, polls: number): Promise<number> {
  const path = await emptyPollPath(lab);
  return inPage(browser, `${lab.origin}/healthz`, async (page) => {
    const before = await lab.stats();
    // In a page, where only its script may be.
    await page.evaluate(
      `(async () => { for (let i = 0; i < ${polls}; i += 1) await fetch('${path}', { cache: 'no-store' }); })()`,
    );
    const { bytesIn, bytesOut, requests } = costsBetween(before, await lab.stats(), 'short-polling');
    return (bytesIn + bytesOut) / Math.max(1, requests);
  });
}

/** @param open makes one connection, in JavaScript. @returns how many of so many are open at once, in a page of that address. */
function openIn(
  browser: Browser,
  url: string,
  open: string,
  count: number,
  { quietMs }: BrowserWorkload,
): Promise<number> {
  const script = `new Promise((resolve) => {
    let opened = 0;
    const told = () => resolve(opened);
    let quiet = setTimeout(told, ${quietMs});
    globalThis.connections = Array.from({ length: ${count} }, () => {
      const connection = ${open};
      connection.addEventListener('open', () => {
        opened += 1;
        clearTimeout(quiet);
        quiet = setTimeout(told, opened === ${count} ? 0 : ${quietMs});
      }, { once: true });
      return connection;
    });
  })`;
  return inPage(browser, url, async (page) => Number(await page.evaluate(script)));
}

/** Browsers speak HTTP/2 over TLS alone, so there is a certificate to be made; `openssl` does. */
async function overHttp2(
  browser: Browser,
  workload: BrowserWorkload,
  folder: string,
  scope: Scope,
): Promise<BrowserCounts['http2']> {
  const { http2Streams, http2Allowed } = workload;
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=127.0.0.1', '-days', CERTIFICATE_DAYS, '-keyout', key, '-out', cert],
    ]);
  } catch {
    return { missing: 'there is no openssl to make a certificate with, and browsers speak HTTP/2 over TLS alone' };
  }
  const tls = { key: readFileSync(key), cert: readFileSync(cert) };
  const counts: number[] = [];
  for (const settings of [{}, { maxConcurrentStreams: http2Allowed }]) {
    const server = createSecureServer({ ...tls, settings });
    const origin = await scope.open(listen(server)).then((listening) => listening.origin);
    counts.push(await openIn(browser, origin, "new EventSource('/stream')", http2Streams, workload));
  }
  const [unnamed = 0, allowed = 0] = counts;
  return { unnamed, allowed };
}

/** A page, and streams that say nothing. */
async function listen(server: Http2SecureServer): Promise<{ readonly origin: string; close(): void }> {
  server.on('stream', (stream, { ':path': path }) => {
    // A page that is left resets its streams.
    stream.on('error', () => undefined);
    if (path === '/stream') {
      stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
      stream.write(':\n\n');
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<!doctype html><title>HTTP/2</title>');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { origin: `https://127.0.0.1:${address.port}`, close: () => void server.close() };
}
