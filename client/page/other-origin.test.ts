// A page of another origin, in a real browser: it can neither listen, nor speak, nor do anything to the room; where the
// lab is started with --allow-origin for it, it can. RFC 6454, and the Fetch Standard's CORS protocol.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import type { Stats } from '../../server/protocol/messages.ts';
import { ROUTES, transportPath } from '../../server/protocol/routes.ts';
import { testConfig } from '../../server/testing/config.ts';
import { ENGINE_NAMES } from '../../server/websocket/engines.ts';
import { browserMissing, startBrowser, visit } from '../testing/chromium.ts';
import { transports } from '../transports/index.ts';

/** With what they begin at once. */
const READS = [
  ...transports.map(({ name }) => `${transportPath(name)}?history=1`).filter((path) => !path.includes('websocket')),
  ROUTES.presence,
  ROUTES.stats,
  '/v1/lab/network',
  '/v1/lab/trace',
];

interface Joined {
  readonly token: string;
}

async function joinAt(lab: LabServer): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(`${lab.url}${ROUTES.join}`, { method: 'POST', headers, body: '{"name":"Ada"}' });
  return ((await answer.json()) as Joined).token;
}

const statsOf = async (lab: LabServer) => (await (await fetch(`${lab.url}${ROUTES.stats}`)).json()) as Stats;

// What a page tries; each runs in the page and resolves with what the page learns.

/** @returns the status, or that the browser keeps the answer from the page. */
const send = (page: Page, url: string, method: string, headers: Record<string, string>, body?: string) =>
  page.evaluate(
    async ([target, how, with_, what]) => {
      const given = what === undefined ? {} : { body: what };
      const answer = await fetch(target, { method: how, headers: with_, ...given }).catch(() => null);
      await answer?.body?.cancel();
      return answer?.status ?? 'kept from it';
    },
    [url, method, headers, body] as const,
  );

const get = (page: Page, url: string) => send(page, url, 'GET', {});

/** @returns the first frame, or the close code. */
const listenByWebSocket = (page: Page, lab: LabServer) =>
  page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, 'lab.v1');
        socket.onmessage = ({ data }) => {
          resolve(JSON.parse(data).type);
          socket.close();
        };
        socket.onclose = ({ code }) => resolve(`closed with ${code}`);
      }),
    `${lab.url.replace('http', 'ws')}/v1/websocket?history=1`,
  );

const listenByEventSource = (page: Page, lab: LabServer) =>
  page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const source = new EventSource(url);
        const end = (how: string) => {
          source.close();
          resolve(how);
        };
        source.addEventListener('hello', () => end('hello'));
        source.onerror = () => end(source.readyState === EventSource.CLOSED ? 'refused' : 'cut');
      }),
    `${lab.url}/v1/sse?history=1`,
  );

/** What HTML lets any page send without asking: no answer is shown to it, but the request arrives. */
const sendSimply = (page: Page, lab: LabServer, body: string) =>
  page.evaluate(
    async ([base, text]) => {
      const paths = ['/v1/messages', '/v1/messages?via=sse', '/v1/join', '/v1/lab/network'];
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
      const seen: string[] = [];
      for (const path of paths) {
        for (const type of types) {
          const options = { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': type }, body: text } as const;
          const answer = await fetch(base + path, options);
          seen.push(`${answer.type} ${answer.status} ${await answer.text()}`);
        }
        // A blob's type that needs a preflight, as well.
        navigator.sendBeacon(base + path, text);
        navigator.sendBeacon(base + path, new Blob([text], { type: 'application/json' }));
        const frame = document.createElement('iframe');
        frame.name = `frame-${Math.random()}`;
        const form = document.createElement('form');
        const field = document.createElement('input');
        // A form of plain text that makes JSON: everything up to the equals sign is the name.
        Object.assign(field, { name: text.slice(0, -2), value: '"}' });
        Object.assign(form, { method: 'POST', action: base + path, enctype: 'text/plain', target: frame.name });
        form.append(field);
        document.documentElement.append(frame, form);
        await new Promise((resolve) => {
          frame.onload = resolve;
          form.submit();
        });
      }
      return [...new Set(seen)];
    },
    [lab.url, body] as const,
  );

/** Reads without CORS: as a script, and as what can't be looked into. */
const readSimply = (page: Page, lab: LabServer) =>
  page.evaluate(async (base) => {
    const answer = await fetch(`${base}/v1/short-polling?history=1`, { mode: 'no-cors' });
    const text = await answer.text();
    const script = document.createElement('script');
    script.src = `${base}/v1/short-polling?history=1`;
    const ran = new Promise<string>((resolve) => {
      script.onload = () => resolve('loaded');
      script.onerror = () => resolve('error');
    });
    document.documentElement.append(script);
    return [answer.type, answer.status, text, await ran];
  }, lab.url);

describe.skipIf(browserMissing !== null).each(ENGINE_NAMES)(
  `a page of another origin${browserMissing === null ? '' : ` (skipped: ${browserMissing})`}, --websocket-engine %s`,
  (websocketEngine) => {
    let site: Server;
    let closed: LabServer;
    let open: LabServer;
    let browser: Browser;
    let page: Page | undefined;

    const sitePort = () => (site.address() as AddressInfo).port;
    const siteAt = (name: string) => `http://${name}:${sitePort()}`;

    beforeAll(async () => {
      site = createServer((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' });
        response.end('<!doctype html><title>Elsewhere</title>');
      });
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
      closed = await startLabServer({ ...testConfig, websocketEngine });
      open = await startLabServer({ ...testConfig, websocketEngine, allowOrigin: [siteAt('127.0.0.1')] });
      browser = await startBrowser();
    });
    afterEach(() => page?.context().close());
    afterAll(async () => {
      await browser.close();
      await Promise.all([closed.close(), open.close()]);
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
    });

    async function pageAt(url: string): Promise<Page> {
      page = (await visit(browser, url)).page;
      return page;
    }

    /** By its kind: each of them, and the lab that it turns to. */
    const strangers: [string, () => [url: string, lab: LabServer]][] = [
      ['on another port', () => [siteAt('127.0.0.1'), closed]],
      ['under another name, on another port', () => [siteAt('localhost'), closed]],
      [
        'that the lab itself serves under another name',
        () => [`${closed.url.replace('127.0.0.1', 'localhost')}/healthz`, closed],
      ],
      ['under another name than the one that was allowed', () => [siteAt('localhost'), open]],
    ];

    describe.each(strangers)('%s', (_what, of) => {
      it('can’t open a stream, nor read any route', async () => {
        const [url, lab] = of();
        const stranger = await pageAt(url);
        expect(await listenByWebSocket(stranger, lab)).toBe('closed with 1006');
        expect(await listenByEventSource(stranger, lab)).toBe('refused');
        for (const path of READS) expect([path, await get(stranger, lab.url + path)]).toEqual([path, 'kept from it']);
        expect(await readSimply(stranger, lab)).toEqual(['opaque', 0, '', 'error']);
        const { sse, websocket } = (await statsOf(lab)).transports;
        expect([sse?.open, websocket?.open]).toEqual([0, 0]);
      });

      it('can’t publish, join or steer the network, also not with a token that is good', async () => {
        const [url, lab] = of();
        const token = await joinAt(lab);
        const stranger = await pageAt(url);
        const before = await statsOf(lab);
        const json = { 'Content-Type': 'application/json' };
        const bearer = { ...json, Authorization: `Bearer ${token}` };
        const draft = JSON.stringify({ id: 'from-elsewhere', text: 'hello' });
        const tries = [
          await send(stranger, lab.url + ROUTES.messages, 'POST', bearer, draft),
          await send(stranger, lab.url + ROUTES.messages, 'POST', json, draft),
          await send(stranger, lab.url + ROUTES.join, 'POST', json, '{"name":"Eve"}'),
          await send(stranger, `${lab.url}/v1/lab/network`, 'PUT', json, '{"delayMs":1000}'),
          await send(stranger, `${lab.url}/v1/lab/network`, 'DELETE', {}),
        ];
        expect(tries).toEqual(tries.map(() => 'kept from it'));
        expect(await sendSimply(stranger, lab, draft)).toEqual(['opaque 0 ']);

        const after = await statsOf(lab);
        expect(after.room).toEqual(before.room);
        // They have come: it is the server that did not do it.
        const requests = (stats: Stats) =>
          (stats.transports['http']?.requests ?? 0) + (stats.transports['sse']?.requests ?? 0);
        expect(requests(after) - requests(before)).toBeGreaterThan(15);
        const network = await fetch(`${lab.url}/v1/lab/network`);
        expect(await network.json()).toEqual({ url: null, impairments: {} });
      });
    });

    it('that --allow-origin names can do all of it', async () => {
      const guest = await pageAt(siteAt('127.0.0.1'));
      const json = { 'Content-Type': 'application/json' };
      expect(await send(guest, open.url + ROUTES.join, 'POST', json, '{"name":"Eve"}')).toBe(201);
      const token = await guest.evaluate(async (url) => {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
        });
        return ((await answer.json()) as Joined).token;
      }, open.url + ROUTES.join);
      const { room } = await statsOf(open);
      const bearer = { ...json, Authorization: `Bearer ${token}` };
      expect(await send(guest, open.url + ROUTES.messages, 'POST', bearer, '{"id":"a","text":"hello"}')).toBe(201);
      expect((await statsOf(open)).room.head).toBe(room.head + 1);
      expect(await listenByWebSocket(guest, open)).toBe('hello');
      expect(await listenByEventSource(guest, open)).toBe('hello');
      for (const path of READS) expect([path, await get(guest, open.url + path)]).toEqual([path, 200]);
    });
  },
);
