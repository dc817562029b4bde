// The order of a shutdown: everyone is told, what is under way is finished, and nothing is left behind.
import { describe, expect, test, vi } from 'vitest';
import type { LabServer } from './lab-server.ts';
import type { Bye, Page, Receipt } from './protocol/messages.ts';
import { createMemoryStore } from './stores/memory.ts';
import type { Store } from './stores/store.ts';
import { ask, codeOf, join, parsed, post, postHeaders, readStats, startLab } from './testing/lab.ts';
import { connectRaw, requestText } from './testing/raw-client.ts';
import { openSocket, openSse } from './testing/streams.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };
const PATIENT = { shutdownMs: 60_000 };

/** A memory store whose appends wait until the gate is opened. */
function gatedStore() {
  const store = createMemoryStore({ retain: 100, dedupeWindowMs: 60_000 });
  let open: () => void = () => undefined;
  let waiting = 0;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let closed = false;
  const gated: Store = {
    ...store,
    append: async (draft) => {
      waiting += 1;
      await gate;
      return store.append(draft);
    },
    close: async () => {
      closed = true;
      await store.close();
    },
  };
  return { gated, open: () => open(), waiting: () => waiting, closed: () => closed };
}

/** Begins a request that keeps a shutdown waiting until it is finished. */
async function keepBusy(lab: LabServer) {
  const client = await connectRaw(lab.url);
  const body = '{}';
  client.request('POST', '/v1/join', { 'Content-Type': 'application/json', 'Content-Length': String(body.length) });
  // The answer to another request shows that the first one's head has been read.
  await readStats(lab);
  return {
    finish: async () => {
      client.send(body);
      return (await client.response()).status;
    },
  };
}

describe('clients are told', () => {
  test.each(['ws', 'by-hand'] as const)(
    'streams with bye, and a WebSocket then with 1001 (%s)',
    async (websocketEngine) => {
      const lab = await startLab({ ...PATIENT, websocketEngine, byeSpreadMs: 5000 });
      const [sse, socket] = [await openSse(lab), await openSocket(lab)];
      await sse.events.next();
      await socket.frames.next();
      await lab.close();
      const bye = await sse.events.next();
      const { retryMs } = parsed<Bye>(bye.data);
      expect([bye.event, bye.id]).toEqual(['bye', undefined]);
      expect(sse.retries.at(-1)).toBe(retryMs);
      expect(retryMs).toBeLessThanOrEqual(5000);
      await sse.closed;
      expect(sse.response.complete).toBe(true);
      const frame = await socket.frames.next();
      expect(frame).toMatchObject({ type: 'bye' });
      expect((await socket.closed).code).toBe(1001);
    },
  );

  test('held polls with 204 at once, a closed connection, and when to come back', async () => {
    const lab = await startLab({ ...PATIENT, byeSpreadMs: 5000 });
    const { cursor } = parsed<Page>((await ask(lab, 'GET', '/v1/long-polling')).text);
    const held = ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}&wait=60`);
    await vi.waitFor(async () => expect((await readStats(lab)).transports['long-polling']?.parked).toBe(1), OBSERVING);
    await lab.close();
    const { status, headers } = await held;
    expect([status, headers.connection]).toEqual([204, 'close']);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(5);
  });

  test('byeSpreadMs: when to come back differs from client to client; 0 says at once', async () => {
    const retries = async (byeSpreadMs: number) => {
      const lab = await startLab({ ...PATIENT, byeSpreadMs });
      const streams = await Promise.all(Array.from({ length: 20 }, () => openSse(lab)));
      await lab.close();
      const byes = streams.map(({ events }) => events.until(({ event }) => event === 'bye'));
      return (await Promise.all(byes)).map(({ data }) => parsed<Bye>(data).retryMs);
    };
    const spread = await retries(1_000_000);
    expect(new Set(spread).size).toBeGreaterThan(10);
    expect(Math.min(...spread)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...spread)).toBeLessThanOrEqual(1_000_000);
    expect(new Set(await retries(0))).toEqual(new Set([0]));
  });
});

describe('while it shuts down', () => {
  test('health says alive and not ready, and nothing new is taken', async () => {
    const lab = await startLab(PATIENT);
    const { token } = await join(lab);
    const cursor = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text).cursor;
    const busy = await keepBusy(lab);
    const closing = lab.close();
    expect((await ask(lab, 'GET', '/healthz')).status).toBe(200);
    const refused = [
      await ask(lab, 'GET', '/readyz'),
      await ask(lab, 'GET', '/v1/sse'),
      await ask(lab, 'GET', '/v1/short-polling'),
      await ask(lab, 'POST', '/v1/join'),
      await post(lab, token, 'text'),
    ];
    expect(refused.map(codeOf)).toEqual(Array(5).fill('shutting-down'));
    expect(refused.map(({ headers }) => Number(headers['retry-after']) > 0)).toEqual(Array(5).fill(true));
    await expect(openSocket(lab)).rejects.toThrow('503');
    const poll = await ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}`);
    expect([poll.status, poll.headers.connection]).toEqual([204, 'close']);
    expect(await busy.finish()).toBe(201);
    await closing;
  });

  test('who is refused is told when to come back, and not all the same', async () => {
    const lab = await startLab({ ...PATIENT, byeSpreadMs: 1_000_000 });
    const busy = await keepBusy(lab);
    const closing = lab.close();
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(lab, 'GET', '/v1/short-polling')));
    const retries = asked.map(({ headers }) => Number(headers['retry-after']));
    expect(new Set(retries).size).toBeGreaterThan(10);
    expect(Math.max(...retries)).toBeLessThanOrEqual(1000);
    await busy.finish();
    await closing;
  });

  test('a publish that is under way is stored and gets its receipt', async () => {
    const store = gatedStore();
    const lab = await startLab(PATIENT, store.gated);
    const { token } = await join(lab);
    const published = post(lab, token, 'last words');
    await vi.waitFor(() => expect(store.waiting()).toBe(1), OBSERVING);
    const closing = lab.close();
    expect((await ask(lab, 'GET', '/readyz')).status).toBe(503);
    expect(store.closed()).toBe(false);
    store.open();
    const { status, text } = await published;
    expect([status, parsed<Receipt>(text).seq]).toEqual([201, 1]);
    await closing;
    expect(store.closed()).toBe(true);
  });

  test.each(['ws', 'by-hand'] as const)(
    'a publish that is under way over WebSocket gets its receipt before 1001 (%s)',
    async (websocketEngine) => {
      const store = gatedStore();
      const lab = await startLab({ ...PATIENT, websocketEngine }, store.gated);
      const { token } = await join(lab);
      const { socket, frames, closed } = await openSocket(lab);
      socket.send(JSON.stringify({ type: 'authenticate', token }));
      socket.send(JSON.stringify({ type: 'publish', id: 'last', text: 'last words' }));
      await vi.waitFor(() => expect(store.waiting()).toBe(1), OBSERVING);
      const closing = lab.close();
      await frames.until(({ type }) => type === 'bye');
      store.open();
      expect(await frames.until(({ type }) => type === 'receipt')).toMatchObject({ id: 'last', seq: 1 });
      expect((await closed).code).toBe(1001);
      await closing;
    },
  );

  test('a publish whose client has gone is waited for too', async () => {
    const store = gatedStore();
    const lab = await startLab(PATIENT, store.gated);
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.request('POST', '/v1/messages', postHeaders(token), '{"id":"a","text":"b"}');
    await vi.waitFor(() => expect(store.waiting()).toBe(1), OBSERVING);
    client.socket.destroy();
    await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
    const closing = lab.close();
    for (let asked = 0; asked < 50; asked += 1) expect((await ask(lab, 'GET', '/readyz')).status).toBe(503);
    expect(store.closed()).toBe(false);
    store.open();
    await closing;
    expect(store.closed()).toBe(true);
  });

  test('a request whose body is still coming is finished', async () => {
    const lab = await startLab(PATIENT);
    const { finish } = await keepBusy(lab);
    const closing = lab.close();
    expect((await ask(lab, 'GET', '/readyz')).status).toBe(503);
    expect(await finish()).toBe(201);
    await closing;
  });

  test('idle connections are ended and not waited for', async () => {
    const lab = await startLab({ ...PATIENT, headersTimeoutMs: 0, requestTimeoutMs: 0 });
    const [used, fresh] = [await connectRaw(lab.url), await connectRaw(lab.url)];
    used.request('GET', '/v1/short-polling');
    await used.response();
    await lab.close();
    await Promise.all([used.closed, fresh.closed]);
  });
});

describe('shutdownMs', () => {
  test('is how long it waits for those who neither finish nor hang up', async () => {
    const lab = await startLab({ shutdownMs: 300 });
    const client = await connectRaw(lab.url);
    client.send(requestText('POST', '/v1/join', { 'Content-Type': 'application/json', 'Content-Length': '2' }));
    await readStats(lab);
    const since = performance.now();
    await lab.close();
    expect(performance.now() - since).toBeGreaterThanOrEqual(299);
    await client.closed;
  });

  test('0 waits for nobody', async () => {
    const lab = await startLab({ shutdownMs: 0 });
    await keepBusy(lab);
    const stream = await openSse(lab);
    await lab.close();
    await stream.closed;
    expect(lab.connections).toBe(0);
  });
});

test('closing twice is closing once, and the port is free then', async () => {
  const lab = await startLab(PATIENT);
  await Promise.all([openSse(lab), openSocket(lab)]);
  expect(lab.close()).toBe(lab.close());
  await lab.close();
  expect(lab.connections).toBe(0);
  const next = await startLab({ port: Number(new URL(lab.url).port) });
  expect((await ask(next, 'POST', '/v1/messages', { headers: postHeaders('x') })).status).toBe(401);
});

test('a port in use is told by its code, and leaves nothing running', async () => {
  const { url } = await startLab();
  const store = gatedStore();
  await expect(startLab({ port: Number(new URL(url).port) }, store.gated)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  expect(store.closed()).toBe(true);
});
