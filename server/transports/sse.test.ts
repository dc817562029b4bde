import { describe, expect, test } from 'vitest';
import type { Hello, Presence, Reset } from '../protocol/messages.ts';
import { createMemoryStore } from '../stores/memory.ts';
import { ask, codeOf, join, parsed, post, postAll, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { messageOf, openSse, type SseEvent } from '../testing/streams.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';

const isMessage = ({ event }: SseEvent) => event === 'message';
const dataOf = <T>({ data }: SseEvent) => parsed<T>(data);

async function labWith(count: number, overrides: Parameters<typeof startLab>[0] = {}) {
  const lab = await startLab(overrides);
  const { token } = await join(lab);
  const receipts = await postAll(
    lab,
    token,
    Array.from({ length: count }, (_, index) => `text ${index + 1}`),
  );
  const epoch = receipts[0]?.cursor.split('.')[0] ?? '';
  return { lab, token, epoch };
}

describe('the beginning', () => {
  test('is a head that no proxy keeps or changes, at once', async () => {
    const { response } = await openSse(await startLab());
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  test('is hello, with the cursor as its id, and then the messages after it, each with its own', async () => {
    const { lab, epoch } = await labWith(3);
    const { events } = await openSse(lab, `?cursor=${epoch}.1`);
    const [hello, ...messages] = await events.take(3);
    expect(hello).toEqual({
      event: 'hello',
      id: `${epoch}.1`,
      data: JSON.stringify({ cursor: `${epoch}.1`, heartbeatMs: 15_000 }),
    });
    expect(messages.map((event) => [event.event, event.id, messageOf(event).seq])).toEqual([
      ['message', `${epoch}.2`, 2],
      ['message', `${epoch}.3`, 3],
    ]);
  });

  test('without a cursor is before the newest history', async () => {
    const { lab, epoch } = await labWith(5);
    const { events } = await openSse(lab, '?history=2');
    const [hello, first, second] = await events.take(3);
    expect([hello?.id, first?.id, second?.id]).toEqual([`${epoch}.3`, `${epoch}.4`, `${epoch}.5`]);
  });

  test('gives a retry once, between one and three seconds, and not the same to all', async () => {
    const lab = await startLab();
    const streams = await Promise.all(Array.from({ length: 10 }, () => openSse(lab)));
    for (const { events } of streams) await events.next();
    for (const { retries } of streams) {
      expect(retries).toHaveLength(1);
      expect(retries[0]).toBeGreaterThanOrEqual(1000);
      expect(retries[0]).toBeLessThanOrEqual(3000);
    }
    expect(new Set(streams.map(({ retries }) => retries[0])).size).toBeGreaterThan(1);
  });
});

describe('a reset', () => {
  test.each([
    ['epoch-changed', 'other.1'],
    ['ahead', 'EPOCH.99'],
    ['trimmed', 'EPOCH.1'],
  ])(
    '%s: hello has no id and no cursor, the reset has both, and the newest history follows',
    async (reason, wanted) => {
      const { lab, epoch } = await labWith(6, { retain: 3 });
      const { events } = await openSse(lab, `?cursor=${wanted.replace('EPOCH', epoch)}&history=2`);
      const [hello, reset, ...messages] = await events.take(4);
      expect([hello?.event, hello?.id]).toEqual(['hello', undefined]);
      expect(dataOf<Hello>(hello as SseEvent).cursor).toBeNull();
      expect([reset?.event, reset?.id]).toEqual(['reset', `${epoch}.4`]);
      expect(dataOf<Reset>(reset as SseEvent)).toEqual({ reason, cursor: `${epoch}.4` });
      expect(messages.map(({ id }) => id)).toEqual([`${epoch}.5`, `${epoch}.6`]);
    },
  );

  test('that begins with no history is followed by what is published then', async () => {
    const { lab, token, epoch } = await labWith(2);
    const { events } = await openSse(lab, '?cursor=other.1&history=0');
    await events.until(({ event }) => event === 'reset');
    await post(lab, token, 'next');
    expect((await events.next()).id).toBe(`${epoch}.3`);
  });
});

describe('Last-Event-ID', () => {
  test('wins over the cursor', async () => {
    const { lab, epoch } = await labWith(4);
    const headers = { 'Last-Event-ID': `${epoch}.3` };
    const { events } = await openSse(lab, `?cursor=${epoch}.1`, { headers });
    expect((await events.next()).id).toBe(`${epoch}.3`);
    expect((await events.until(isMessage)).id).toBe(`${epoch}.4`);
  });

  test('that is empty counts as none', async () => {
    const { lab, epoch } = await labWith(4);
    const { events } = await openSse(lab, `?cursor=${epoch}.2`, { headers: { 'Last-Event-ID': '' } });
    expect((await events.next()).id).toBe(`${epoch}.2`);
    const without = await openSse(lab, '?history=0', { headers: { 'Last-Event-ID': '' } });
    expect((await without.events.next()).id).toBe(`${epoch}.4`);
  });

  test('that is no cursor is 400 and named, though the cursor is good', async () => {
    const { lab, epoch } = await labWith(1);
    for (const id of ['nonsense', `${epoch}.x`, `${epoch}.1, ${epoch}.1`]) {
      const answer = await ask(lab, 'GET', `/v1/sse?cursor=${epoch}.1`, { headers: { 'Last-Event-ID': id } });
      expect([codeOf(answer), answer.text.includes('Last-Event-ID')]).toEqual(['invalid-parameter', true]);
    }
  });
});

describe('signs of life', () => {
  test('heartbeatMs: ping is an event with a name, without an id, again and again, and hello tells how often', async () => {
    const { events } = await openSse(await startLab({ heartbeatMs: 100 }));
    const hello = await events.next();
    expect(dataOf<Hello>(hello).heartbeatMs).toBe(100);
    for (let pings = 0; pings < 3; pings += 1) {
      expect(await events.next()).toEqual({ event: 'ping', id: undefined, data: '{}' });
    }
  });

  test('come as often as the client asks, whatever the server is set to', async () => {
    const lab = await startLab({ heartbeatMs: 3_600_000 });
    const { events } = await openSse(lab, '?heartbeat=1');
    expect(dataOf<Hello>(await events.next()).heartbeatMs).toBe(1000);
    expect(await events.next()).toEqual({ event: 'ping', id: undefined, data: '{}' });
  });

  test('are events only: no comments, and each chunk is whole events', async () => {
    const lab = await startLab({ heartbeatMs: 100 });
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/sse');
    await client.head();
    await post(lab, token, 'line\nline');
    let text = '';
    while (!text.includes('event: ping') || !text.includes('line')) {
      const chunk = (await client.chunk()).toString();
      expect(chunk.endsWith('\n\n')).toBe(true);
      text += chunk;
    }
    const fields = text.split('\n').map((line) => line.split(':')[0]);
    expect(new Set(fields)).toEqual(new Set(['event', 'id', 'retry', 'data', '']));
  });
});

describe('presence', () => {
  test('comes only to those who ask', async () => {
    const lab = await startLab({ heartbeatMs: 100 });
    const streams = [await openSse(lab), await openSse(lab, '?presence=0')];
    const asking = await openSse(lab, '?presence=1');
    await asking.events.until(({ event }) => event === 'presence');
    for (const { events } of streams) {
      for (let pings = 0; pings < 12; pings += 1)
        expect((await events.until(({ event }) => event !== 'hello')).event).toBe('ping');
    }
  });

  test('comes right after hello, without an id, and then when it changes', async () => {
    const lab = await startLab();
    const { events } = await openSse(lab, '?presence=1');
    const [hello, presence] = await events.take(2);
    expect([hello?.event, presence?.event, presence?.id]).toEqual(['hello', 'presence', undefined]);
    expect(dataOf<Presence>(presence as SseEvent).counts['sse']).toBe(1);
    const other = await openSse(lab);
    const change = await events.next();
    expect([change.event, dataOf<Presence>(change).counts['sse']]).toEqual(['presence', 2]);
    other.response.destroy();
    expect(dataOf<Presence>(await events.next()).counts['sse']).toBe(1);
  });
});

test('what is published in one turn comes in one chunk', async () => {
  const lab = await startLab();
  const { token } = await join(lab);
  const client = await connectRaw(lab.url);
  client.request('GET', '/v1/sse');
  await client.head();
  await client.chunk();
  const { webSocket, tcp } = await openBareWebSocket(lab);
  const drafts = Array.from({ length: 10 }, (_, index) => ({ type: 'publish', id: `id-${index}`, text: 'text' }));
  // All in one write.
  tcp.cork();
  for (const frame of [{ type: 'authenticate', token }, ...drafts]) webSocket.send(JSON.stringify(frame));
  tcp.uncork();
  const seqs = [...(await client.chunk()).toString().matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('no chunk takes more than 64 kB, however short its messages and however many a turn brings', async () => {
  const store = createMemoryStore({ retain: 10_000, dedupeWindowMs: 60_000 });
  const lab = await startLab({}, store);
  const { epoch } = await store.span();
  const open = async () => {
    const client = await connectRaw(lab.url);
    client.request('GET', `/v1/sse?cursor=${epoch}.0`);
    await client.head();
    return client;
  };
  const live = await open();
  await live.chunk();
  const drafts = Array.from({ length: 3000 }, (_, index) => ({
    id: index.toString(36),
    from: 'u',
    name: 'A',
    text: 'a',
  }));
  await Promise.all(drafts.map((draft) => store.append({ ...draft, via: 'sse' })));
  for (const client of [live, await open()]) {
    let chunk = '';
    const lengths: number[] = [];
    while (!chunk.includes(`id: ${epoch}.3000\n`)) {
      chunk = (await client.chunk()).toString();
      lengths.push(chunk.length);
    }
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64_000);
    expect(lengths.length).toBeLessThan(30);
  }
});
