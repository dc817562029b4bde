// What a session makes of a machine that slept: its monotonic clock stood still, the time of day and the server's did not.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleJoined, sampleMessages } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';
import { PublishError } from '../transports/transport.ts';

const MINUTE_MS = 60_000;
/** How soon a sleep is to be noticed, in ms of being awake. */
const SOON_MS = 1_000;
let sleptMs: number;
let fixture: SessionFixture;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  sleptMs = 0;
  fixture = createSessionFixture({ joined: sampleJoined(), wallClock: () => Date.now() + sleptMs });
});
afterEach(() => {
  fixture.session.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const link = () => fixture.stream.link;

function open(): void {
  link().listener.opened(fixture.session.cursor ?? 'e.0');
  link().listener.alive(3_600_000);
}

function connect(): void {
  fixture.session.connect();
  open();
}

describe('after a sleep', () => {
  test('a connection is made anew at once, from the cursor', async () => {
    connect();
    link().listener.received(sampleMessages(1, 3));
    await pass(10_000);
    sleptMs += 10 * MINUTE_MS;
    await pass(SOON_MS);
    expect(fixture.stream.links.map(({ closed }) => closed)).toEqual([true, false]);
    expect(link().options.cursor).toBe('e.3');
    expect(fixture.session.status).toMatchObject({ state: 'connecting', lastEnd: { reason: 'lost', cause: 'slept' } });
    open();
    await pass(MINUTE_MS);
    expect(fixture.stream.links).toHaveLength(2);
  });

  test('a waiting session tries at once, but not before the server wants it; the sleep counts', async () => {
    connect();
    link().listener.ended({ reason: 'bye', detail: 'going', retryMs: 5 * MINUTE_MS });
    sleptMs += 2 * MINUTE_MS;
    await pass(SOON_MS);
    expect(fixture.session.status.state).toBe('waiting');
    sleptMs += 3 * MINUTE_MS;
    await pass(SOON_MS);
    expect(fixture.session.status.state).toBe('connecting');
  });

  test('a closed session stays closed', async () => {
    connect();
    fixture.session.disconnect();
    sleptMs += MINUTE_MS;
    await pass(10 * SOON_MS);
    expect(fixture.stream.links).toHaveLength(1);
  });

  test('a text that the server may have forgotten is not sent again, whoever notices the sleep first', async () => {
    connect();
    fixture.session.send('a');
    await pass(MINUTE_MS);
    sleptMs += 9 * MINUTE_MS;
    // Before any timer: the connection tells of its end as soon as the machine is awake.
    link().publishes[0]?.reject(new PublishError('cut', null, null, null));
    link().listener.ended({ reason: 'lost', detail: 'cut' });
    await pass(0);
    expect(fixture.stream.links).toHaveLength(2);
    open();
    await pass(MINUTE_MS);
    expect(link().publishes).toEqual([]);
    expect(fixture.session.outbox).toMatchObject([
      { text: 'a', state: 'failed', detail: expect.stringMatching(/9 min/) },
    ]);
  });

  test('a text that is still safe to send is sent again with its id, and what is new goes out too', async () => {
    connect();
    const { id } = fixture.session.send('a');
    sleptMs += 5 * MINUTE_MS;
    await pass(SOON_MS);
    fixture.session.send('b');
    open();
    expect(link().publishes.map(({ draft }) => draft)).toMatchObject([{ id, text: 'a' }, { text: 'b' }]);
    // And given up in time, the sleep included.
    await pass(4 * MINUTE_MS - SOON_MS);
    expect(fixture.session.outbox).toMatchObject([{ state: 'failed' }, { state: 'sent' }]);
  });
});

test('a clock that is corrected, or set back, is no sleep', async () => {
  connect();
  for (const correctionMs of [1_500, -1_500, -3_600_000, 1_900]) {
    sleptMs += correctionMs;
    await pass(SOON_MS);
  }
  expect(fixture.stream.links).toHaveLength(1);
});

test('a timer that is late must not be overtaken by what sends again, without any sleep', async () => {
  connect();
  fixture.session.send('a');
  // A frozen tab: both clocks go on, the timers do not.
  vi.setSystemTime(20 * MINUTE_MS);
  link().publishes[0]?.reject(new PublishError('cut', null, null, null));
  await pass(0);
  expect(link().publishes).toHaveLength(1);
  expect(fixture.session.outbox).toMatchObject([{ state: 'failed' }]);
});
