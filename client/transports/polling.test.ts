import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeEnv, type FakeEnv } from '../testing/fake-env.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { sampleMessages } from '../testing/samples.ts';
import { createLongPollingTransport } from './long-polling.ts';
import { createShortPollingTransport } from './short-polling.ts';
import type { Transport, TransportConnection, TransportOptions } from './transport.ts';

let env: FakeEnv;
let recorder: Recorder;
let connection: TransportConnection;
let start: number;
/** When each request came, in ms after the opening. */
let times: number[];

beforeEach(() => {
  vi.useFakeTimers();
  const fake = createFakeEnv();
  start = Date.now();
  times = [];
  env = {
    ...fake,
    request(request) {
      times.push(Date.now() - start);
      return fake.request(request);
    },
  };
  recorder = createRecorder();
});

afterEach(() => {
  connection.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function open(transport: Transport, extra: Partial<TransportOptions> = {}): void {
  connection = transport.open(
    { env, clientId: 'c', cursor: null, pollIntervalMs: 1000, waitSeconds: 30, presence: false, ...extra },
    recorder,
  );
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const paths = () => env.exchanges.map(({ request }) => request.path);

async function answer(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<void> {
  env.exchanges.at(-1)?.answer(status, body, headers);
  await pass(0);
}

function page(first: number, last: number, more = false) {
  return { cursor: `e.${last}`, messages: sampleMessages(first, last), more };
}

describe.each([createShortPollingTransport(), createLongPollingTransport()])('$name', (transport) => {
  const route = `/v1/${transport.name}`;

  test('begins before the first message of its first page, and reads on from the cursor at once while there is more', async () => {
    open(transport, { history: 2 });
    await answer(200, page(6, 7, true));
    await answer(200, page(8, 9));
    expect(recorder.lines).toEqual(['opened e.5', 'received 6 7', 'received 8 9']);
    expect(times.slice(0, 2)).toEqual([0, 0]);
    expect(paths()[0]).toBe(`${route}?client=c&history=2`);
    expect(paths()[1]).toMatch(`${route}?client=c&cursor=e.7&history=2`);
  });

  test('begins at the cursor of an empty first page', async () => {
    open(transport);
    await answer(200, { cursor: 'e.0', messages: [], more: false });
    expect(recorder.lines).toEqual(['opened e.0']);
  });

  test('takes 204 as an answer: it is connected, and alive', async () => {
    open(transport, { cursor: 'e.5' });
    await answer(204);
    expect(recorder.lines).toEqual(['opened e.5']);
    expect(recorder.aliveMs).not.toBeNull();
  });

  test('announces a reset before it tells it', async () => {
    open(transport, { cursor: 'old.5' });
    await answer(200, { ...page(3, 4), reset: { reason: 'epoch-changed', cursor: 'e.2' } });
    expect(recorder.lines).toEqual(['opened null', 'reset epoch-changed e.2', 'received 3 4']);
  });

  test('ends refused where it is refused, with the time to come back', async () => {
    open(transport);
    await answer(429, { detail: 'too fast' }, { 'retry-after': '2' });
    expect(recorder.end).toEqual({ reason: 'refused', detail: 'too fast', status: 429, retryMs: 2000 });
  });

  test('ends with bye where a 204 says when to come back', async () => {
    open(transport, { cursor: 'e.5' });
    await answer(204, undefined, { 'retry-after': '1' });
    expect(recorder.end).toMatchObject({ reason: 'bye', retryMs: 1000 });
  });

  test.each([
    ['a page without its fields', { cursor: 'e.1' }],
    ['a page whose cursor is none', { cursor: 'e', messages: [], more: false }],
  ])('ends on nonsense: %s', async (what, body) => {
    open(transport);
    await answer(200, body);
    expect(recorder.end).toMatchObject({ reason: 'lost', detail: expect.stringContaining(what) });
  });

  test('ends where there is no answer', async () => {
    open(transport);
    env.exchanges[0]?.fail('connection refused');
    await pass(0);
    expect(recorder.end).toMatchObject({ reason: 'lost', detail: expect.stringContaining('connection refused') });
  });

  test('aborts its request when closed, and says so at once', () => {
    open(transport);
    connection.close();
    expect(recorder.lines).toEqual(['ended closed']);
    expect(env.exchanges[0]?.aborted).toBe(true);
  });
});

describe('short polling', () => {
  const openShort = (extra?: Partial<TransportOptions>) => open(createShortPollingTransport(), extra);

  test('asks at a fixed rate, whatever time the answers take', async () => {
    openShort({ cursor: 'e.1' });
    for (const ms of [300, 0, 700]) {
      await pass(ms);
      await answer(204);
      await pass(1000 - ms);
    }
    expect(times).toEqual([0, 1000, 2000, 3000]);
  });

  test('skips the slots at which a poll is still under way', async () => {
    openShort({ cursor: 'e.1' });
    await pass(2500);
    await answer(204);
    await pass(600);
    expect(times).toEqual([0, 3000]);
  });

  test('keeps its phase', async () => {
    openShort({ cursor: 'e.1', pollPhaseMs: 137 });
    await answer(204);
    await pass(137);
    await answer(204);
    await pass(1000);
    expect(times).toEqual([0, 137, 1137]);
  });

  test('takes a new interval from its last slot on', async () => {
    openShort({ cursor: 'e.1', pollIntervalMs: 10_000 });
    await answer(204);
    await pass(600);
    connection.setPollIntervalMs(1000);
    await pass(400);
    await answer(204);
    connection.setPollIntervalMs(3000);
    await pass(3000);
    expect(times).toEqual([0, 1000, 4000]);
  });

  test('expects an answer within two intervals and 10 s', async () => {
    openShort({ cursor: 'e.1', pollIntervalMs: 2000 });
    await answer(204);
    expect(recorder.aliveMs).toBe(14_000);
  });
});

describe('long polling', () => {
  const openLong = (extra?: Partial<TransportOptions>) => open(createLongPollingTransport(), extra);

  test('asks again at once after every answer', async () => {
    openLong({ waitSeconds: 20 });
    await answer(200, page(1, 2));
    await pass(5000);
    await answer(200, page(3, 3));
    await pass(20_000);
    await answer(204);
    expect(times).toEqual([0, 0, 5000, 25_000]);
    expect(paths().slice(1)).toEqual([2, 3, 3].map((seq) => `/v1/long-polling?client=c&cursor=e.${seq}&wait=20`));
  });

  test('asks for the shortest hold first where it has a cursor, so that it knows soon whether it is connected', async () => {
    openLong({ cursor: 'e.5' });
    await answer(204);
    expect(paths()).toEqual([
      '/v1/long-polling?client=c&cursor=e.5&wait=1',
      '/v1/long-polling?client=c&cursor=e.5&wait=30',
    ]);
  });

  test('waits for its phase after the first contact', async () => {
    openLong({ pollPhaseMs: 400 });
    await answer(200, page(1, 1));
    expect(recorder.aliveMs).toBe(40_400);
    await pass(400);
    await answer(204);
    expect(times).toEqual([0, 400, 400]);
  });

  test('expects an answer within its hold and 10 s', async () => {
    openLong({ waitSeconds: 30 });
    await answer(200, page(1, 1));
    expect(recorder.aliveMs).toBe(40_000);
  });
});
