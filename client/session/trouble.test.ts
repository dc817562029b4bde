// What a session says of a connection that does not come about, and of a room that is not one.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleMessages } from '../testing/samples.ts';
import { createSessionFixture, type SessionFixture } from '../testing/session-fixture.ts';

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

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const status = () => fixture.session.status;
const link = () => fixture.stream.link;
const probes = () => fixture.env.exchanges.map(({ request }) => request.path);
const unreachable = { reason: 'lost', detail: 'broken', cause: 'unreachable' } as const;
const PRESENCE = { counts: {}, total: 0 };

describe('a stream that has never opened', () => {
  test('where the server answers other requests, is said to be refused on the way, until it opens', async () => {
    fixture.session.connect();
    link().listener.ended(unreachable);
    expect(probes()).toEqual(['/v1/presence?client=c']);
    expect(status().trouble).toBeUndefined();
    fixture.env.exchanges[0]?.answer(200, PRESENCE);
    await pass(0);
    expect(fixture.statuses.at(-1)).toMatchObject({ state: 'waiting', trouble: 'never-opened', lastEnd: unreachable });
    await pass(250);
    expect(status()).toMatchObject({ state: 'connecting', trouble: 'never-opened' });
    link().listener.opened('e.0');
    expect(status().trouble).toBeUndefined();
  });

  test.each([502, null])(
    'where the server answers nothing else either (%s), is no matter of the transport',
    async (answer) => {
      fixture.session.connect();
      link().listener.ended(unreachable);
      if (answer === null) await pass(20_000);
      else fixture.env.exchanges[0]?.answer(answer);
      await pass(0);
      expect(fixture.env.exchanges[0]?.aborted).toBe(answer === null);
      expect(fixture.statuses.filter(({ trouble }) => trouble !== undefined)).toEqual([]);
    },
  );

  test('has a trouble of its own: another transport does not', async () => {
    fixture.session.connect();
    link().listener.ended(unreachable);
    fixture.env.exchanges[0]?.answer(200, PRESENCE);
    await pass(0);
    fixture.session.switchTo('poll');
    expect(status().trouble).toBeUndefined();
  });

  test('and that has opened before is only lost; so is one that was refused, and a poll', async () => {
    fixture.session.connect();
    link().listener.opened('e.0');
    link().listener.ended(unreachable);
    await pass(1000);
    link().listener.ended(unreachable);
    fixture.session.switchTo('poll');
    fixture.poll.link.listener.ended(unreachable);
    const other = createSessionFixture();
    other.session.connect();
    other.stream.link.listener.ended({ reason: 'refused', detail: 'full', status: 503 });
    expect([...fixture.env.exchanges, ...other.env.exchanges]).toEqual([]);
    other.session.close();
  });

  test('is not asked after any more once the session is closed', async () => {
    fixture.session.connect();
    link().listener.ended(unreachable);
    fixture.session.close();
    expect(fixture.env.exchanges[0]?.aborted).toBe(true);
  });
});

describe('a stream that is answered and tells nothing', () => {
  test('is held back on the way, also where it opened before', async () => {
    fixture.session.connect();
    link().listener.opened('e.0');
    link().listener.ended(unreachable);
    await pass(250);
    link().listener.answered?.();
    await pass(15_000);
    expect(status()).toMatchObject({ state: 'waiting', trouble: 'held-back', lastEnd: { cause: 'silent' } });
    expect(probes()).toEqual([]);
  });

  test('is held back as well where it is cut by whoever holds it', async () => {
    fixture.session.connect();
    link().listener.answered?.();
    await pass(10_000);
    link().listener.ended({ reason: 'lost', detail: 'cut' });
    expect(status().trouble).toBe('held-back');
  });

  test('is only lost where it ends soon', async () => {
    fixture.session.connect();
    link().listener.answered?.();
    link().listener.ended({ reason: 'lost', detail: 'cut' });
    expect(status().trouble).toBeUndefined();
  });

  test('may have its head held back too: then the server answers other requests', async () => {
    fixture.session.connect();
    await pass(15_000);
    fixture.env.exchanges[0]?.answer(200, PRESENCE);
    await pass(0);
    expect(status().trouble).toBe('held-back');
  });
});

describe('several servers with a room each', () => {
  /** A read that comes to another server than the last one, as with polls behind a load balancer. */
  function meetAnother(name: string): void {
    link().listener.opened(null);
    link().listener.reset({ reason: 'epoch-changed', cursor: `${name}.0` });
    link().listener.received(sampleMessages(1, 1));
  }

  async function meetMany(count: number): Promise<void> {
    fixture.session.connect();
    for (let index = 0; index < count; index += 1) {
      meetAnother(`e${index}`);
      await pass(0);
      if (index < count - 1) {
        link().listener.ended({ reason: 'lost', detail: 'next' });
        fixture.session.tryNow();
      }
    }
  }

  test('are not suspected after three changes in a minute', async () => {
    await meetMany(3);
    expect(status()).toMatchObject({ state: 'connected' });
    expect(status().trouble).toBeUndefined();
  });

  test('are, after more: the session says so, keeps what came, and waits longer each time', async () => {
    await meetMany(4);
    expect(fixture.lines.slice(-2)).toEqual(['reset epoch-changed', 'message 1']);
    expect(status()).toMatchObject({
      state: 'waiting',
      trouble: 'several-servers',
      lastEnd: { cause: 'several-servers', retryMs: 5000 },
    });
    const waits: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const waitMs = (status().retryAt ?? 0) - Date.now();
      waits.push(waitMs);
      fixture.session.hint('visible');
      expect(status().state).toBe('waiting');
      await pass(waitMs);
      meetAnother(`f${index}`);
      await pass(0);
    }
    expect(waits.every((wait, index) => wait >= (waits[index - 1] ?? 0) && wait >= 5000)).toBe(true);
    expect(waits.at(-1)).toBe(20_000);
  });

  test('are forgotten after a minute in one room, and that is told', async () => {
    await meetMany(4);
    await pass((status().retryAt ?? 0) - Date.now());
    link().listener.opened('e3.1');
    link().listener.alive(120_000);
    expect(status()).toMatchObject({ state: 'connected', trouble: 'several-servers' });
    await pass(60_000);
    link().listener.alive(120_000);
    expect(fixture.statuses.at(-1)).toMatchObject({ state: 'connected' });
    expect(fixture.statuses.at(-1)?.trouble).toBeUndefined();
  });

  test('three changes a minute go on for ever', async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      await meetMany(3);
      await pass(60_000);
      fixture.session.disconnect();
    }
    expect(fixture.statuses.filter(({ trouble }) => trouble !== undefined)).toEqual([]);
  });
});

test('the pulse says when the server was heard, when it is due, and when it is given up', async () => {
  expect(fixture.session.pulse).toBeNull();
  fixture.session.connect();
  expect(fixture.session.pulse).toBeNull();
  link().listener.opened('e.0');
  await pass(1000);
  link().listener.alive(37_500, 15_000);
  await pass(9000);
  expect(fixture.session.pulse).toEqual({ heardAt: 1000, dueAt: 16_000, lostAt: 38_500 });
  await pass(28_500);
  expect([fixture.session.pulse, status().lastEnd?.cause]).toEqual([null, 'silent']);
});
