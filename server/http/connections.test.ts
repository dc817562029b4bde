// What HTTP allows on one connection beyond one plain request after the other.
import { describe, expect, test } from 'vitest';
import { join, parsed, post, postAll, startLab } from '../testing/lab.ts';
import { connectRaw, requestText } from '../testing/raw-client.ts';

interface PageLike {
  readonly cursor: string;
  readonly messages: readonly { readonly text: string }[];
}

describe('absolute targets', () => {
  test('are taken on every kind of route, and the host of the target counts', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    for (const [path, status] of [
      ['/v1/short-polling?history=0', 200],
      ['/healthz', 200],
      ['/v1/websocket', 426],
      ['/v1/nothing', 404],
    ] as const) {
      client.request('GET', `${url}${path}`, { Host: 'evil.example' });
      expect((await client.response()).status, path).toBe(status);
    }
    client.request('GET', 'http://evil.example/v1/short-polling', { Host: '127.0.0.1' });
    expect((await client.response()).status).toBe(421);
  });

  test('still need a Host', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.send(`GET ${url}/healthz HTTP/1.1\r\n\r\n`);
    expect((await client.response()).status).toBe(400);
  });
});

describe('pipelining', () => {
  test('polls are answered in order, also behind one that is held', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const [receipt] = await postAll(lab, token, ['one']);
    const client = await connectRaw(lab.url);
    client.send(
      requestText('GET', '/v1/short-polling?history=0') +
        requestText('GET', `/v1/long-polling?cursor=${receipt?.cursor}`) +
        requestText('GET', '/v1/short-polling') +
        requestText('GET', '/healthz'),
    );
    expect(parsed<PageLike>((await client.response()).body).messages).toEqual([]);
    // The last two were answered when they came, and wait for the one that is held.
    await post(lab, token, 'two');
    const texts = async () => parsed<PageLike>((await client.response()).body).messages.map(({ text }) => text);
    expect(await texts()).toEqual(['two']);
    expect((await texts())[0]).toBe('one');
    expect(JSON.parse((await client.response()).body)).toEqual({ status: 'alive' });
  });

  test('a stream behind a poll begins when the poll is answered, and misses nothing', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const [receipt] = await postAll(lab, token, ['one']);
    const client = await connectRaw(lab.url);
    client.send(
      requestText('GET', `/v1/long-polling?cursor=${receipt?.cursor}`) +
        requestText('GET', `/v1/sse?cursor=${receipt?.cursor}`),
    );
    await post(lab, token, 'two');
    expect((await client.response()).status).toBe(200);
    expect((await client.head()).status).toBe(200);
    expect((await client.chunk()).toString()).toMatch(/^event: hello\n/);
    expect((await client.chunk()).toString()).toContain('"text":"two"');
    await post(lab, token, 'three');
    expect((await client.chunk()).toString()).toContain('"text":"three"');
  });
});

describe('HTTP/1.0', () => {
  test('an event stream is bare events without chunks, to the end of the connection', async () => {
    const lab = await startLab({ shutdownMs: 2000 });
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.send('GET /v1/sse HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n');
    const { status, headers } = await client.head();
    expect([status, headers['transfer-encoding'], headers['connection']]).toEqual([200, undefined, 'close']);
    await post(lab, token, 'hello');
    expect((await client.bytes(13)).toString()).toBe('event: hello\n');
    await lab.close();
    await client.closed;
    const text = (await client.bytes(0)).toString();
    expect(text).toBe('');
  });

  test('polls and posts are answered, and the connection ends', async () => {
    const { url } = await startLab();
    const client = await connectRaw(url);
    client.send('GET /v1/short-polling HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n');
    expect((await client.response()).status).toBe(200);
    await client.closed;
  });
});
