import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeEnv, type FakeEnv } from '../../testing/fake-env.ts';
import { sampleReceipt } from '../../testing/samples.ts';
import { createPoster, type Poster } from './poster.ts';

describe('a poster', () => {
  let env: FakeEnv;
  let poster: Poster;

  beforeEach(() => {
    vi.useFakeTimers();
    env = createFakeEnv();
    poster = createPoster(env, 'sse', 'c');
  });
  afterEach(() => {
    poster.close();
    vi.useRealTimers();
  });

  const publish = (id: string) => poster.publish({ id, text: `text of ${id}` }, 'token');
  const settle = () => vi.advanceTimersByTimeAsync(0);

  test('says via, client, token, id and text', () => {
    publish('a').catch(() => undefined);
    expect(env.exchanges[0]?.request).toMatchObject({
      method: 'POST',
      path: '/v1/messages?via=sse&client=c',
      headers: { authorization: 'Bearer token' },
      body: '{"id":"a","text":"text of a"}',
    });
  });

  test('resolves with the receipt, of a duplicate too', async () => {
    const first = publish('a');
    env.exchanges[0]?.answer(201, sampleReceipt('a', 4));
    expect(await first).toEqual(sampleReceipt('a', 4));
    const again = publish('a');
    env.exchanges[1]?.answer(200, { ...sampleReceipt('a', 4), duplicate: true });
    expect(await again).toMatchObject({ seq: 4, duplicate: true });
  });

  test('posts one after the other, so that none overtakes another', async () => {
    const all = Promise.all([publish('a'), publish('b'), publish('c')]);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await settle();
      expect(env.exchanges).toHaveLength(index + 1);
      env.exchanges[index]?.answer(201, sampleReceipt(id, index + 1));
    }
    expect((await all).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('posts side by side where the line gets long', async () => {
    const all = Promise.allSettled(Array.from({ length: 60 }, (_, index) => publish(`id-${index}`)));
    await settle();
    expect(env.exchanges).toHaveLength(16);
    poster.close();
    await all;
  });

  test('keeps up with 50 drafts a second over a round trip of 100 ms', async () => {
    const request = env.request;
    poster = createPoster(
      {
        ...env,
        request(wanted) {
          const response = request(wanted);
          const exchange = env.exchanges.at(-1);
          setTimeout(() => exchange?.answer(201, sampleReceipt('any')), 100);
          return response;
        },
      },
      'sse',
      'c',
    );
    let stored = 0;
    for (let index = 0; index < 250; index += 1) {
      void publish(`id-${index}`).then(() => {
        stored += 1;
      });
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(stored).toBeGreaterThan(200);
    await vi.advanceTimersByTimeAsync(4000);
    expect(stored).toBe(250);
  });

  test('rejects what is still in line where one failed for the moment, so that all can be sent again in order', async () => {
    const all = Promise.allSettled([publish('a'), publish('b'), publish('c')]);
    env.exchanges[0]?.answer(429, { code: 'rate-limited', detail: 'too fast' }, { 'retry-after': '2' });
    expect(await all).toMatchObject([
      { reason: { status: 429, retryAfterMs: 2000 } },
      { reason: { status: null } },
      { reason: { status: null } },
    ]);
    expect(env.exchanges).toHaveLength(1);
  });

  test('goes on with the next where one was refused for good', async () => {
    const refused = publish('a');
    const next = publish('b');
    env.exchanges[0]?.answer(409, { code: 'id-conflict', detail: 'taken' });
    await expect(refused).rejects.toMatchObject({ status: 409, code: 'id-conflict', message: 'taken' });
    await settle();
    env.exchanges[1]?.answer(201, sampleReceipt('b'));
    expect(await next).toMatchObject({ id: 'b' });
  });

  test('does not know what became of a POST without an answer in 20 s, or with nonsense for one', async () => {
    const slow = publish('a');
    const expectation = expect(slow).rejects.toMatchObject({ status: null });
    await vi.advanceTimersByTimeAsync(20_000);
    await expectation;
    const nonsense = publish('b');
    env.exchanges[1]?.answer(201, { hello: 'world' });
    await expect(nonsense).rejects.toMatchObject({ status: null });
  });

  test('leaves nothing behind when closed', async () => {
    const all = Promise.allSettled([publish('a'), publish('b')]);
    poster.close();
    expect(await all).toMatchObject([{ reason: { status: null } }, { reason: { status: null } }]);
    await expect(publish('c')).rejects.toMatchObject({ status: null });
    await settle();
    expect(env.exchanges).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
