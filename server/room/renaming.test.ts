// Positions that get a newer name, and some that become void: what the room does for each of its readers.
import { describe, expect, test } from 'vitest';
import { ScriptedSink } from '../testing/scripted-sink.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Room } from './room.ts';

async function roomOf(messages: number) {
  const store = new ScriptedStore();
  store.epoch = 'e-a';
  store.write(messages);
  const room = await Room.open(store);
  const follow = async (seq: number, capacity?: number) =>
    ScriptedSink.follow(room, await room.start({ epoch: store.epoch, seq }, 50), capacity);
  return { store, room, follow };
}

const cursors = ({ batches }: ScriptedSink) =>
  batches.flatMap((batch) => batch.messages.map((_, index) => batch.cursorOf(index)));
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a follower', () => {
  test('whose position goes on is told its newer name before anything that is named so', async () => {
    const { store, room, follow } = await roomOf(3);
    const sink = await follow(2);
    store.rollBack(3, 'e-b');
    expect([sink.renames, sink.resets, cursors(sink)]).toEqual([['e-b.3'], [], ['e-a.3']]);
    store.write(1);
    expect(cursors(sink)).toEqual(['e-a.3', 'e-b.4']);
    expect(room.epoch).toBe('e-b');
    expect(sink.wrongs).toEqual([]);
  });

  test('whose sink is full is owed the name, once, and gets it first', async () => {
    const { store, follow } = await roomOf(4);
    const sink = await follow(2, 1);
    expect(sink.seqs).toEqual([3, 4]);
    store.rollBack(4, 'e-b');
    store.rollBack(4, 'e-c');
    store.write(2);
    expect([sink.renames, cursors(sink)]).toEqual([[], ['e-a.3', 'e-a.4']]);
    sink.drain();
    expect([sink.renames, cursors(sink).slice(2)]).toEqual([['e-c.4'], ['e-c.5', 'e-c.6']]);
  });

  test('whose position is void is reset, and gets what is there now', async () => {
    const { store, follow } = await roomOf(2);
    const sink = await follow(0);
    store.write(3);
    store.rollBack(2, 'e-b');
    expect(sink.resets).toEqual([{ reason: 'rolled-back', cursor: 'e-b.0' }]);
    store.write(1);
    expect(sink.seqs).toEqual([1, 2, 3, 4, 5, 1, 2, 3]);
    expect(sink.renames).toEqual([]);
  });

  test('whose position is void and whose sink is full is reset when it drains', async () => {
    const { store, follow } = await roomOf(0);
    const sink = await follow(0, 1);
    store.write(3);
    store.rollBack(1, 'e-b');
    store.write(4);
    store.rollBack(4, 'e-c');
    expect([sink.resets, sink.renames]).toEqual([[], []]);
    sink.drain();
    expect(sink.resets).toEqual([{ reason: 'rolled-back', cursor: 'e-c.0' }]);
    expect(sink.seqs.slice(3)).toEqual([1, 2, 3, 4]);
  });

  test('is given nothing that was read for a position which is void by now', async () => {
    const { store, room } = await roomOf(5);
    const start = await room.start({ epoch: 'e-a', seq: 3 }, 50);
    store.isAsync = true;
    const sink = ScriptedSink.follow(room, start);
    expect(store.asked).toBe(1);
    store.rollBack(2, 'e-b');
    store.write(3);
    while (store.settle()) await turn();
    expect(sink.wrongs).toEqual([]);
    expect(sink.resets).toEqual([{ reason: 'rolled-back', cursor: 'e-b.0' }]);
    expect(sink.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  test('is reset wherever it stands where the log is another one', async () => {
    const { store, follow } = await roomOf(2);
    const sink = await follow(0);
    store.rollBack(-1, 'f-a', 'epoch-changed');
    expect(sink.resets).toEqual([{ reason: 'epoch-changed', cursor: 'f-a.0' }]);
    store.write(1);
    expect(cursors(sink).at(-1)).toBe('f-a.1');
  });
});

describe('the room', () => {
  test('judges cursors of every older name by where the next began', async () => {
    const { store, room } = await roomOf(9);
    store.rollBack(6, 'e-b');
    store.write(3);
    store.rollBack(8, 'e-c');
    const reason = async (epoch: string, seq: number) => (await room.start({ epoch, seq }, 0)).reset?.reason ?? null;
    expect([await reason('e-a', 6), await reason('e-a', 7)]).toEqual([null, 'rolled-back']);
    expect([await reason('e-b', 8), await reason('e-b', 9)]).toEqual([null, 'rolled-back']);
    expect([await reason('e-c', 8), await reason('e-c', 9)]).toEqual([null, 'ahead']);
    expect([await reason('e-x', 1), await reason('f-a', 1)]).toEqual(['rolled-back', 'epoch-changed']);
    store.retain = 1;
    expect([await reason('e-a', 6), await reason('e-a', 7)]).toEqual(['trimmed', 'rolled-back']);
  });

  test('gives a read its position by the newest name', async () => {
    const { store, room } = await roomOf(3);
    store.rollBack(3, 'e-b');
    expect((await room.start({ epoch: 'e-a', seq: 2 }, 0)).cursor).toBe('e-b.2');
  });

  test('gives what was told under an older name by the newest one, together with what came after', async () => {
    const { store, room, follow } = await roomOf(0);
    await follow(0);
    store.write(2);
    store.rollBack(2, 'e-b');
    store.write(2);
    const { batch } = await room.poll({ cursor: { epoch: 'e-a', seq: 0 }, history: 0, limit: 100 });
    expect(batch?.messages.map((_, index) => batch.cursorOf(index))).toEqual(['e-b.1', 'e-b.2', 'e-b.3', 'e-b.4']);
    const part = await room.poll({ cursor: { epoch: 'e-a', seq: 0 }, history: 0, limit: 2 });
    expect(part.batch?.cursorOf(1)).toBe('e-b.2');
  });

  test('cuts its tail where it was rolled back, within a batch too', async () => {
    const { store, room, follow } = await roomOf(0);
    await follow(0);
    store.write(2);
    store.write(3);
    store.rollBack(3, 'e-b');
    store.write(1);
    expect(room.head).toBe(4);
    const texts = async (seq: number) => (await room.next(seq, 100, 1e6))?.messages.map((message) => message.seq);
    expect([await texts(0), await texts(2), await texts(3)]).toEqual([[1, 2, 3, 4], [3, 4], [4]]);
    expect(store.reads).toBe(0);
  });

  test('that missed what was trimmed has no gap in its tail', async () => {
    const { store, room, follow } = await roomOf(0);
    const sink = await follow(0);
    store.write(2);
    store.commit(5);
    store.forgetUntold();
    store.retain = 2;
    store.write(1);
    expect((await room.next(1, 100, 1e6)) ?? null).toBeNull();
    expect(sink.resets).toEqual([{ reason: 'trimmed', cursor: 'e-a.6' }]);
    expect(sink.wrongs).toEqual([]);
  });
});
