import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleJoined, sampleMessages, sampleReceipt } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';

let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  fixture = createSessionFixture({ joined: sampleJoined(), presence: true });
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

function connect(): void {
  fixture.session.connect();
  fixture.stream.link.listener.opened('e.0');
  fixture.stream.link.listener.received(sampleMessages(1, 3));
}

describe('switching the transport', () => {
  test('goes on from the cursor, closes the old connection, and hears nothing more of it', () => {
    connect();
    const { session, stream, poll, lines, statuses } = fixture;
    session.switchTo('poll');
    expect(stream.link.closed).toBe(true);
    expect(poll.link.options.cursor).toBe('e.3');
    stream.link.listener.received(sampleMessages(4, 5));
    poll.link.listener.opened('e.3');
    poll.link.listener.received(sampleMessages(4, 6));
    expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((seq) => `message ${seq}`));
    expect(statuses.map(({ state, transport }) => `${transport} ${state}`)).toEqual([
      'stream connecting',
      'stream connected',
      'poll connecting',
      'poll connected',
    ]);
  });

  test('sends again over the new connection what the old one gave no receipt for, in order and with the same ids', async () => {
    connect();
    const { session, stream, poll } = fixture;
    const ids = ['a', 'b', 'c'].map((text) => session.send(text).id);
    expect(stream.link.publishes.map(({ draft }) => draft.id)).toEqual(ids);
    stream.link.publishes[0]?.resolve(sampleReceipt(ids[0] ?? ''));
    await settle();
    session.switchTo('poll');
    await settle();
    expect(session.outbox.map(({ state }) => state)).toEqual(['unsent', 'unsent']);
    poll.link.listener.opened('e.3');
    expect(poll.link.publishes.map(({ draft }) => draft)).toEqual([
      { id: ids[1], text: 'b' },
      { id: ids[2], text: 'c' },
    ]);
  });

  test('to the transport in use does nothing, and to an unknown one throws', () => {
    connect();
    fixture.session.switchTo('stream');
    expect(fixture.stream.links).toHaveLength(1);
    expect(() => fixture.session.switchTo('pigeon')).toThrow(RangeError);
  });

  test('while waiting tries the other one at once; while closed it is for the next time', () => {
    const { session, stream, poll } = fixture;
    session.switchTo('poll');
    expect(session.status).toMatchObject({ state: 'closed', transport: 'poll' });
    expect(poll.links).toHaveLength(0);
    session.connect();
    poll.link.listener.ended({ reason: 'lost', detail: 'cut', retryMs: 9000 });
    session.switchTo('stream');
    expect(session.status).toMatchObject({ state: 'connecting', transport: 'stream' });
    expect(stream.links).toHaveLength(1);
  });
});

describe('the poll interval', () => {
  test('is told the connection at hand, and the ones to come', () => {
    connect();
    fixture.session.setPollIntervalMs(250);
    expect(fixture.stream.link.intervals).toEqual([250]);
    fixture.session.switchTo('poll');
    expect(fixture.poll.link.options.pollIntervalMs).toBe(250);
  });
});

describe('presence', () => {
  test('is told by a stream, and asked for every 5 s while a polling transport is connected', async () => {
    connect();
    const { session, env, stream, poll, lines } = fixture;
    expect(stream.link.options.presence).toBe(true);
    stream.link.listener.presence({ counts: { stream: 2 }, total: 2 });
    session.switchTo('poll');
    expect(poll.link.options.presence).toBe(false);
    expect(env.exchanges).toHaveLength(0);
    poll.link.listener.opened('e.3');
    poll.link.listener.alive(60_000);
    expect(env.exchanges[0]?.request.path).toBe('/v1/presence?client=c');
    env.exchanges[0]?.answer(200, { counts: { poll: 3 }, total: 3 });
    await settle();
    await vi.advanceTimersByTimeAsync(5000);
    env.exchanges[1]?.answer(500, { detail: 'broken' });
    await settle();
    await vi.advanceTimersByTimeAsync(5000);
    env.exchanges[2]?.answer(200, { counts: { poll: 4 }, total: 4 });
    await settle();
    expect(lines.filter((line) => line.startsWith('presence'))).toEqual(['presence 2', 'presence 3', 'presence 4']);
    await vi.advanceTimersByTimeAsync(5000);
    session.switchTo('stream');
    expect(env.exchanges[3]?.aborted).toBe(true);
    stream.link.listener.opened('e.3');
    stream.link.listener.alive(60_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(env.exchanges).toHaveLength(4);
  });

  test('is not asked for unless it is wanted', () => {
    const { session, poll, env } = createSessionFixture({ transport: 'poll' });
    session.connect();
    poll.link.listener.opened('e.0');
    expect(env.exchanges).toHaveLength(0);
    session.close();
  });
});
