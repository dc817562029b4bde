// Requests that Node's parser lets through, and would answer in its own way or not at all.
import { describe, expect, test } from 'vitest';
import { HEAD_BYTES } from '../protocol/limits.ts';
import { codeOf, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';

const HOST = 'Host: 127.0.0.1\r\n';

/** Sends this on a connection of its own. @returns status and code; the connection has ended then. */
async function lastWord(url: string, text: string): Promise<[number, string]> {
  const client = await connectRaw(url);
  client.send(text);
  const { status, headers, body } = await client.response();
  expect(headers['connection']).toMatch(/\bclose$/);
  await client.closed;
  return [status, codeOf({ text: body })];
}

describe('CONNECT', () => {
  test.each([
    ['a route', '/v1/sse', '', 405, 'method-not-allowed'],
    [
      'a route, with an upgrade',
      '/v1/websocket',
      'Connection: Upgrade\r\nUpgrade: websocket\r\n',
      405,
      'method-not-allowed',
    ],
    ['nothing', '/v1/nothing', '', 404, 'not-found'],
    ['another server', 'evil.example:443', '', 400, 'malformed-request'],
  ])('to %s is answered', async (_what, target, headers, status, code) => {
    const { url } = await startLab();
    expect(await lastWord(url, `CONNECT ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`)).toEqual([status, code]);
  });
});

test.each(['*', 'ftp://127.0.0.1/healthz', 'http:///healthz'])('the target %s is no path: 400', async (target) => {
  const { url } = await startLab();
  expect(await lastWord(url, `GET ${target} HTTP/1.1\r\n${HOST}\r\n`)).toEqual([400, 'malformed-request']);
});

test.each(['/V1/PRESENCE', '/v1/Join', '/v1/presence/', '/HEALTHZ', '/healthz/'])('%s is no route', async (path) => {
  const client = await connectRaw((await startLab()).url);
  client.request('GET', path);
  expect((await client.response()).status).toBe(404);
});

describe('many small headers', () => {
  const flood = (count: number) => 'a:\r\n'.repeat(count);

  test.each([
    ['Host', 'Host: evil.example\r\n', 400, 'malformed-request'],
    ['Origin', 'Origin: http://evil.example\r\n', 403, 'origin-not-allowed'],
  ])('do not hide a %s behind them', async (_name, hidden, status, code) => {
    const { url } = await startLab();
    const text = `GET /v1/presence HTTP/1.1\r\n${HOST}${flood(2500)}${hidden}\r\n`;
    expect(await lastWord(url, text)).toEqual([status, code]);
  });

  test('of a head that fits are taken, one more is 431', async () => {
    const { url } = await startLab();
    const first = `GET /v1/presence HTTP/1.1\r\nHost:127.0.0.1\r\n`;
    const fitting = Math.floor((HEAD_BYTES - first.length - 2) / 4);
    const client = await connectRaw(url);
    client.send(`${first}${flood(fitting)}\r\n`);
    expect((await client.response()).status).toBe(200);
    for (const count of [fitting + 1, 3 * fitting]) {
      expect(await lastWord(url, `${first}${flood(count)}\r\n`)).toEqual([431, 'head-too-large']);
    }
  });
});

test('a handshake that is refused says that the connection ends with it', async () => {
  const { url } = await startLab();
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n';
  const text = `GET /v1/websocket HTTP/1.1\r\n${HOST}${upgrade}\r\n`;
  expect(await lastWord(url, text)).toEqual([426, 'upgrade-required']);
});
