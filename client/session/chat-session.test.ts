import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleMessages } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';

let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture();
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const state = () => fixture.session.status.state;

function connect(cursor = 'e.0'): void {
  fixture.session.connect();
  fixture.stream.link.listener.opened(cursor);
}

describe('connecting', () => {
  test('opens the transport once, without a cursor, and is connected when the server answers', () => {
    const { session, stream, statuses } = fixture;
    session.connect();
    session.connect();
    expect(stream.links).toHaveLength(1);
    expect(stream.link.options).toMatchObject({ cursor: null, clientId: 'c', pollIntervalMs: 1000, waitSeconds: 30 });
    expect(session.cursor).toBeNull();
    stream.link.listener.opened('e.4');
    session.connect();
    expect(statuses.map((each) => each.state)).toEqual(['connecting', 'connected']);
    expect(session.cursor).toBe('e.4');
    expect(stream.links).toHaveLength(1);
  });

  test('begins at a cursor that it was given, and refuses what is none, or an unknown transport', () => {
    const { session, stream } = createSessionFixture({ cursor: 'e.7', history: 5 });
    session.connect();
    expect(stream.link.options).toMatchObject({ cursor: 'e.7', history: 5 });
    session.close();
    expect(() => createSessionFixture({ cursor: 'nonsense' })).toThrow(RangeError);
    expect(() => createSessionFixture({ transport: 'pigeon' })).toThrow('there is no transport "pigeon"');
  });

  test('gives up on a server that does not answer within 15 s', async () => {
    fixture.session.connect();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(state()).toBe('connecting');
    await vi.advanceTimersByTimeAsync(1);
    expect(fixture.session.status).toMatchObject({ state: 'waiting', attempt: 1, lastEnd: { reason: 'lost' } });
    expect(fixture.stream.link.closed).toBe(true);
  });
});

describe('reading', () => {
  test('tells each message once, whatever is repeated', () => {
    connect();
    fixture.stream.link.listener.received(sampleMessages(1, 3));
    fixture.stream.link.listener.received(sampleMessages(2, 4));
    fixture.stream.link.listener.received(sampleMessages(4, 4));
    expect(fixture.lines).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
    expect(fixture.session.cursor).toBe('e.4');
  });

  test('reconnects from its cursor when something is missing, and never tells what comes after a gap', async () => {
    connect();
    const broken = fixture.stream.link;
    broken.listener.received([...sampleMessages(1, 2), ...sampleMessages(4, 4)]);
    expect(broken.closed).toBe(true);
    expect(fixture.session.status).toMatchObject({
      state: 'waiting',
      lastEnd: { detail: expect.stringContaining('4 came after 2') },
    });
    broken.listener.received(sampleMessages(3, 4));
    await vi.advanceTimersByTimeAsync(0);
    expect(fixture.stream.link.options.cursor).toBe('e.2');
    fixture.stream.link.listener.opened('e.2');
    fixture.stream.link.listener.received(sampleMessages(3, 4));
    expect(fixture.lines).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
  });

  test('passes a reset on, and goes on from its cursor', () => {
    connect('e.5');
    fixture.stream.link.listener.reset({ reason: 'trimmed', cursor: 'e.90' });
    fixture.stream.link.listener.received(sampleMessages(91, 91));
    expect(fixture.lines).toEqual(['reset trimmed', 'message 91']);
    expect(fixture.session.cursor).toBe('e.91');
  });

  test('keeps its old cursor where the connection is cut between the announcement of a reset and the reset', async () => {
    fixture = createSessionFixture({ cursor: 'old.9' });
    const { session, stream, lines } = fixture;
    session.connect();
    stream.link.listener.opened(null);
    stream.link.listener.ended({ reason: 'lost', detail: 'cut' });
    expect(session.cursor).toBe('old.9');
    await vi.advanceTimersByTimeAsync(0);
    expect(stream.link.options.cursor).toBe('old.9');
    stream.link.listener.opened(null);
    stream.link.listener.reset({ reason: 'epoch-changed', cursor: 'new.0' });
    expect(lines).toEqual(['reset epoch-changed']);
    expect(session.cursor).toBe('new.0');
  });
});

describe('reconnecting', () => {
  test('waits with full jitter, longer each time, and starts anew after a connection that stood', async () => {
    fixture = createSessionFixture({ random: () => 0.5 });
    const { session, stream } = fixture;
    const waits: number[] = [];
    const fail = async () => {
      stream.link.listener.ended({ reason: 'lost', detail: 'no answer' });
      waits.push((session.status.retryAt ?? Number.NaN) - Date.now());
      await vi.advanceTimersByTimeAsync(waits.at(-1) ?? 0);
    };
    session.connect();
    await fail();
    await fail();
    await fail();
    expect(session.status).toMatchObject({ state: 'connecting', attempt: 3 });
    // A connection that is cut at once was no success for the backoff.
    stream.link.listener.opened('e.0');
    expect(session.status.attempt).toBe(0);
    await fail();
    stream.link.listener.opened('e.0');
    stream.link.listener.alive(60_000);
    await vi.advanceTimersByTimeAsync(6000);
    await fail();
    expect(waits).toEqual([250, 500, 1000, 2000, 250]);
  });

  test('is never earlier than the server asked for', async () => {
    connect();
    fixture.stream.link.listener.ended({ reason: 'bye', detail: 'going', retryMs: 700 });
    expect(fixture.session.status).toMatchObject({
      state: 'waiting',
      retryAt: 700,
      attempt: 0,
      lastEnd: { reason: 'bye' },
    });
    await vi.advanceTimersByTimeAsync(699);
    expect(fixture.stream.links).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fixture.stream.links).toHaveLength(2);
  });

  test('is done at once when asked for', () => {
    connect();
    fixture.stream.link.listener.ended({ reason: 'refused', detail: 'full', retryMs: 20_000 });
    fixture.session.connect();
    expect(state()).toBe('connecting');
    expect(fixture.stream.links).toHaveLength(2);
  });

  test('notices a peer that has gone silent', async () => {
    connect();
    fixture.stream.link.listener.alive(37_500);
    await vi.advanceTimersByTimeAsync(37_499);
    fixture.stream.link.listener.alive(37_500);
    await vi.advanceTimersByTimeAsync(37_499);
    expect(state()).toBe('connected');
    await vi.advanceTimersByTimeAsync(1);
    expect(fixture.session.status).toMatchObject({ state: 'waiting', lastEnd: { reason: 'lost' } });
  });
});

describe('disconnecting', () => {
  test('stops everything, and keeps the cursor for the next time', async () => {
    connect('e.5');
    fixture.session.disconnect();
    expect(fixture.stream.link.closed).toBe(true);
    expect(fixture.session.status).toEqual({
      state: 'closed',
      transport: 'stream',
      attempt: 0,
      lastEnd: { reason: 'closed', detail: 'closed by this client' },
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fixture.stream.links).toHaveLength(1);
    fixture.session.connect();
    expect(fixture.stream.link.options.cursor).toBe('e.5');
  });

  test('also ends the waiting for the next attempt', async () => {
    connect();
    fixture.stream.link.listener.ended({ reason: 'lost', detail: 'cut', retryMs: 5000 });
    fixture.session.disconnect();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state()).toBe('closed');
    expect(fixture.session.status.retryAt).toBeUndefined();
    expect(fixture.stream.links).toHaveLength(1);
  });

  test('is for good after close', () => {
    connect();
    fixture.session.close();
    fixture.session.connect();
    fixture.session.switchTo('poll');
    expect(state()).toBe('closed');
    expect([fixture.stream.links.length, fixture.poll.links.length]).toEqual([1, 0]);
  });

  test('within a listener is obeyed at once', () => {
    const inner = createSessionFixture({
      listener: {
        messages: () => inner.session.disconnect(),
      },
    });
    inner.session.connect();
    inner.stream.link.listener.opened('e.0');
    inner.stream.link.listener.received([...sampleMessages(1, 1), ...sampleMessages(5, 5)]);
    expect(inner.session.status.state).toBe('closed');
    inner.session.close();
  });
});
