// A request that breaks several rules is told the first of them in the protocol's order. Each step mends what the one
// before was told, and leaves the rest broken.
import { describe, expect, test } from 'vitest';
import { codeOf, join, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';

const FOREIGN_HOST = 'Host: evil.example\r\n';
const HOST = 'Host: 127.0.0.1\r\n';
const FOREIGN_ORIGIN = 'Origin: http://evil.example\r\n';

/** Sends one request as it is written here, on a connection of its own. */
async function tell(url: string, first: string, headers: string, body = ''): Promise<[number, string]> {
  const client = await connectRaw(url);
  client.send(`${first} HTTP/1.1\r\n${headers}\r\n${body}`);
  const response = await client.response();
  return [response.status, codeOf({ text: response.body })];
}

function lengthOf(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n`;
}

describe('errors come in the order of the protocol', () => {
  test('before the route: framing, target, Host, path, method, origin', async () => {
    const { url } = await startLab();
    const long = `/v1/nothing?x=${'x'.repeat(9000)}`;
    const steps: [string, string, number, string][] = [
      [`PUT ${long}`, FOREIGN_HOST + FOREIGN_HOST + FOREIGN_ORIGIN, 400, 'malformed-request'],
      [`PUT ${long}`, FOREIGN_ORIGIN, 400, 'malformed-request'],
      [`PUT ${long}`, FOREIGN_HOST + FOREIGN_ORIGIN, 414, 'target-too-long'],
      ['PUT /v1/nothing', FOREIGN_HOST + FOREIGN_ORIGIN, 421, 'host-not-allowed'],
      ['PUT /v1/nothing', HOST + FOREIGN_ORIGIN, 404, 'not-found'],
      ['PUT /v1/messages', HOST + FOREIGN_ORIGIN, 405, 'method-not-allowed'],
      ['POST /v1/messages', HOST + FOREIGN_ORIGIN, 403, 'origin-not-allowed'],
      ['POST /v1/messages', HOST, 401, 'token-missing'],
    ];
    for (const [first, headers, status, code] of steps) {
      expect(await tell(url, first, headers), first).toEqual([status, code]);
    }
  });

  test.each(['short-polling', 'long-polling', 'sse', 'websocket'])('on the route of %s likewise', async (transport) => {
    const { url } = await startLab();
    const target = `/v1/${transport}?history=999`;
    const steps: [string, string, number, string][] = [
      [`POST ${target}`, FOREIGN_HOST + FOREIGN_ORIGIN, 421, 'host-not-allowed'],
      [`POST ${target}`, HOST + FOREIGN_ORIGIN, 405, 'method-not-allowed'],
      [`GET ${target}`, HOST + FOREIGN_ORIGIN, 403, 'origin-not-allowed'],
      [`GET ${target}`, HOST, 400, 'invalid-parameter'],
    ];
    for (const [first, headers, status, code] of steps) {
      expect(await tell(url, first, headers), first).toEqual([status, code]);
    }
  });

  test.each(['/v1/join', '/v1/presence', '/v1/stats', '/healthz', '/readyz'])('on %s likewise', async (path) => {
    const { url } = await startLab();
    const broken = FOREIGN_ORIGIN;
    expect(await tell(url, `PATCH ${path}`, FOREIGN_HOST + broken)).toEqual([421, 'host-not-allowed']);
    expect(await tell(url, `PATCH ${path}`, HOST + broken)).toEqual([405, 'method-not-allowed']);
    const method = path === '/v1/join' ? 'POST' : 'GET';
    expect(await tell(url, `${method} ${path}`, HOST + broken)).toEqual([403, 'origin-not-allowed']);
  });

  test('overload comes after the origin, and before everything that is about the request itself', async () => {
    const { url } = await startLab({ maxConnections: 1 });
    await connectRaw(url);
    for (const target of [
      'POST /v1/messages?via=x',
      'GET /v1/sse?history=x',
      'GET /v1/presence?client=',
      'POST /v1/join',
    ]) {
      expect(await tell(url, target, HOST + FOREIGN_ORIGIN), target).toEqual([403, 'origin-not-allowed']);
      expect(await tell(url, target, HOST), target).toEqual([503, 'too-many-connections']);
    }
  });

  test('publishing: token, media type, encoding, size, parameters and body, rate, id', async () => {
    const lab = await startLab({ publishRate: 1 });
    const { token } = await join(lab);
    const bearer = `${HOST}Authorization: Bearer ${token}\r\n`;
    const type = 'Content-Type: text/plain\r\n';
    const encoded = 'Content-Encoding: gzip\r\n';
    const json = 'Content-Type: application/json; charset=utf-8\r\n';
    const large = 'x'.repeat(40_000);
    const taken = JSON.stringify({ id: 'taken', text: 'first' });
    const conflict = JSON.stringify({ id: 'taken', text: 'other' });
    const post = 'POST /v1/messages';
    const steps: [string, string, string, number, string][] = [
      [`${post}?via=x`, HOST + type + encoded, large, 401, 'token-missing'],
      [`${post}?via=x`, `${HOST}Authorization: Bearer no.no\r\n${type}${encoded}`, large, 401, 'token-invalid'],
      [`${post}?via=x`, bearer + type + encoded, large, 415, 'unsupported-media-type'],
      [`${post}?via=x`, bearer + json + encoded, large, 415, 'unsupported-encoding'],
      [`${post}?via=x`, bearer + json, large, 413, 'body-too-large'],
      [`${post}?via=x`, bearer + json, 'nonsense', 400, 'invalid-body'],
      [`${post}?via=x`, bearer + json, '{}', 400, 'invalid-parameter'],
      [post, bearer + json, '{}', 400, 'invalid-body'],
    ];
    for (const [first, headers, body, status, code] of steps) {
      expect(await tell(lab.url, first, headers + lengthOf(body), body), first).toEqual([status, code]);
    }
    // A burst of five is allowed: none of what was refused above has used it up.
    const client = await connectRaw(lab.url);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    client.request('POST', '/v1/messages', headers, taken);
    expect((await client.response()).status).toBe(201);
    for (let turn = 0; turn < 4; turn += 1) {
      client.request('POST', '/v1/messages', headers, conflict);
      const { status, body } = await client.response();
      expect([status, codeOf({ text: body })]).toEqual([409, 'id-conflict']);
    }
    client.request('POST', '/v1/messages', headers, conflict);
    const { status, body } = await client.response();
    expect([status, codeOf({ text: body })]).toEqual([429, 'rate-limited']);
  });

  test('joining: media type, size, parameters and body', async () => {
    const { url } = await startLab();
    const json = `${HOST}Content-Type: application/json\r\n`;
    const large = 'x'.repeat(40_000);
    const steps: [string, string, number, string][] = [
      [HOST, large, 415, 'unsupported-media-type'],
      [json, large, 413, 'body-too-large'],
      [json, '{', 400, 'invalid-body'],
      [json, '{}', 400, 'invalid-parameter'],
    ];
    for (const [headers, body, status, code] of steps) {
      const told = await tell(url, 'POST /v1/join?client=.', headers + lengthOf(body), body);
      expect(told).toEqual([status, code]);
    }
  });
});
