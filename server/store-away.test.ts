// A store in another process: its answers come later, or do not come at all.
import { describe, expect, test, vi } from 'vitest';
import type { Page } from './protocol/messages.ts';
import { ask, codeOf, join, parsed, post, readStats, startLab } from './testing/lab.ts';
import { connectRaw } from './testing/raw-client.ts';
import { ScriptedStore } from './testing/scripted-store.ts';
import { openSocket, openSse } from './testing/streams.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };

/** A lab on a store that has messages which its room does not. */
async function labOn(shutdownMs = 0) {
  const store = new ScriptedStore();
  store.write(3);
  const lab = await startLab({ shutdownMs }, store);
  return { store, lab };
}

/** Lets what the store is asked for come back until something has happened. */
async function settling<T>(store: ScriptedStore, happening: Promise<T>): Promise<T> {
  let happened = false;
  const noted = happening.finally(() => {
    happened = true;
  });
  while (!happened) {
    store.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return noted;
}

describe('a store that is away', () => {
  test('makes every read 503 with Retry-After, and the lab not ready, but alive', async () => {
    const { store, lab } = await labOn();
    store.isAway = true;
    const reads = ['/v1/short-polling', '/v1/long-polling', '/v1/sse', '/v1/stats', '/readyz'];
    for (const path of reads) {
      const answer = await ask(lab, 'GET', path);
      expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'store-unavailable', '1']);
    }
    await expect(openSocket(lab)).rejects.toThrow('503');
    expect((await ask(lab, 'GET', '/healthz')).status).toBe(200);
    store.isAway = false;
    expect((await ask(lab, 'GET', '/readyz')).status).toBe(200);
  });

  test('makes publishing 503: by POST with Retry-After, by frame with retryAfterMs', async () => {
    const { lab } = await labOn();
    const { token } = await join(lab);
    const answer = await post(lab, token, 'text');
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'store-unavailable', '1']);
    const { frames, send } = await openSocket(lab);
    send({ type: 'authenticate', token });
    send({ type: 'publish', id: 'a', text: 'text' });
    expect(await frames.until(({ type }) => type === 'error')).toMatchObject({
      id: 'a',
      status: 503,
      code: 'store-unavailable',
      retryAfterMs: 1000,
    });
  });

  test('while a stream catches up ends it, so that its client comes back: a WebSocket with 1011', async () => {
    const { store, lab } = await labOn();
    store.isAsync = true;
    // Each stream asks where to begin, which is answered, and then for messages, which is not.
    const asked = (times: number) => vi.waitFor(() => expect(store.asked).toBe(times), OBSERVING);
    const openingSocket = openSocket(lab, '?cursor=e.0');
    await asked(1);
    store.settle();
    const socket = await openingSocket;
    await asked(1);
    const openingSse = openSse(lab, '?cursor=e.0');
    await asked(2);
    store.isAway = true;
    store.settle();
    store.isAway = false;
    expect((await socket.closed).code).toBe(1011);
    store.settle();
    const sse = await openingSse;
    await asked(1);
    store.isAway = true;
    store.settle();
    await sse.closed;
    expect(sse.response.complete).toBe(false);
    expect([socket.frames.all.length, sse.events.all.length]).toEqual([1, 1]);
  });
});

describe('a store that answers later', () => {
  test('serves every transport', async () => {
    const { store, lab } = await labOn();
    store.isAsync = true;
    for (const transport of ['short-polling', 'long-polling']) {
      const { text } = await settling(store, ask(lab, 'GET', `/v1/${transport}?cursor=e.1`));
      expect(parsed<Page>(text).messages.map(({ seq }) => seq)).toEqual([2, 3]);
    }
    const sse = await settling(store, openSse(lab, '?cursor=e.1'));
    const events = await settling(store, sse.events.take(3));
    expect(events.map(({ id }) => id)).toEqual(['e.1', 'e.2', 'e.3']);
    const socket = await settling(store, openSocket(lab, '?cursor=e.1'));
    const frames = await settling(store, socket.frames.take(3));
    expect(frames.map((frame) => frame.type === 'message' && frame.message.seq)).toEqual([false, 2, 3]);
  });

  test('and a message that is stored while a poll’s answer is on its way is not waited past', async () => {
    const { store, lab } = await labOn();
    const held = ask(lab, 'GET', '/v1/long-polling?cursor=e.3');
    const parked = async () => (await readStats(lab)).transports['long-polling']?.parked;
    await vi.waitFor(async () => expect(await parked()).toBe(1), OBSERVING);
    store.write(1);
    expect(parsed<Page>((await held).text).messages.map(({ seq }) => seq)).toEqual([4]);
  });

  test.each(['/v1/sse', '/v1/long-polling?cursor=e.3', '/v1/websocket'])(
    'a client of %s that has gone by then leaves nothing behind',
    async (path) => {
      const { store, lab } = await labOn();
      store.isAsync = true;
      const client = await connectRaw(lab.url);
      const upgrade = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      };
      client.request('GET', path, path.endsWith('websocket') ? upgrade : {});
      await vi.waitFor(() => expect(store.asked).toBe(1), OBSERVING);
      client.socket.destroy();
      // Of a socket that is being upgraded Node does not say that its client has gone: writing to it does.
      if (!path.endsWith('websocket')) await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
      store.isAsync = false;
      store.settle();
      await vi.waitFor(async () => {
        const { transports } = await readStats(lab);
        const left = Object.values(transports).map(({ open, parked }) => open + parked);
        expect(left).toEqual([0, 0, 0, 0, 0]);
      }, OBSERVING);
      await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
    },
  );

  test('a stream that is opened while the lab begins to shut down is told so too', async () => {
    const { store, lab } = await labOn(60_000);
    store.isAsync = true;
    const [sse, socket] = [openSse(lab), openSocket(lab)];
    await vi.waitFor(() => expect(store.asked).toBe(2), OBSERVING);
    const closing = lab.close();
    const { events } = await settling(store, sse);
    const { closed } = await settling(store, socket);
    await settling(
      store,
      events.until(({ event }) => event === 'bye'),
    );
    expect((await closed).code).toBe(1001);
    await closing;
  });
});
