import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleJoined, sampleReceipt } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';
import { PublishError } from '../transports/transport.ts';

let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture({ joined: sampleJoined() });
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const settle = () => pass(0);
const publishes = () => fixture.stream.link.publishes;
const sentTexts = () => publishes().map(({ draft }) => draft.text);
const states = () => fixture.session.outbox.map(({ text, state }) => `${text} ${state}`);

function connect(): void {
  fixture.session.connect();
  fixture.stream.link.listener.opened('e.0');
  fixture.stream.link.listener.alive(3_600_000);
}

async function answer(index: number, error?: PublishError): Promise<void> {
  const publish = publishes()[index];
  if (error === undefined) publish?.resolve(sampleReceipt(publish.draft.id, index + 1));
  else publish?.reject(error);
  await settle();
}

const refusal = (status: number | null, retryAfterMs: number | null = null) =>
  new PublishError(`refused with ${status}`, status, status === null ? null : 'a-code', retryAfterMs);

describe('the outbox', () => {
  test('keeps texts until there is a connection, then sends them in order without waiting for receipts', async () => {
    const { session, entries } = fixture;
    for (const text of ['a', 'b', 'c']) session.send(text);
    expect(states()).toEqual(['a unsent', 'b unsent', 'c unsent']);
    connect();
    expect(sentTexts()).toEqual(['a', 'b', 'c']);
    expect(new Set(publishes().map(({ token }) => token))).toEqual(new Set(['token-1']));
    await answer(0);
    expect(states()).toEqual(['b sent', 'c sent']);
    expect(entries.filter(({ text }) => text === 'a').map(({ state }) => state)).toEqual(['unsent', 'sent', 'stored']);
  });

  test('gives every text an id of its own, which the protocol allows', () => {
    const ids = Array.from({ length: 100 }, () => fixture.session.send('same').id);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('has at most 64 under way', async () => {
    connect();
    for (let index = 0; index < 70; index += 1) fixture.session.send(`${index}`);
    expect(publishes()).toHaveLength(64);
    await answer(0);
    expect(publishes()).toHaveLength(65);
    expect(sentTexts().at(-1)).toBe('64');
  });

  test.each([
    ['', 'empty'],
    ['x\ud800', 'surrogate'],
    ['ä'.repeat(2049), '4098 bytes'],
  ])('fails at once what the server would refuse: %j', (text, detail) => {
    connect();
    expect(fixture.session.send(text)).toMatchObject({ state: 'failed', detail: expect.stringContaining(detail) });
    expect(publishes()).toHaveLength(0);
    expect(fixture.session.outbox).toHaveLength(1);
  });

  test('takes the longest text there may be', () => {
    connect();
    expect(fixture.session.send('ä'.repeat(2048)).state).toBe('sent');
  });
});

describe('a text that was not stored', () => {
  test.each([null, 408, 429, 500, 503])('is sent again after status %s, with the same id', async (status) => {
    connect();
    const { id } = fixture.session.send('a');
    await answer(0, refusal(status));
    await settle();
    expect(publishes().map(({ draft }) => draft.id)).toEqual([id, id]);
    await answer(1);
    expect(fixture.session.outbox).toEqual([]);
  });

  test('is not sent again before the server wants it', async () => {
    connect();
    fixture.session.send('a');
    await answer(0, refusal(429, 3000));
    expect(fixture.session.outbox).toMatchObject([{ state: 'unsent', detail: 'refused with 429' }]);
    fixture.session.send('b');
    await pass(2999);
    expect(publishes()).toHaveLength(1);
    await pass(1);
    expect(sentTexts()).toEqual(['a', 'a', 'b']);
  });

  test('holds up what was sent behind it, so that the rest goes again in order', async () => {
    connect();
    for (const text of ['a', 'b', 'c']) fixture.session.send(text);
    await answer(0, refusal(503, 500));
    await answer(1, refusal(null));
    await answer(2, refusal(503, 1000));
    await pass(999);
    expect(publishes()).toHaveLength(3);
    await pass(1);
    expect(sentTexts().slice(3)).toEqual(['a', 'b', 'c']);
  });

  test('is tried less often the longer it fails', async () => {
    fixture = createSessionFixture({ joined: sampleJoined(), random: () => 0.5 });
    connect();
    fixture.session.send('a');
    const times: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      times.push(Date.now());
      publishes()[index]?.reject(refusal(503));
      await settle();
      await pass((fixture.session.outboxRetryAt ?? 0) - Date.now());
    }
    expect(times).toEqual([0, 250, 750, 1750]);
  });

  test.each([400, 403, 409, 413])('has failed after status %d, and the others go on', async (status) => {
    connect();
    fixture.session.send('a');
    fixture.session.send('b');
    await answer(0, refusal(status));
    await answer(1);
    expect(fixture.session.outbox).toMatchObject([{ text: 'a', state: 'failed', detail: `refused with ${status}` }]);
    await pass(600_000);
    expect(publishes()).toHaveLength(2);
  });

  test('is given up in time, and says so', async () => {
    connect();
    fixture.session.send('never tried again');
    await pass(1000);
    fixture.session.send('younger');
    await pass(9 * 60_000 - 1001);
    expect(states()).toEqual(['never tried again sent', 'younger sent']);
    await pass(1);
    expect(states()).toEqual(['never tried again failed', 'younger sent']);
    expect(fixture.session.outbox[0]?.detail).toContain('9 minutes');
    await pass(1000);
    expect(states()).toEqual(['never tried again failed', 'younger failed']);
    await answer(0);
    expect(states()).toEqual(['younger failed']);
  });

  test('may wait for its first try as long as it takes', async () => {
    fixture.session.send('a');
    await pass(3_600_000);
    connect();
    expect(sentTexts()).toEqual(['a']);
    await answer(0);
    expect(fixture.session.outbox).toEqual([]);
  });
});

describe('an identity', () => {
  const joins = () => fixture.env.exchanges.map(({ request }) => [request.path, request.body]);

  beforeEach(() => {
    fixture = createSessionFixture();
  });

  test('is asked for by name, told, and used', async () => {
    const joining = fixture.session.join('Ada');
    expect(joins()).toEqual([['/v1/join?client=c', '{"name":"Ada"}']]);
    fixture.env.exchanges[0]?.answer(201, sampleJoined('t', 'Ada'));
    expect(await joining).toEqual(sampleJoined('t', 'Ada'));
    expect(fixture.session.joined).toEqual(sampleJoined('t', 'Ada'));
    expect(fixture.lines).toEqual(['joined Ada']);
  });

  test('that is refused rejects with what the server says', async () => {
    const joining = fixture.session.join('');
    fixture.env.exchanges[0]?.answer(400, { code: 'invalid-body', detail: 'name: too short' });
    await expect(joining).rejects.toMatchObject({ name: 'PublishError', status: 400, message: 'name: too short' });
    const lost = fixture.session.join();
    fixture.env.exchanges[1]?.fail('connection refused');
    await expect(lost).rejects.toMatchObject({ name: 'PublishError', status: null });
  });

  test('is got by itself before the first text is sent', async () => {
    connect();
    fixture.session.send('a');
    fixture.session.send('b');
    expect(joins()).toEqual([['/v1/join?client=c', '{}']]);
    fixture.env.exchanges[0]?.answer(201, sampleJoined('t', 'Guest-1234'));
    await settle();
    expect(sentTexts()).toEqual(['a', 'b']);
    expect(publishes()[0]?.token).toBe('t');
  });

  test('is asked for again where there was no answer, and what waits fails where it is refused', async () => {
    connect();
    fixture.session.send('a');
    fixture.env.exchanges[0]?.answer(503, { detail: 'full' }, { 'retry-after': '2' });
    await pass(1999);
    expect(joins()).toHaveLength(1);
    await pass(1);
    expect(joins()).toHaveLength(2);
    fixture.env.exchanges[1]?.answer(403, { detail: 'not from there' });
    await settle();
    expect(fixture.session.outbox).toMatchObject([
      { state: 'failed', detail: expect.stringContaining('not from there') },
    ]);
    await pass(60_000);
    expect(joins()).toHaveLength(2);
  });

  test('is asked for again where the answer never comes, because its connection was lost', async () => {
    connect();
    fixture.session.send('a');
    await pass(19_999);
    expect(joins()).toHaveLength(1);
    await pass(1);
    expect(fixture.env.exchanges[0]?.aborted).toBe(true);
    await pass(1);
    expect(joins()).toHaveLength(2);
    fixture.env.exchanges[1]?.answer(201, sampleJoined('t', 'Guest-1234'));
    await settle();
    expect(sentTexts()).toEqual(['a']);
  });

  test('that the server forgot is got again by the same name, and the texts go out under the new one', async () => {
    fixture = createSessionFixture({ joined: sampleJoined('old', 'Ada') });
    connect();
    const ids = ['a', 'b'].map((text) => fixture.session.send(text).id);
    await answer(0, refusal(401));
    await answer(1, refusal(401));
    expect(joins()).toEqual([['/v1/join?client=c', '{"name":"Ada"}']]);
    fixture.env.exchanges[0]?.answer(201, sampleJoined('new', 'Ada'));
    await settle();
    expect(publishes().map(({ draft, token }) => `${draft.id} ${token}`)).toEqual([
      `${ids[0]} old`,
      `${ids[1]} old`,
      `${ids[0]} new`,
      `${ids[1]} new`,
    ]);
  });

  test('that is refused again and again is asked for with backoff', async () => {
    fixture = createSessionFixture({ joined: sampleJoined('t0', 'Ada'), random: () => 0.5 });
    connect();
    fixture.session.send('a');
    const times: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      await answer(index, refusal(401));
      if (index > 0) await pass((fixture.session.outboxRetryAt ?? 0) - Date.now());
      times.push(Date.now());
      expect(joins()).toHaveLength(index + 1);
      fixture.env.exchanges[index]?.answer(201, sampleJoined(`t${index + 1}`, 'Ada'));
      await settle();
    }
    expect(times).toEqual([0, 250, 750, 1750]);
  });

  test('is not waited for after close', async () => {
    const joining = fixture.session.join();
    fixture.session.close();
    await expect(joining).rejects.toMatchObject({ name: 'PublishError', status: null });
    expect(fixture.session.joined).toBeNull();
  });
});
