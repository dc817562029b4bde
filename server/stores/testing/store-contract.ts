// What every store must do, as tests that each store's own test file runs.
import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../protocol/messages.ts';
import type { Store, StoreDraft } from '../store.ts';
import { receiptOf } from './receipt-of.ts';

export interface ContractOptions {
  readonly retain: number;
  readonly dedupeWindowMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly elapsed: () => number;
}

/** `open` gives a store with an empty log. */
export function describeStore(name: string, open: (options: ContractOptions) => Store | Promise<Store>): void {
  const HOUR_MS = 3_600_000;
  const YEAR_MS = 365 * 24 * HOUR_MS;
  /** The time of day, which tests set, and the time that really passes. */
  let clock = 0;
  let elapsedMs = 0;
  let opened: Store[] = [];
  let told: (readonly Message[])[] = [];

  const start = async ({ retain = 100, dedupeWindowMs = HOUR_MS }: Partial<ContractOptions> = {}): Promise<Store> => {
    clock = Date.UTC(2030, 0);
    elapsedMs = 0;
    told = [];
    const store = await open({ retain, dedupeWindowMs, now: () => clock, elapsed: () => elapsedMs });
    opened.push(store);
    store.onCommit((messages) => told.push(messages));
    return store;
  };
  const pass = (ms: number) => {
    clock += ms;
    elapsedMs += ms;
  };
  afterEach(async () => {
    for (const store of opened) await store.close();
    opened = [];
  });

  describe(`${name}: appending`, () => {
    test('gives the log’s messages contiguous seqs from 1, in the order of the calls', async () => {
      const store = await start();
      const results = await Promise.all(['a', 'b', 'c'].map((id) => store.append(draft(id))));
      expect(results.map((result) => receiptOf(result).seq)).toEqual([1, 2, 3]);
      expect((await store.read(0, 10)).map(({ seq, id }) => [seq, id])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
    });

    test('keeps every member of a draft, and a text to its last character', async () => {
      const store = await start();
      const text = 'line\nline\r\n"quoted" \u0000 \u2028 é 汉 🙂 \ufeff';
      const { seq, at, cursor } = receiptOf(await store.append({ ...draft('a'), text, name: 'Ünï 🙂', via: 'sse' }));
      const { epoch } = await store.span();
      expect(await store.read(0, 1)).toEqual([{ seq, id: 'a', from: 'u-1', name: 'Ünï 🙂', text, at, via: 'sse' }]);
      expect(cursor).toBe(`${epoch}.${seq}`);
    });

    test('never lets `at` decrease, though the clock is set back', async () => {
      const store = await start();
      const first = receiptOf(await store.append(draft('a')));
      clock -= HOUR_MS;
      const second = receiptOf(await store.append(draft('b')));
      clock += 2 * HOUR_MS;
      const third = receiptOf(await store.append(draft('c')));
      expect([second.at - first.at, third.at - first.at]).toEqual([0, HOUR_MS]);
      expect((await store.read(0, 3)).map(({ at }) => at)).toEqual([first.at, second.at, third.at]);
    });

    test('is right again by itself after the clock was far ahead: `at` then goes back, once', async () => {
      const store = await start();
      const at = async (id: string) => receiptOf(await store.append(draft(id))).at;
      const right = clock;
      clock += YEAR_MS;
      expect(await at('a')).toBe(right + YEAR_MS);
      clock = right;
      expect(await at('b')).toBe(right);
      clock -= HOUR_MS;
      expect(await at('c')).toBe(right);
      clock += 2 * HOUR_MS;
      expect(await at('d')).toBe(right + HOUR_MS);
    });

    test('has a secret of 32 bytes that does not change', async () => {
      const store = await start();
      const before = Buffer.from(store.secret);
      await store.append(draft('a'));
      expect(store.secret).toEqual(before);
      expect(store.secret).toHaveLength(32);
    });
  });

  describe(`${name}: ids`, () => {
    test('the same id, sender and text again stores nothing and gives the same receipt as a duplicate', async () => {
      const store = await start();
      const first = receiptOf(await store.append(draft('a')));
      await store.append(draft('b'));
      pass(1000);
      expect(receiptOf(await store.append(draft('a')))).toEqual({ ...first, duplicate: true });
      expect((await store.span()).head).toBe(2);
    });

    test('a retry is the same message whatever it now says of name and transport', async () => {
      const store = await start();
      const first = receiptOf(await store.append(draft('a')));
      const retry = { ...draft('a'), name: 'renamed', via: 'websocket' };
      expect(receiptOf(await store.append(retry))).toEqual({ ...first, duplicate: true });
    });

    test('both of two equal drafts in one turn are answered, and one is stored', async () => {
      const store = await start();
      const [first, second] = await Promise.all([store.append(draft('a')), store.append(draft('a'))]);
      expect(receiptOf(second)).toEqual({ ...receiptOf(first), duplicate: true });
      expect(await store.read(0, 10)).toHaveLength(1);
    });

    test.each([
      ['another text', { ...draft('a'), text: 'other' }],
      ['another sender', { ...draft('a'), from: 'u-2' }],
    ])('the same id with %s is a conflict, and stores nothing', async (_what, other) => {
      const store = await start();
      await store.append(draft('a'));
      expect(await store.append(other)).toEqual({ outcome: 'conflict' });
      expect(await store.append(other)).toEqual({ outcome: 'conflict' });
      expect(await store.read(0, 10)).toHaveLength(1);
    });

    test('ids outlive their messages', async () => {
      const store = await start({ retain: 2 });
      const first = receiptOf(await store.append(draft('a')));
      for (const id of ['b', 'c', 'd']) await store.append(draft(id));
      expect((await store.read(0, 10)).map(({ id }) => id)).toEqual(['c', 'd']);
      expect(receiptOf(await store.append(draft('a')))).toEqual({ ...first, duplicate: true });
    });

    test('are remembered to the end of the window, and then forgotten', async () => {
      const store = await start({ dedupeWindowMs: HOUR_MS, retain: 1 });
      await Promise.all([store.append(draft('a')), store.append(draft('b'))]);
      pass(HOUR_MS);
      expect(receiptOf(await store.append(draft('a')))).toMatchObject({ seq: 1, duplicate: true });
      pass(1);
      expect(receiptOf(await store.append(draft('a')))).toMatchObject({ seq: 3, duplicate: false });
    });

    test.each([YEAR_MS, -YEAR_MS])(
      'are remembered for the window, no less and no more, where the clock is set by %d ms',
      async (setMs) => {
        const store = await start({ dedupeWindowMs: HOUR_MS, retain: 1 });
        await store.append(draft('a'));
        clock += setMs;
        await store.append(draft('b'));
        pass(HOUR_MS);
        expect(receiptOf(await store.append(draft('a')))).toMatchObject({ seq: 1, duplicate: true });
        clock -= setMs;
        pass(1);
        expect(receiptOf(await store.append(draft('a')))).toMatchObject({ seq: 3, duplicate: false });
      },
    );

    test('are remembered at least as long as their messages are kept', async () => {
      const store = await start({ dedupeWindowMs: HOUR_MS });
      await store.append(draft('a'));
      pass(10 * HOUR_MS);
      expect(receiptOf(await store.append(draft('a')))).toMatchObject({ seq: 1, duplicate: true });
    });
  });

  describe(`${name}: reading`, () => {
    test('an empty log has head 0, and nothing to read', async () => {
      const store = await start();
      expect(await store.span()).toMatchObject({ oldest: 1, head: 0 });
      expect(await store.read(0, 10)).toEqual([]);
      expect(await store.ready()).toBeUndefined();
    });

    test('the epoch is fit for a cursor, and stays', async () => {
      const store = await start();
      const { epoch } = await store.span();
      expect(epoch).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
      await store.append(draft('a'));
      expect((await store.span()).epoch).toBe(epoch);
    });

    test('gives what is above a seq, up to the limit, to the end and not beyond', async () => {
      const store = await start();
      await Promise.all(numbered(5).map((one) => store.append(one)));
      const seqs = async (after: number, limit: number) => (await store.read(after, limit)).map(({ seq }) => seq);
      expect(await seqs(0, 2)).toEqual([1, 2]);
      expect(await seqs(2, 2)).toEqual([3, 4]);
      expect(await seqs(4, 2)).toEqual([5]);
      expect(await seqs(5, 2)).toEqual([]);
      expect(await seqs(99, 2)).toEqual([]);
    });

    test('keeps the newest `retain` messages; a read from before them begins with the oldest', async () => {
      const store = await start({ retain: 3 });
      for (const one of numbered(10)) await store.append(one);
      expect(await store.span()).toMatchObject({ oldest: 8, head: 10 });
      expect((await store.read(0, 10)).map(({ seq }) => seq)).toEqual([8, 9, 10]);
      expect((await store.read(8, 10)).map(({ seq }) => seq)).toEqual([9, 10]);
    });
  });

  describe(`${name}: telling`, () => {
    test('tells of every new message once and in order; neither of duplicates nor of conflicts', async () => {
      const store = await start();
      await Promise.all(['a', 'b', 'a'].map((id) => store.append(draft(id))));
      await Promise.all([store.append({ ...draft('b'), text: 'other' }), store.append(draft('c'))]);
      await store.append(draft('a'));
      expect(told.flat().map(({ seq, id }) => [seq, id])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
      expect(told.flat()).toEqual(await store.read(0, 10));
      expect(told.every((messages) => messages.length > 0)).toBe(true);
    });

    test('what is appended in one turn is told in one call', async () => {
      const store = await start();
      await Promise.all(numbered(50).map((one) => store.append(one)));
      expect(told.map((messages) => messages.length)).toEqual([50]);
    });

    test('a receipt comes after the listener was told, and when the message can be read', async () => {
      const store = await start();
      const { seq } = receiptOf(await store.append(draft('a')));
      expect(told.flat().map((message) => message.seq)).toEqual([seq]);
      expect((await store.span()).head).toBe(seq);
    });

    test('closing keeps what was accepted', async () => {
      const store = await start();
      const pending = store.append(draft('a'));
      await store.close();
      expect(receiptOf(await pending).seq).toBe(1);
      expect(told.flat()).toHaveLength(1);
    });
  });
}

function draft(id: string): StoreDraft {
  return { id, from: 'u-1', name: 'Ada', text: `text of ${id}`, via: 'http' };
}

function numbered(count: number): StoreDraft[] {
  return Array.from({ length: count }, (_, index) => draft(`id-${index}`));
}
