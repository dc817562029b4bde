import { describe, expect, test } from 'vitest';
import { PROBLEM_STATUS } from '../protocol/problems.ts';
import { ask, codeOf, join, parsed, postHeaders, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';

const ORIGIN = 'https://page.example';
const READS = ['/v1/short-polling', '/v1/long-polling', '/v1/sse', '/v1/websocket', '/v1/presence', '/v1/stats'];

describe('methods', () => {
  test.each(READS)('HEAD on %s is 405 with Allow, and has no body', async (path) => {
    const client = await connectRaw((await startLab()).url);
    client.request('HEAD', path);
    const { status, headers } = await client.response('HEAD');
    expect([status, headers['allow'], headers['cache-control']]).toEqual([405, 'GET, OPTIONS', 'no-store']);
    await client.closed;
    expect(client.socket.bytesRead).toBeGreaterThan(0);
  });

  test.each([...READS.map((path) => [path, 'GET']), ['/v1/join', 'POST'], ['/v1/messages', 'POST']])(
    'OPTIONS on %s is 204 and names %s',
    async (path, method) => {
      const { status, headers, text } = await ask(await startLab(), 'OPTIONS', path as string);
      expect([status, headers.allow, text]).toEqual([204, `${method}, OPTIONS`, '']);
    },
  );

  test('HEAD on the health of the process is 405 as well, and 404 is 404 for any method', async () => {
    const lab = await startLab();
    expect((await ask(lab, 'HEAD', '/healthz')).status).toBe(405);
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      expect(codeOf(await ask(lab, method, '/v1/nothing'))).toBe('not-found');
    }
  });
});

describe('errors', () => {
  test('are problem documents that name themselves and are kept by no cache', async () => {
    const { status, headers, text } = await ask(await startLab(), 'GET', '/v1/sse?history=201');
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(parsed(text)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status,
      code: 'invalid-parameter',
      detail: '"history" must be a whole number from 0 to 200',
    });
    expect(PROBLEM_STATUS['invalid-parameter']).toBe(status);
  });

  test('401 asks for a bearer token, and says when there was one', async () => {
    const lab = await startLab();
    const missing = await ask(lab, 'POST', '/v1/messages');
    expect(missing.headers['www-authenticate']).toBe('Bearer');
    const invalid = await ask(lab, 'POST', '/v1/messages', { headers: { Authorization: 'Bearer no' } });
    expect(invalid.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  test('426 names what to upgrade to, beside the end that its client asked for', async () => {
    const { status, headers } = await ask(await startLab(), 'GET', '/v1/websocket');
    expect([status, headers.upgrade, headers.connection]).toEqual([426, 'websocket', 'Upgrade, close']);
  });

  test('a path that can’t be decoded is one under which there is nothing', async () => {
    for (const path of ['/%zz', '/docs/%zz', '/docs/..%2f..%2fpackage.json', '/docs/%00']) {
      expect(codeOf(await ask(await startLab(), 'GET', path))).toBe('not-found');
    }
  });
});

describe('other sites', () => {
  const options = { allowOrigin: [ORIGIN] };

  test.each(['/v1/short-polling?history=0', '/v1/sse?history=201', '/v1/presence', '/v1/stats', '/healthz'])(
    'an allowed origin gets CORS headers on %s, error or not',
    async (path) => {
      const { headers } = await ask(await startLab(options), 'GET', path, { headers: { Origin: ORIGIN } });
      expect(headers).toMatchObject({
        'access-control-allow-origin': ORIGIN,
        'access-control-expose-headers': 'Retry-After',
        vary: 'Origin',
      });
    },
  );

  test('an allowed origin gets CORS headers on an empty poll, a stream, a join and a message', async () => {
    const lab = await startLab(options);
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    const origin = { Origin: ORIGIN };
    client.request('GET', '/v1/short-polling', origin);
    const { cursor } = parsed<{ cursor: string }>((await client.response()).body);
    client.request('GET', `/v1/short-polling?cursor=${cursor}`, origin);
    const empty = await client.response();
    client.request('POST', '/v1/join', { ...origin, 'Content-Type': 'application/json' }, '{}');
    const joined = await client.response();
    client.request('POST', '/v1/messages', { ...origin, ...postHeaders(token) }, '{"id":"a","text":"b"}');
    const posted = await client.response();
    client.request('GET', '/v1/sse', origin);
    const stream = await client.head();
    expect([empty, joined, posted, stream].map(({ status }) => status)).toEqual([204, 201, 201, 200]);
    for (const { headers } of [empty, joined, posted, stream]) {
      expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    }
  });

  test('a preflight of an allowed origin is 204 and lets the protocol’s headers through', async () => {
    const { status, headers } = await ask(await startLab(options), 'OPTIONS', '/v1/messages', {
      headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'Authorization, Content-Type, Last-Event-ID',
    });
  });

  test.each(['https://other.example', 'null', `${ORIGIN}:444`, ORIGIN.toUpperCase(), `${ORIGIN}, ${ORIGIN}`])(
    'the origin %s is refused, in a preflight too, and gets no CORS headers',
    async (origin) => {
      const lab = await startLab(options);
      for (const method of ['GET', 'OPTIONS']) {
        const { status, headers } = await ask(lab, method, '/v1/presence', { headers: { Origin: origin } });
        expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
      }
    },
  );

  test('the lab’s own pages are same-origin under every name it goes by, and get no CORS headers', async () => {
    const lab = await startLab({ allowHost: ['lab.example'] });
    for (const host of [new URL(lab.url).host, 'localhost:1', 'lab.example']) {
      for (const scheme of ['http', 'https']) {
        const headers = { Host: host, Origin: `${scheme}://${host}` };
        const answer = await ask(lab, 'GET', '/v1/presence', { headers });
        expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, undefined]);
      }
    }
  });
});

describe('Host', () => {
  test.each(['127.0.0.1', '127.0.0.1:1', 'LocalHost', '[::1]:8080', 'lab.example:80'])('%s is known', async (host) => {
    const { status } = await ask(await startLab({ allowHost: ['Lab.Example'] }), 'GET', '/healthz', {
      headers: { Host: host },
    });
    expect(status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1:80:80',
    '127.0.0.1:123456',
    'user@127.0.0.1',
    '[::2]',
  ])('%s is foreign', async (host) => {
    const lab = await startLab();
    for (const path of ['/healthz', '/', '/v1/sse']) {
      expect(codeOf(await ask(lab, 'GET', path, { headers: { Host: host } }))).toBe('host-not-allowed');
    }
  });

  test('an empty one is foreign, a missing or second one is malformed', async () => {
    const lab = await startLab();
    const cases: [string, string][] = [
      ['Host:\r\n', 'host-not-allowed'],
      ['', 'malformed-request'],
      ['Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n', 'malformed-request'],
    ];
    for (const [headers, code] of cases) {
      for (const path of ['/healthz', '/v1/short-polling', '/v1/messages']) {
        const client = await connectRaw(lab.url);
        client.send(`GET ${path} HTTP/1.1\r\n${headers}\r\n`);
        expect(codeOf({ text: (await client.response()).body })).toBe(code);
        await client.closed;
      }
    }
  });
});
