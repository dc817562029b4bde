// What /v1/stats counts besides bytes, as docs/protocol.md says it.
import { describe, expect, test, vi } from 'vitest';
import { type Presence, statsSchema } from '../protocol/messages.ts';
import { ask, join, parsed, post, postAll, readStats, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { openSocket, openSse } from '../testing/streams.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };

test('has the form of the protocol, with every transport and http', async () => {
  const lab = await startLab();
  const stats = statsSchema.parse(await readStats(lab));
  expect(Object.keys(stats.transports)).toEqual(['short-polling', 'long-polling', 'sse', 'websocket', 'http']);
  expect(stats.process.cpuUserUs + stats.process.cpuSystemUs).toBeGreaterThan(0);
  expect(stats.process.rssBytes).toBeGreaterThan(stats.process.heapUsedBytes);
});

test('room tells the epoch, the head, and how many messages are retained', async () => {
  const lab = await startLab({ retain: 3 });
  const { token } = await join(lab);
  const [receipt] = await postAll(lab, token, ['1', '2', '3', '4', '5']);
  expect((await readStats(lab)).room).toEqual({ epoch: receipt?.cursor.split('.')[0], head: 5, retained: 3 });
});

test('requests and connectionsOpened: a connection counts once for each transport that uses it', async () => {
  const lab = await startLab();
  const [one, other] = [await connectRaw(lab.url), await connectRaw(lab.url)];
  for (const client of [one, one, other]) {
    client.request('GET', '/v1/short-polling');
    await client.response();
  }
  for (const path of ['/v1/long-polling', '/v1/nothing', '/v1/websocket']) {
    one.request('GET', path);
    await one.response();
  }
  const { transports } = await readStats(lab);
  expect(transports['short-polling']).toMatchObject({ requests: 3, connectionsOpened: 2 });
  expect(transports['long-polling']).toMatchObject({ requests: 1, connectionsOpened: 1 });
  expect(transports['websocket']).toMatchObject({ requests: 1, connectionsOpened: 1 });
  // The request for the unknown path, and this one for stats.
  expect(transports['http']).toMatchObject({ requests: 2, connectionsOpened: 2 });
});

describe('open', () => {
  test.each(['ws', 'by-hand'] as const)('streams: those that are open now (%s)', async (websocketEngine) => {
    const lab = await startLab({ websocketEngine });
    const streams = [await openSse(lab, '?client=a'), await openSse(lab)];
    const sockets = [await openSocket(lab, '?client=a'), await openSocket(lab), await openSocket(lab)];
    const open = async (client?: string) => {
      const { transports } = await readStats(lab, client);
      return [transports['sse']?.open, transports['websocket']?.open];
    };
    expect(await open()).toEqual([2, 3]);
    expect(await open('a')).toEqual([1, 1]);
    for (const { response } of streams) response.destroy();
    sockets[0]?.socket.close();
    sockets[1]?.socket.terminate();
    await vi.waitFor(async () => expect(await open()).toEqual([0, 1]), OBSERVING);
    expect(await open('a')).toEqual([0, 0]);
  });

  test('polling: clients within the lease, each once, and not those without a name', async () => {
    const lab = await startLab({ presenceLeaseMs: 60_000 });
    for (const path of [
      'short-polling?client=a',
      'short-polling?client=a',
      'short-polling?client=b',
      'short-polling',
    ]) {
      await ask(lab, 'GET', `/v1/${path}`);
    }
    await ask(lab, 'GET', '/v1/long-polling?client=c');
    const { transports } = await readStats(lab);
    expect([transports['short-polling']?.open, transports['long-polling']?.open]).toEqual([2, 1]);
    expect((await readStats(lab, 'b')).transports['short-polling']?.open).toBe(1);
    const presence = parsed<Presence>((await ask(lab, 'GET', '/v1/presence')).text);
    expect(presence).toEqual({ counts: { 'short-polling': 2, 'long-polling': 1, sse: 0, websocket: 0 }, total: 3 });
  });

  test('polling: a client that reads over another transport now is here over that one only', async () => {
    const lab = await startLab({ presenceLeaseMs: 60_000 });
    for (const transport of ['short-polling', 'long-polling', 'short-polling', 'long-polling']) {
      await ask(lab, 'GET', `/v1/${transport}?client=a`);
    }
    const { transports } = await readStats(lab);
    expect([transports['short-polling']?.open, transports['long-polling']?.open]).toEqual([0, 1]);
    const { events } = await openSse(lab, '?client=a');
    await events.next();
    expect(parsed<Presence>((await ask(lab, 'GET', '/v1/presence')).text).total).toBe(1);
  });

  test('polling: a client that hangs up on a held poll is gone at once', async () => {
    const lab = await startLab({ presenceLeaseMs: 3_600_000 });
    const { cursor } = parsed<{ cursor: string }>((await ask(lab, 'GET', '/v1/long-polling?client=a')).text);
    const held = await connectRaw(lab.url);
    held.request('GET', `/v1/long-polling?client=a&cursor=${cursor}`);
    const polling = async () => (await readStats(lab)).transports['long-polling'];
    await vi.waitFor(async () => expect(await polling()).toMatchObject({ open: 1, parked: 1 }), OBSERVING);
    held.socket.destroy();
    await vi.waitFor(async () => expect(await polling()).toMatchObject({ open: 0, parked: 0 }), OBSERVING);
  });

  test('presenceLeaseMs: a polling client is gone when it has passed, but not while its poll is held', async () => {
    const lab = await startLab({ presenceLeaseMs: 100 });
    const { cursor } = parsed<{ cursor: string }>((await ask(lab, 'GET', '/v1/short-polling?client=gone')).text);
    const held = await connectRaw(lab.url);
    held.request('GET', `/v1/long-polling?cursor=${cursor}&client=held`);
    const open = async () => {
      const { transports } = await readStats(lab);
      return [transports['short-polling']?.open, transports['long-polling']?.open, transports['long-polling']?.parked];
    };
    await vi.waitFor(async () => expect(await open()).toEqual([0, 1, 1]), OBSERVING);
    held.socket.destroy();
    await vi.waitFor(async () => expect(await open()).toEqual([0, 0, 0]), OBSERVING);
  });
});

test('parked: polls that are held now', async () => {
  const lab = await startLab();
  const { token } = await join(lab);
  const { cursor } = parsed<{ cursor: string }>((await ask(lab, 'GET', '/v1/long-polling')).text);
  const held = [await connectRaw(lab.url), await connectRaw(lab.url)];
  for (const client of held) client.request('GET', `/v1/long-polling?cursor=${cursor}`);
  const parked = async () => (await readStats(lab)).transports['long-polling']?.parked;
  await vi.waitFor(async () => expect(await parked()).toBe(2), OBSERVING);
  await post(lab, token, 'one');
  for (const client of held) await client.response();
  expect(await parked()).toBe(0);
});

test('published: each stored message once, under its own via; not duplicates, conflicts and refusals', async () => {
  const lab = await startLab();
  const { token } = await join(lab);
  for (const query of ['', '?via=sse', '?via=websocket', '?via=sse&client=a'])
    await post(lab, token, 'text', { query });
  for (const text of ['same', 'same', 'other']) await post(lab, token, text, { id: 'id', query: '?via=short-polling' });
  await post(lab, token, '', { query: '?via=long-polling' });
  const { frames, send } = await openSocket(lab);
  send({ type: 'authenticate', token });
  for (const text of ['same', 'same', '']) send({ type: 'publish', id: 'frame', text });
  await frames.until(({ type }) => type === 'error');
  const published = async (client?: string) =>
    Object.values((await readStats(lab, client)).transports).map((transport) => transport.published);
  expect(await published()).toEqual([1, 0, 2, 2, 1]);
  expect(await published('a')).toEqual([0, 0, 1, 0, 0]);
});

test('delivered: what each client was given, history and what is read twice included', async () => {
  const lab = await startLab();
  const { token } = await join(lab);
  const [receipt] = await postAll(lab, token, ['1', '2', '3']);
  for (const transport of ['short-polling', 'long-polling']) {
    for (const query of ['?client=a', '?history=2', `?cursor=${receipt?.cursor}&limit=1`]) {
      await ask(lab, 'GET', `/v1/${transport}${query}`);
    }
  }
  const streams = [await openSse(lab, '?client=a'), await openSse(lab, '?history=0')];
  const sockets = [await openSocket(lab, '?history=1'), await openSocket(lab, '?client=a&history=0')];
  await post(lab, token, '4');
  for (const { events } of streams) await events.until(({ data }) => data.includes('"seq":4'));
  for (const { frames } of sockets) await frames.until((frame) => frame.type === 'message' && frame.message.seq === 4);
  const delivered = async (client?: string) =>
    Object.values((await readStats(lab, client)).transports).map((transport) => transport.delivered);
  expect(await delivered()).toEqual([6, 6, 5, 3, 0]);
  expect(await delivered('a')).toEqual([3, 3, 4, 1, 0]);
});

describe('one client', () => {
  test('that the server does not know has zeros, and is not made known by asking', async () => {
    const lab = await startLab({ countedClients: 1 });
    await ask(lab, 'GET', '/v1/short-polling?client=known');
    const { transports, room } = await readStats(lab, 'unknown');
    expect(
      Object.values(transports)
        .flatMap((transport) => Object.values(transport))
        .every((n) => n === 0),
    ).toBe(true);
    expect(room.epoch).not.toBe('');
    expect((await readStats(lab, 'known')).transports['short-polling']?.requests).toBe(1);
  });

  test('countedClients: beyond so many, the one that was named first is forgotten; the totals forget nothing', async () => {
    const lab = await startLab({ countedClients: 2 });
    for (const client of ['a', 'b', 'c']) await ask(lab, 'GET', `/v1/short-polling?client=${client}`);
    const requests = async (client?: string) => (await readStats(lab, client)).transports['short-polling']?.requests;
    expect([await requests('a'), await requests('b'), await requests('c'), await requests()]).toEqual([0, 1, 1, 3]);
  });

  test('counts under http what it asks of routes that are of no transport', async () => {
    const lab = await startLab();
    await ask(lab, 'GET', '/v1/presence?client=a');
    await ask(lab, 'POST', '/v1/join?client=a', { headers: { 'Content-Type': 'application/json' }, body: '{}' });
    expect((await readStats(lab, 'a')).transports['http']).toMatchObject({ requests: 2, connectionsOpened: 2 });
  });

  test('with a malformed name is 400', async () => {
    expect((await ask(await startLab(), 'GET', '/v1/stats?client=a.b')).status).toBe(400);
  });
});
