// When the outbox stops holding back what failed: one occasion for it and for the connection.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleJoined } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';
import { PublishError } from '../transports/transport.ts';

let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture({ joined: sampleJoined(), random: () => 0.5 });
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const publishes = () => fixture.stream.link.publishes;

/** @returns the session with one text that failed so many times. */
async function failing(times: number, retryAfterMs: number | null = null): Promise<void> {
  fixture.session.connect();
  fixture.stream.link.listener.opened('e.0');
  fixture.stream.link.listener.alive(3_600_000);
  fixture.session.send('a');
  for (let index = 0; index < times; index += 1) {
    const retryAt = fixture.session.outboxRetryAt;
    if (retryAt !== null) await pass(retryAt - Date.now());
    publishes()
      .at(-1)
      ?.reject(new PublishError('away', 503, null, retryAfterMs));
    await pass(0);
  }
}

test('it says until when it holds back, and nothing where it does not', async () => {
  expect(fixture.session.outboxRetryAt).toBeNull();
  await failing(1, 3000);
  expect(fixture.session.outboxRetryAt).toBe(3500);
  await pass(3500);
  expect(fixture.session.outboxRetryAt).toBeNull();
  expect(publishes()).toHaveLength(2);
});

test.each(['online', 'visible'] as const)(
  'the hint "%s" is one for both: what is held back goes out at once',
  async (hint) => {
    await failing(7);
    expect((fixture.session.outboxRetryAt ?? 0) - Date.now()).toBe(15_000);
    fixture.session.hint(hint);
    expect([publishes().length, fixture.session.outboxRetryAt]).toEqual([8, null]);
    publishes()
      .at(-1)
      ?.reject(new PublishError('away', 503, null, null));
    await pass(0);
    expect((fixture.session.outboxRetryAt ?? 0) - Date.now()).toBe(250);
  },
);

test('a new connection is an occasion too', async () => {
  await failing(7);
  fixture.stream.link.listener.ended({ reason: 'lost', detail: 'cut' });
  await pass(250);
  expect(fixture.session.outboxRetryAt).not.toBeNull();
  fixture.stream.link.listener.opened('e.0');
  expect(publishes().map(({ draft }) => draft.text)).toEqual(['a']);
});

test('neither is one where the server asked for more time, or the platform has no network; a person is', async () => {
  await failing(1, 60_000);
  fixture.session.hint('online');
  fixture.session.hint('visible');
  fixture.session.hint('offline');
  fixture.session.hint('visible');
  expect(publishes()).toHaveLength(1);
  fixture.session.tryNow();
  expect(publishes()).toHaveLength(2);
});

test('"try now" connects a waiting session, and no closed one', () => {
  fixture.session.connect();
  fixture.stream.link.listener.ended({ reason: 'lost', detail: 'cut', retryMs: 60_000 });
  fixture.session.tryNow();
  expect(fixture.session.status.state).toBe('connecting');
  fixture.session.disconnect();
  fixture.session.tryNow();
  expect([fixture.session.status.state, fixture.stream.links.length]).toEqual(['closed', 2]);
});
