import { describe, expect, test } from 'vitest';
import { BODY_BYTES, HEAD_BYTES, TARGET_BYTES } from '../protocol/limits.ts';
import { codeOf, join, postHeaders, startLab } from '../testing/lab.ts';
import { connectRaw, type RawClient } from '../testing/raw-client.ts';

async function told(client: RawClient): Promise<[number, string]> {
  const { status, body } = await client.response();
  return [status, codeOf({ text: body })];
}

describe('sizes', () => {
  test('a target of 8 KiB is taken, one more byte is 414', async () => {
    const { url } = await startLab();
    const target = (bytes: number) => '/v1/short-polling?x='.padEnd(bytes, 'x');
    const client = await connectRaw(url);
    client.request('GET', target(TARGET_BYTES));
    expect((await client.response()).status).toBe(200);
    client.request('GET', target(TARGET_BYTES + 1));
    expect(await told(client)).toEqual([414, 'target-too-long']);
    await client.closed;
  });

  test('a head over 16 KiB is 431, on a connection that was used before too', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.request('GET', '/v1/short-polling', { 'X-Fill': 'x'.repeat(HEAD_BYTES - 200) });
    expect((await client.response()).status).toBe(200);
    client.request('GET', '/v1/short-polling', { 'X-Fill': 'x'.repeat(HEAD_BYTES) });
    expect(await told(client)).toEqual([431, 'head-too-large']);
    await client.closed;
  });

  test.each([false, true])('a body of 32 KiB is taken, one more byte is 413 (chunked: %s)', async (chunked) => {
    const { url } = await startLab();
    const json = { 'Content-Type': 'application/json' };
    const body = (bytes: number) => `{"name":"Ada"${' '.repeat(bytes - 14)}}`;
    const send = (client: RawClient, text: string) => {
      if (!chunked) return client.request('POST', '/v1/join', json, text);
      client.request('POST', '/v1/join', { ...json, 'Transfer-Encoding': 'chunked' });
      client.send(`${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`);
    };
    const client = await connectRaw(url);
    send(client, body(BODY_BYTES));
    expect((await client.response()).status).toBe(201);
    send(client, body(BODY_BYTES + 1));
    expect(await told(client)).toEqual([413, 'body-too-large']);
    await client.closed;
  });

  test('who sends far more than is taken can still read the answer', async () => {
    const { url } = await startLab();
    for (const headers of [{ 'Content-Length': '20000000' }, { 'Transfer-Encoding': 'chunked' }]) {
      const client = await connectRaw(url);
      client.request('POST', '/v1/join', { 'Content-Type': 'application/json', ...headers });
      client.send(`1312d00\r\n${'x'.repeat(20_000_000)}`);
      expect(await told(client)).toEqual([413, 'body-too-large']);
    }
  });
});

describe('requests that do not arrive', () => {
  test.each([
    ['a head', 'GET /v1/short-polling HTTP/1.1\r\nHost: 127'],
    [
      'a body',
      'POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])('%s that comes to a halt is 408, and the connection ends', async (_what, text) => {
    const { url } = await startLab({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
    const client = await connectRaw(url);
    client.send(text);
    expect(await told(client)).toEqual([408, 'request-timeout']);
    await client.closed;
  });

  test('a second request that comes to a halt is 408 as well', async () => {
    const { url } = await startLab({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
    const client = await connectRaw(url);
    client.request('GET', '/v1/short-polling');
    expect((await client.response()).status).toBe(200);
    client.send('GET /v1/short');
    expect(await told(client)).toEqual([408, 'request-timeout']);
    await client.closed;
  });

  test('a timeout of whole requests that is shorter than that of heads holds for both', async () => {
    const { url } = await startLab({ requestTimeoutMs: 50 });
    const client = await connectRaw(url);
    client.send('GET /');
    expect(await told(client)).toEqual([408, 'request-timeout']);
  });

  test('0 turns the timeouts off', async () => {
    const timed = await startLab({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
    const untimed = await startLab({ headersTimeoutMs: 0, requestTimeoutMs: 0 });
    const [first, second] = [await connectRaw(untimed.url), await connectRaw(timed.url)];
    for (const client of [first, second]) client.send('GET /healthz HTTP/1.1\r\nHost: ');
    expect((await second.response()).status).toBe(408);
    first.send('127.0.0.1\r\n\r\n');
    expect((await first.response()).status).toBe(200);
  });

  test('keepAliveTimeoutMs: an idle connection is ended after it, one on which a poll is held is not', async () => {
    const { url } = await startLab({ keepAliveTimeoutMs: 50 });
    const [idle, held] = [await connectRaw(url), await connectRaw(url)];
    for (const client of [idle, held]) {
      client.request('GET', '/v1/short-polling');
      const { cursor } = JSON.parse((await client.response()).body);
      if (client === held) client.request('GET', `/v1/long-polling?cursor=${cursor}&wait=1`);
    }
    await idle.closed;
    expect((await held.response()).status).toBe(204);
  });

  test('a poll that is held is no late request', async () => {
    const { url } = await startLab({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
    const [held, halted] = [await connectRaw(url), await connectRaw(url)];
    held.request('GET', '/v1/short-polling');
    const { cursor } = JSON.parse((await held.response()).body);
    held.request('GET', `/v1/long-polling?cursor=${cursor}&wait=2`);
    halted.send('GET /');
    expect((await halted.response()).status).toBe(408);
    expect((await held.response()).status).toBe(204);
  });
});

describe('malformed requests', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    [
      'length and chunks',
      'POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'an empty coding, which leaves the body’s end unknown',
      'POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: \r\n\r\n',
    ],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n: a\r\n\r\n'],
  ])('%s is 400, and the connection ends', async (_what, text) => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.send(text);
    expect(await told(client)).toEqual([400, 'malformed-request']);
    await client.closed;
  });

  test('behind a good one it is 400 for the second, and only then', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.request('GET', '/v1/short-polling');
    expect((await client.response()).status).toBe(200);
    client.send('nonsense\r\n\r\n');
    expect(await told(client)).toEqual([400, 'malformed-request']);
    await client.closed;
  });

  test('while an answer is under way, nothing is written into it: the connection ends', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.request('GET', '/v1/sse');
    await client.head();
    client.send('nonsense\r\n\r\n');
    await client.closed;
    await expect(client.bytes(100_000)).rejects.toThrow(/hello/);
    await expect(client.bytes(100_000)).rejects.not.toThrow(/400/);
  });
});

describe('Expect', () => {
  const posting = async (expectation: string, overrides: { token?: string; version?: string } = {}) => {
    const lab = await startLab();
    const { token } = await join(lab);
    const headers = Object.entries({
      ...postHeaders(overrides.token ?? token),
      Host: '127.0.0.1',
      Expect: expectation,
    });
    const client = await connectRaw(lab.url);
    const body = '{"id":"a","text":"b"}';
    client.send(`POST /v1/messages HTTP/${overrides.version ?? '1.1'}\r\nContent-Length: ${body.length}\r\n`);
    client.send(`${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    return { client, body };
  };

  test.each(['100-continue', '100-Continue'])('%s is told to go on, and then answered', async (expectation) => {
    const { client, body } = await posting(expectation);
    expect((await client.response()).status).toBe(100);
    client.send(body);
    expect((await client.response()).status).toBe(201);
  });

  test('who is refused is not told to send its body', async () => {
    const { client } = await posting('100-continue', { token: 'no' });
    expect(await told(client)).toEqual([401, 'token-invalid']);
    await client.closed;
  });

  test('a client of HTTP/1.0 is not told to go on, which it would not understand', async () => {
    const { client, body } = await posting('100-continue', { version: '1.0' });
    client.send(body);
    expect((await client.response()).status).toBe(201);
  });

  test('anything else is 417', async () => {
    const { client } = await posting('200-ok');
    expect(await told(client)).toEqual([417, 'expectation-failed']);
    await client.closed;
  });
});
