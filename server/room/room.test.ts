import { describe, expect, test } from 'vitest';
import { LIMIT, PAGE_BYTES, TEXT_BYTES } from '../protocol/limits.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Room } from './room.ts';

const EVERYTHING = { history: 50, limit: 100 };
const at = (seq: number, epoch = 'e') => ({ epoch, seq });

async function roomOf(messages: number, retain?: number) {
  const store = new ScriptedStore(retain);
  const room = await Room.open(store);
  if (messages > 0) store.write(messages);
  return { store, room };
}

describe('where a read begins', () => {
  test('without a cursor: before the newest history', async () => {
    const { room } = await roomOf(100);
    expect(await room.start(null, 50)).toEqual({ seq: 50, cursor: 'e.50', reset: null });
    expect(await room.start(null, 0)).toEqual({ seq: 100, cursor: 'e.100', reset: null });
  });

  test('without a cursor and with less than that: before the oldest message that is kept', async () => {
    expect(await (await roomOf(3)).room.start(null, 50)).toMatchObject({ seq: 0 });
    expect(await (await roomOf(100, 20)).room.start(null, 50)).toMatchObject({ seq: 80 });
    expect(await (await roomOf(0)).room.start(null, 50)).toEqual({ seq: 0, cursor: 'e.0', reset: null });
  });

  test('with a cursor: there, from the message before the oldest kept up to the head', async () => {
    const { room } = await roomOf(100, 20);
    expect(await room.start(at(80), 50)).toEqual({ seq: 80, cursor: 'e.80', reset: null });
    expect(await room.start(at(100), 50)).toEqual({ seq: 100, cursor: 'e.100', reset: null });
  });

  test.each([
    ['epoch-changed', at(90, 'other')],
    ['ahead', at(101)],
    ['trimmed', at(79)],
    ['epoch-changed', at(101, 'other')],
    ['epoch-changed', at(79, 'other')],
  ])('%s: with a reset, before the newest history', async (reason, cursor) => {
    const { room } = await roomOf(100, 20);
    expect(await room.start(cursor, 5)).toEqual({ seq: 95, cursor: 'e.95', reset: { reason, cursor: 'e.95' } });
  });

  test('the store’s head, and not the room’s, says whether a cursor is ahead', async () => {
    const { store, room } = await roomOf(5);
    store.commit(3);
    expect(room.head).toBe(5);
    expect(await room.start(at(8), 50)).toMatchObject({ seq: 8, reset: null });
    expect(await room.start(at(9), 50)).toMatchObject({ reset: { reason: 'ahead' } });
  });

  test('a room that opens an old log begins at its head', async () => {
    const store = new ScriptedStore();
    store.write(7);
    const room = await Room.open(store);
    expect(room.head).toBe(7);
    expect((await room.poll({ cursor: at(3), ...EVERYTHING })).batch?.lastSeq).toBe(7);
  });
});

describe('a poll', () => {
  const poll = async (room: Room, cursor: ReturnType<typeof at> | null, options = {}) => {
    const { start, batch, more } = await room.poll({ cursor, ...EVERYTHING, ...options });
    return { seqs: batch?.messages.map(({ seq }) => seq) ?? [], more, reset: start.reset?.reason ?? null };
  };

  test('gives what is after its cursor', async () => {
    const { room } = await roomOf(5);
    expect(await poll(room, at(2))).toEqual({ seqs: [3, 4, 5], more: false, reset: null });
    expect(await poll(room, at(5))).toEqual({ seqs: [], more: false, reset: null });
  });

  test('gives up to its limit, and says that there is more', async () => {
    const { room } = await roomOf(5);
    expect(await poll(room, at(0), { limit: 2 })).toEqual({ seqs: [1, 2], more: true, reset: null });
    expect(await poll(room, at(3), { limit: 2 })).toEqual({ seqs: [4, 5], more: false, reset: null });
  });

  test('without a cursor gives the history, whatever the limit', async () => {
    const { room } = await roomOf(9);
    expect(await poll(room, null, { history: 3, limit: 1 })).toEqual({ seqs: [7, 8, 9], more: false, reset: null });
    expect(await poll(room, null, { history: 0 })).toEqual({ seqs: [], more: false, reset: null });
  });

  test('with a reset gives the history, whatever the limit', async () => {
    const { room } = await roomOf(9);
    expect(await poll(room, at(10), { history: 3, limit: 1 })).toEqual({
      seqs: [7, 8, 9],
      more: false,
      reset: 'ahead',
    });
    expect(await poll(room, at(10), { history: 0 })).toEqual({ seqs: [], more: false, reset: 'ahead' });
  });

  test('ends at the bytes of a page and says that there is more; reading on gives everything once', async () => {
    const { store, room } = await roomOf(0);
    store.write(150, 'x'.repeat(TEXT_BYTES));
    const seqs: number[] = [];
    for (let more = true; more; ) {
      const page = await room.poll({ cursor: at(seqs.length), history: 0, limit: LIMIT.max });
      expect(page.batch?.bytes).toBeLessThanOrEqual(PAGE_BYTES);
      seqs.push(...(page.batch?.messages.map(({ seq }) => seq) ?? []));
      ({ more } = page);
    }
    expect(seqs).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
  });

  test('sees what the store has already and the room has not been told of', async () => {
    const { store, room } = await roomOf(5);
    store.commit(2);
    expect(await poll(room, at(4))).toEqual({ seqs: [5], more: true, reset: null });
    expect(await poll(room, at(5))).toEqual({ seqs: [6, 7], more: false, reset: null });
  });

  test('of the recent past is answered without the store, in one shared batch', async () => {
    const { store, room } = await roomOf(0);
    for (let turn = 0; turn < 10; turn += 1) store.write(1);
    expect(await poll(room, at(4))).toMatchObject({ seqs: [5, 6, 7, 8, 9, 10] });
    const [one, other] = [
      await room.poll({ cursor: at(9), ...EVERYTHING }),
      await room.poll({ cursor: at(9), ...EVERYTHING }),
    ];
    expect(one.batch).toBe(other.batch);
    expect(store.reads).toBe(0);
  });

  test('of a longer past is read from the store, so that the room’s memory is bounded', async () => {
    const { store, room } = await roomOf(0);
    for (let turn = 0; turn < 3000; turn += 1) store.write(1);
    expect(await poll(room, at(0), { limit: 3 })).toEqual({ seqs: [1, 2, 3], more: true, reset: null });
    expect(store.reads).toBe(1);
  });
});

test('what is retained is told as the store has it', async () => {
  expect(await (await roomOf(100, 20)).room.retained()).toBe(20);
  expect(await (await roomOf(5, 20)).room.retained()).toBe(5);
  expect(await (await roomOf(0)).room.retained()).toBe(0);
});

test('the tail ends at its bytes too: of long messages the older ones are read from the store', async () => {
  const { store, room } = await roomOf(0);
  const text = 'x'.repeat(TEXT_BYTES);
  for (let i = 0; i < 600; i += 1) store.write(1, text);
  const readsFor = async (seq: number) => {
    const before = store.reads;
    await room.next(seq, 1, PAGE_BYTES);
    return store.reads - before;
  };
  // 512 KiB of 4 KiB each.
  expect([await readsFor(599), await readsFor(500), await readsFor(50)]).toEqual([0, 0, 1]);
});
