import { describe, expect, test, vi } from 'vitest';
import { join, parsed, postHeaders, readStats, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';

const H2C = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('an upgrade to anything but websocket', () => {
  test('is answered as the plain request, and the connection is kept', async () => {
    const client = await connectRaw((await startLab()).url);
    for (const path of ['/v1/short-polling', '/healthz', '/v1/short-polling', '/v1/websocket']) {
      client.request('GET', path, H2C);
      expect((await client.response()).status).toBe(path === '/v1/websocket' ? 426 : 200);
    }
    client.request('GET', '/v1/short-polling');
    expect((await client.response()).status).toBe(200);
  });

  test('keeps its body, whether that comes with the head or behind it, and what follows it', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    const body = (id: string) => `{"id":"${id}","text":"text"}`;
    client.request('POST', '/v1/messages', { ...postHeaders(token), ...H2C }, body('with-head'));
    expect((await client.response()).status).toBe(201);
    client.request('POST', '/v1/messages', {
      ...postHeaders(token),
      ...H2C,
      'Content-Length': String(body('behind').length),
    });
    client.send(body('behind').slice(0, 3));
    client.send(body('behind').slice(3));
    expect((await client.response()).status).toBe(201);
    client.request('GET', '/v1/short-polling', H2C);
    client.request('GET', '/v1/short-polling');
    for (const { body: page } of [await client.response(), await client.response()]) {
      expect(parsed<{ messages: object[] }>(page).messages).toHaveLength(2);
    }
  });

  test('is one request, and its bytes are counted once', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/short-polling', H2C);
    await client.response();
    client.request('GET', '/v1/short-polling', H2C);
    await client.response();
    const { bytesWritten, bytesRead } = client.socket;
    expect((await readStats(lab)).transports['short-polling']).toMatchObject({
      requests: 2,
      connectionsOpened: 1,
      bytesIn: bytesWritten,
      bytesOut: bytesRead,
    });
  });

  test('an upgrade to websocket elsewhere is a plain request too', async () => {
    const client = await connectRaw((await startLab()).url);
    client.request('GET', '/v1/short-polling', HANDSHAKE);
    expect((await client.response()).status).toBe(200);
    client.request('GET', '/v1/nothing', HANDSHAKE);
    expect((await client.response()).status).toBe(404);
  });
});

describe('a refused handshake', () => {
  test.each([
    ['no key', { ...HANDSHAKE, 'Sec-WebSocket-Key': 'no' }, 400, 'malformed-request'],
    ['other subprotocols only', { ...HANDSHAKE, 'Sec-WebSocket-Protocol': 'chat' }, 400, 'unsupported-subprotocol'],
    ['another version', { ...HANDSHAKE, 'Sec-WebSocket-Version': '8' }, 426, 'upgrade-required'],
    ['a foreign page', { ...HANDSHAKE, Origin: 'http://evil.example' }, 403, 'origin-not-allowed'],
    ['a foreign name', { ...HANDSHAKE, Host: 'evil.example' }, 421, 'host-not-allowed'],
  ])('%s: is told why, and the connection ends', async (_what, headers, status, code) => {
    const client = await connectRaw((await startLab()).url);
    client.request('GET', '/v1/websocket', headers);
    const answer = await client.response();
    expect([answer.status, parsed<{ code: string }>(answer.body).code]).toEqual([status, code]);
    await client.closed;
  });

  test('leaves no connection behind, though its client sends on and never hangs up', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.socket.allowHalfOpen = true;
    client.request('GET', '/v1/websocket?history=x', HANDSHAKE);
    client.send('frames that nobody reads');
    await vi.waitFor(() => expect(lab.connections).toBe(0), { timeout: 20_000, interval: 5 });
  });
});
