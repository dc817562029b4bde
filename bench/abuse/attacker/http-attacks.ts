// Attacks by HTTP: on the order of requests, on answers, on what is remembered, and on requests that do not arrive.
import { type Attack, crowd } from './attack.ts';
import type { Stage } from './stage.ts';
import { handshake, requestText } from './text.ts';
import type { Wire } from './wire.ts';

/** Requests that one connection may leave unanswered. */
const AT_ONCE = 15;
const H2C = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
const PAGE = requestText('GET', '/v1/short-polling?history=200');

function pick<T>({ random }: Stage, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

function some(make: (index: number) => string, count = AT_ONCE): string[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function held({ cursor }: Stage, client: string): string {
  return requestText('GET', `/v1/long-polling?cursor=${cursor}&wait=60&client=${client}`);
}

/** Asks for one batch after the other, as fast as they are answered. */
async function flood(wire: Wire, make: (index: number) => string): Promise<void> {
  while (await wire.ask(some(make)));
}

/** Sends one piece after the other, so many ms apart, until the connection ends. */
async function drip(wire: Wire, piece: string, everyMs: number): Promise<void> {
  while ((await wire.send(piece)) && (await wire.wait(everyMs)));
}

let named = 0;
function fresh(prefix: string): string {
  named += 1;
  return `${prefix}${named.toString(36)}`;
}

export const httpAttacks: readonly Attack[] = [
  {
    name: 'upgrades behind answers',
    does: 'a handshake, h2c or CONNECT behind a stream, a held poll, a join, a page; then the end, half of it or a reset',
    play: (stage) =>
      crowd(stage, 20, async (wire) => {
        const first = [requestText('GET', '/v1/sse'), held(stage, 'up'), requestText('POST', '/v1/join', {}, '{}')];
        const then = [handshake('/v1/websocket'), requestText('GET', '/healthz', H2C), requestText('CONNECT', 'a:443')];
        await wire.read().send(pick(stage, [...first, PAGE]) + pick(stage, then));
        await wire.wait(stage.random() * 500);
        pick(stage, [() => wire.socket.end(), () => wire.socket.resetAndDestroy(), () => wire.destroy()])();
        await wire.wait(500);
      }),
  },
  {
    name: 'pipelined polls',
    does: 'held polls behind one another, `client=` rotated; on some connections 10,000 of them at once',
    play: (stage) =>
      crowd(stage, 250, async (wire, index) => {
        const polls = () => some(() => held(stage, fresh('poll')), index < 4 ? 10_000 : AT_ONCE).join('');
        while ((await wire.read().send(polls())) && (await wire.wait(2000)));
      }),
  },
  {
    name: 'unread pages',
    does: 'pages of 200 messages that nobody reads, 15 and 942 at a time',
    play: (stage) =>
      crowd(stage, 200, async (wire, index) => {
        await wire.send(PAGE.repeat(index < 8 ? 942 : AT_ONCE));
        await wire.wait(30_000);
      }),
  },
  {
    name: 'slow reading',
    does: 'every route, read at a few kilobytes a second',
    play: (stage) => {
      const paths = '/ /docs/index.html /docs/run-data.js /metrics /v1/stats /v1/presence /v1/sse?history=200 /readyz';
      const routes = [...paths.split(' ').map((path) => requestText('GET', path)), PAGE, held(stage, 'slow')];
      return crowd(stage, 150, async (wire, index) => {
        await wire.send((routes[index % routes.length] as string).repeat(AT_ONCE));
        // One chunk at a time.
        wire.socket.on('data', () => wire.socket.pause());
        while (await wire.wait(500)) wire.read();
      });
    },
  },
  {
    name: 'rotated clients',
    does: 'another `client=` with each request, on one connection',
    play: (stage) =>
      crowd(stage, 4, (wire) =>
        flood(wire, () => requestText('GET', `/v1/short-polling?history=0&client=${fresh('rotated')}`)),
      ),
  },
  {
    name: 'pages of other sites',
    does: 'requests without an Origin, of which the browser says that another site makes them',
    play: (stage) =>
      crowd(stage, 8, async (wire) => {
        const path = pick(stage, ['/v1/long-polling', '/v1/sse', '/v1/short-polling', '/v1/lab/trace']);
        await wire.ask([requestText('GET', path, { 'Sec-Fetch-Site': 'cross-site' })]);
      }),
  },
  {
    name: 'joins and names',
    does: 'joins without end, with names that hold newlines, overrides and invisible characters',
    play: (stage) => {
      const names = ['Ann', '\n\n', '\u202eevil', '\u200b', '\ufeff\u0000', '<script>', 'x'.repeat(32), '../../etc'];
      const bodies = names.map((name) => JSON.stringify({ name }));
      return crowd(stage, 4, (wire) => flood(wire, () => requestText('POST', '/v1/join', {}, pick(stage, bodies))));
    },
  },
  {
    name: 'tokens',
    does: 'a good token with padding, junk and other last characters, each another spelling',
    play: (stage) =>
      crowd(stage, 4, (wire) =>
        flood(wire, (index) => {
          const spelling = [stage.token + '='.repeat(index + 1), stage.token + fresh('x'), stage.token.slice(0, -1)];
          const headers = { Authorization: `Bearer ${spelling[index % spelling.length]}` };
          return requestText('POST', '/v1/messages', headers, JSON.stringify({ id: fresh('abuse-'), text: 'x' }));
        }),
      ),
  },
  {
    name: 'publishing',
    does: 'texts of 4 KiB, which JSON makes six times as long, as fast as one address may and beyond',
    play: (stage) => {
      const texts = ['x'.repeat(4096), '\u0000'.repeat(4096), '€'.repeat(1365), '"'];
      const headers = { Authorization: `Bearer ${stage.token}` };
      return crowd(stage, 6, (wire) =>
        flood(wire, (index) =>
          requestText('POST', '/v1/messages', headers, JSON.stringify({ id: fresh('abuse-'), text: texts[index % 4] })),
        ),
      );
    },
  },
  {
    name: 'counters and presence',
    does: 'stats, metrics and presence without end; streams that ask who is here, under rotated names, unread',
    play: async (stage) => {
      const paths = ['/v1/stats', '/metrics', '/v1/presence', '/readyz'];
      await Promise.all([
        crowd(stage, 4, (wire) => flood(wire, (index) => requestText('GET', paths[index % 4] as string))),
        crowd(stage, 60, async (wire) => {
          await wire.send(requestText('GET', `/v1/sse?presence=1&heartbeat=1&client=${fresh('here')}`));
          await wire.wait(5000 + stage.random() * 10_000);
        }),
      ]);
    },
  },
  {
    name: 'unfinished heads',
    does: 'heads of 16 KiB that never end, and heads that come byte by byte',
    play: (stage) =>
      crowd(stage, 300, async (wire, index) => {
        const head = `GET /v1/sse HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
        await wire.read().send(index % 2 === 0 ? `${head}X: ${'x'.repeat(16_000)}` : head);
        await drip(wire, 'y', 200);
      }),
  },
  {
    name: 'unfinished bodies',
    does: 'bodies of 32 KiB that come byte by byte, with their length and in chunks of one byte; heads before them',
    play: (stage) =>
      crowd(stage, 250, async (wire, index) => {
        const coded = index % 2 === 0 ? { 'Content-Length': '32768' } : { 'Transfer-Encoding': 'chunked' };
        const type = { 'Content-Type': 'application/json', X: 'x'.repeat(8000) };
        await wire.read().send(requestText('POST', '/v1/join', { ...type, ...coded }));
        // The most at once, and then a crawl.
        await wire.send(index % 2 === 0 ? 'x'.repeat(30_000) : '1\r\nx\r\n'.repeat(5000));
        await drip(wire, index % 2 === 0 ? 'x' : '1\r\nx\r\n', 20);
      }),
  },
  {
    name: 'kept-alive and new connections',
    does: 'connections that say nothing, that end at once or are reset, and more than one address may have',
    play: async (stage) => {
      await Promise.all([
        crowd(stage, 300, async (wire, index) => {
          if (index % 2 === 0) await wire.ask([requestText('GET', '/healthz')]);
          await wire.wait(60_000);
        }),
        crowd(stage, 20, async (wire) => {
          pick(stage, [() => wire.socket.end(), () => wire.socket.resetAndDestroy(), () => wire.destroy()])();
          await wire.wait(200);
        }),
      ]);
    },
  },
  {
    name: 'nonsense',
    does: 'bytes that are no request, paths that lead out, ranges and conditions',
    play: (stage) => {
      const odd = [
        'nonsense\r\n\r\n',
        requestText('GET', '/docs/../../etc/passwd'),
        requestText('GET', '/docs/%2e%2e/%2e%2e/package.json'),
        requestText('GET', '/docs/run-data.js', { Range: `bytes=${'0-,'.repeat(500)}0-` }),
        requestText('GET', `/v1/short-polling?cursor=${'9'.repeat(8000)}`),
        requestText('BREW', '/v1/sse'),
        requestText('POST', '/v1/join', { Expect: 'nonsense' }, '{}'),
        requestText('POST', '/v1/join', {}, `${'['.repeat(16_000)}${']'.repeat(16_000)}`),
      ];
      return crowd(stage, 8, async (wire) => {
        await wire.ask([pick(stage, odd)]);
      });
    },
  },
];
