// Requests that are sent before the last one is answered: each is answered in its turn, also what is no plain request.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import type { Page } from '../protocol/messages.ts';
import { ask, codeOf, join, parsed, post, readStats, startLab } from '../testing/lab.ts';
import { connectRaw, requestText } from '../testing/raw-client.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { createPipeline } from './pipeline.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };
const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const H2C = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

async function heldPoll(lab: LabServer): Promise<string> {
  const { cursor } = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text);
  return requestText('GET', `/v1/long-polling?cursor=${cursor}&wait=60`);
}

async function parkedIs(lab: LabServer, count: number): Promise<void> {
  await vi.waitFor(
    async () => expect((await readStats(lab)).transports['long-polling']?.parked).toBe(count),
    OBSERVING,
  );
}

const UPGRADES = [
  ['a handshake', requestText('GET', '/v1/websocket', HANDSHAKE), 101, null],
  ['a refused handshake', requestText('GET', '/v1/websocket?history=x', HANDSHAKE), 400, 'invalid-parameter'],
  ['a foreign page’s', requestText('GET', '/v1/websocket', { ...HANDSHAKE, Origin: 'http://evil.example' }), 403, null],
  ['h2c', requestText('GET', '/healthz', H2C), 200, null],
  ['CONNECT', requestText('CONNECT', 'evil.example:443'), 400, 'malformed-request'],
] as const;

describe.each(['ws', 'by-hand'] as const)('an upgrade behind a request that is still being answered (%s)', (engine) => {
  test.each(UPGRADES)('%s behind a held poll is answered when that is', async (_what, text, status, code) => {
    const lab = await startLab({ websocketEngine: engine });
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.send((await heldPoll(lab)) + text);
    await parkedIs(lab, 1);
    await post(lab, token, 'news');
    expect(parsed<Page>((await client.response()).body).messages).toHaveLength(1);
    const answer = status === 101 ? await client.head() : await client.response();
    expect(answer.status).toBe(status);
    if (code !== null && 'body' in answer) expect(codeOf({ text: answer.body })).toBe(code);
    if (status === 101) expect((await client.bytes(2))[0]).toBe(0x81);
  });

  test.each([
    ['a join', requestText('POST', '/v1/join', JSON_TYPE, '{}'), 201],
    ['a page', requestText('GET', '/docs/results.md'), 200],
    ['a poll', requestText('GET', '/v1/short-polling'), 200],
    ['stats', requestText('GET', '/v1/stats'), 200],
  ])('a handshake behind %s', async (_what, text, status) => {
    const lab = await startLab({ websocketEngine: engine });
    const client = await connectRaw(lab.url);
    client.send(text + requestText('GET', '/v1/websocket', HANDSHAKE));
    expect((await client.response()).status).toBe(status);
    expect((await client.head()).status).toBe(101);
  });

  test('behind an event stream waits for its end, and goes with the connection', async () => {
    const lab = await startLab({ websocketEngine: engine });
    for (const [, text] of UPGRADES) {
      const client = await connectRaw(lab.url);
      client.send(requestText('GET', '/v1/sse') + text);
      expect((await client.head()).status).toBe(200);
      expect((await client.chunk()).toString()).toMatch(/^event: hello\n/);
      client.socket.destroy();
    }
    await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
    expect((await readStats(lab)).transports['sse']?.open).toBe(0);
  });

  test('one whose client hangs up meanwhile leaves nothing behind', async () => {
    const lab = await startLab({ websocketEngine: engine });
    const client = await connectRaw(lab.url);
    client.send((await heldPoll(lab)) + requestText('GET', '/v1/websocket', HANDSHAKE));
    await parkedIs(lab, 1);
    client.socket.end();
    await client.closed;
    await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
    await parkedIs(lab, 0);
  });
});

describe('what is no request, behind one that is still being answered', () => {
  test('is told after its answer, and not in its place', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.send(`${await heldPoll(lab)}nonsense\r\n\r\n`);
    await parkedIs(lab, 1);
    client.send('more nonsense\r\n\r\n');
    await post(lab, token, 'news');
    expect((await client.response()).status).toBe(200);
    const { status, body } = await client.response();
    expect([status, codeOf({ text: body })]).toEqual([400, 'malformed-request']);
    await client.closed;
  });
});

test.each([
  ['the client’s end', 'x'],
  ['nonsense', 'nonsense\r\n'],
])('a body that %s breaks off, behind a held poll, is no answer to that', async (_what, rest) => {
  const lab = await startLab();
  const client = await connectRaw(lab.url);
  const coding = rest === 'x' ? { 'Content-Length': '9' } : { 'Transfer-Encoding': 'chunked' };
  client.send((await heldPoll(lab)) + requestText('POST', '/v1/join', { ...JSON_TYPE, ...coding }));
  await parkedIs(lab, 1);
  client.send(rest);
  if (rest === 'x') client.socket.end();
  await client.closed;
  expect(client.socket.bytesRead).toBe(0);
});

describe('maxUnanswered', () => {
  test('as many are answered, each with its own answer', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    const others = Array.from({ length: 15 }, (_, index) => index);
    const poll = (history: number) => requestText('GET', `/v1/short-polling?history=${history}`);
    for (const _ of others) await post(lab, token, 'old');
    client.send((await heldPoll(lab)) + others.map(poll).join(''));
    await parkedIs(lab, 1);
    await post(lab, token, 'news');
    expect((await client.response()).status).toBe(200);
    for (const history of others) {
      expect(parsed<Page>((await client.response()).body).messages).toHaveLength(history);
    }
    expect((await readStats(lab)).connectionsEnded.unanswered).toBe(0);
  });

  test('one more ends the connection, which held one poll and counts once', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    const poll = await heldPoll(lab);
    client.send(poll.repeat(500));
    await client.closed;
    const { connectionsEnded, transports } = await readStats(lab);
    expect(connectionsEnded).toEqual({ unanswered: 1, unread: 0, shed: 0 });
    expect(transports['long-polling']).toMatchObject({ requests: 1, parked: 0 });
  });

  test('a connection holds one poll at a time', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    const poll = await heldPoll(lab);
    client.send(poll.repeat(16));
    await parkedIs(lab, 1);
    client.send(poll);
    await client.closed;
    await parkedIs(lab, 0);
  });

  test('heads that wait may have as many bytes together as one may', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.send((await heldPoll(lab)) + requestText('GET', '/healthz', { X: 'x'.repeat(9000) }).repeat(2));
    await client.closed;
    expect((await readStats(lab)).connectionsEnded.unanswered).toBe(1);
  });
});

test('of pages that nobody reads, one is made at a time, and all are there for who reads later', async () => {
  const pages = 100;
  const lab = await startLab({ publishRate: 0, addressPublishRate: 0, maxUnanswered: pages });
  const { token } = await join(lab);
  for (let i = 0; i < 70; i += 1) await post(lab, token, '\u20ac'.repeat(1365));
  const sockets = watchServerSockets();
  const client = await connectRaw(lab.url);
  client.socket.pause();
  const atServer = sockets.of(client.socket.localPort);
  client.send(requestText('GET', '/v1/short-polling?history=200').repeat(pages));
  await vi.waitFor(() => expect(atServer.writableLength).toBeGreaterThan(0), OBSERVING);
  const polls = async () => (await readStats(lab)).transports['short-polling']?.requests;
  const made = await polls();
  for (let look = 0; look < 10; look += 1) {
    expect(atServer.writableLength).toBeLessThan(300 * 1024);
    expect(await polls()).toBe(made);
  }
  expect(made).toBeLessThan(pages);
  client.socket.resume();
  for (let page = 0; page < pages; page += 1) {
    expect(parsed<Page>((await client.response()).body).messages).toHaveLength(62);
  }
});

test('of requests that come at once each has a turn of its own, so that other connections come in between', async () => {
  let turn = 0;
  let counting = setImmediate(function count() {
    turn += 1;
    counting = setImmediate(count);
  });
  onTestFinished(() => clearImmediate(counting));
  const served: number[] = [];
  const pipeline = createPipeline(0, () => undefined);
  const server = createServer(
    pipeline.inTurn((_request, response) => {
      served.push(turn);
      response.end();
    }),
  );
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = await connectRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.send(requestText('GET', '/').repeat(10));
  for (let i = 0; i < 10; i += 1) await client.response();
  expect(new Set(served).size).toBe(10);
  client.socket.destroy();
});
