import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleMessages } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';

const HOUR_MS = 3_600_000;
let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture({ random: () => 0.5 });
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const attempts = () => fixture.stream.links.length;
const status = () => fixture.session.status;

function connect(): void {
  fixture.session.connect();
  fixture.stream.link.listener.opened('e.0');
  fixture.stream.link.listener.alive(HOUR_MS);
}

function lose(retryMs?: number): void {
  const told = retryMs === undefined ? {} : { retryMs };
  fixture.stream.link.listener.ended({ reason: 'lost', detail: 'cut', ...told });
}

describe.each(['online', 'visible'] as const)('the hint "%s"', (hint) => {
  test('has a waiting session try at once', () => {
    connect();
    lose();
    expect(status()).toMatchObject({ state: 'waiting', retryAt: 250 });
    fixture.session.hint(hint);
    expect(status().state).toBe('connecting');
    expect(attempts()).toBe(2);
  });

  test('changes nothing while the server wants to be left alone', async () => {
    connect();
    lose(5000);
    await vi.advanceTimersByTimeAsync(4999);
    fixture.session.hint(hint);
    expect(status()).toMatchObject({ state: 'waiting', retryAt: 5500 });
    await vi.advanceTimersByTimeAsync(1);
    fixture.session.hint(hint);
    expect(status().state).toBe('connecting');
  });

  test('leaves a connection alone that is not overdue, and one that is being made', () => {
    fixture.session.connect();
    fixture.session.hint(hint);
    fixture.stream.link.listener.opened('e.0');
    fixture.stream.link.listener.alive(HOUR_MS);
    fixture.session.hint(hint);
    expect(fixture.statuses.map(({ state }) => state)).toEqual(['connecting', 'connected']);
    expect(attempts()).toBe(1);
  });

  test('makes a connection anew that is overdue, from the cursor', () => {
    connect();
    fixture.stream.link.listener.received(sampleMessages(1, 3));
    vi.setSystemTime(2 * HOUR_MS);
    fixture.session.hint(hint);
    expect(fixture.stream.links.map(({ closed }) => closed)).toEqual([true, false]);
    expect(fixture.stream.link.options.cursor).toBe('e.3');
    expect(status()).toMatchObject({ state: 'connecting', lastEnd: { reason: 'lost' } });
  });

  test('connects nobody who is disconnected or closed', () => {
    connect();
    fixture.session.disconnect();
    fixture.session.hint(hint);
    fixture.session.close();
    const told = fixture.statuses.length;
    for (const last of ['offline', hint] as const) fixture.session.hint(last);
    expect([attempts(), fixture.statuses.length, status().state]).toEqual([1, told, 'closed']);
  });
});

describe('the hint "offline"', () => {
  test('is told, once, and keeps the connection: it may be wrong', () => {
    connect();
    fixture.session.hint('offline');
    fixture.session.hint('offline');
    expect(fixture.statuses.map(({ state, offline }) => [state, offline])).toEqual([
      ['connecting', undefined],
      ['connected', undefined],
      ['connected', true],
    ]);
    fixture.stream.link.listener.received(sampleMessages(1, 1));
    expect(fixture.lines).toEqual(['message 1']);
  });

  test('has attempts go on as ever, and no sooner for being looked at', async () => {
    connect();
    fixture.session.hint('offline');
    lose();
    fixture.session.hint('visible');
    expect(status()).toMatchObject({ state: 'waiting', retryAt: 250, offline: true });
    await vi.advanceTimersByTimeAsync(250);
    expect(status().state).toBe('connecting');
    fixture.stream.link.listener.opened('e.0');
    expect(status()).toMatchObject({ state: 'connected', offline: true });
  });

  test('and then "online": what failed in between is forgotten, and the next delay is a short one', async () => {
    connect();
    fixture.session.hint('offline');
    for (let failures = 0; failures < 6; failures += 1) {
      lose();
      await vi.advanceTimersByTimeAsync((status().retryAt ?? 0) - Date.now());
    }
    lose();
    expect(status().retryAt).toBeGreaterThan(Date.now() + 10_000);
    fixture.session.hint('online');
    expect(status()).toEqual(expect.not.objectContaining({ offline: true }));
    expect(status().state).toBe('connecting');
    lose();
    expect(status().retryAt).toBe(Date.now() + 250);
  });

  test('and then "online": a connection from before is made anew, because it may be dead without knowing', () => {
    connect();
    fixture.session.hint('offline');
    fixture.session.hint('online');
    expect(fixture.stream.links.map(({ closed }) => closed)).toEqual([true, false]);
    expect(status()).toMatchObject({ state: 'connecting', lastEnd: { detail: 'the network was away' } });
  });
});

test('a listener that closes the session when told of a hint is obeyed', () => {
  const { session, stream } = createSessionFixture({
    listener: { status: ({ offline }) => offline && session.close() },
  });
  session.connect();
  stream.link.listener.opened('e.0');
  session.hint('offline');
  expect([session.status.state, stream.links.length]).toEqual(['closed', 1]);

  const other = createSessionFixture({
    listener: { status: ({ state }) => state === 'waiting' && other.session.disconnect() },
  });
  other.session.connect();
  other.stream.link.listener.opened('e.0');
  for (const hint of ['offline', 'online'] as const) other.session.hint(hint);
  expect([other.session.status.state, other.stream.links.length]).toEqual(['closed', 1]);
  other.session.close();
});
