import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LIMIT, TEXT_BYTES } from '../protocol/limits.ts';
import { ScriptedSink } from '../testing/scripted-sink.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { WRITE_BYTES } from './batch.ts';
import { Room } from './room.ts';
import type { Start } from './start.ts';

const from = (seq: number): Start => ({ seq, cursor: `e.${seq}`, reset: null });
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

async function emptyRoom(retain?: number) {
  const store = new ScriptedStore(retain);
  return { store, room: await Room.open(store) };
}

/** Lets every read come back, and everything that follows from it happen. */
async function settleAll(store: ScriptedStore): Promise<void> {
  do await nextTurn();
  while (store.settle());
}

describe('live', () => {
  test('followers at the head share one batch, and get it in the turn it is told', async () => {
    const { store, room } = await emptyRoom();
    const sinks = [1, 2, 3].map(() => ScriptedSink.follow(room, from(0)));
    store.write(2);
    expect(sinks.map(({ seqs }) => seqs)).toEqual([upTo(2), upTo(2), upTo(2)]);
    expect(new Set(sinks.flatMap(({ batches }) => batches)).size).toBe(1);
  });

  test('a stopped one gets nothing more; stopping while it is delivered to is fine', async () => {
    const { store, room } = await emptyRoom();
    const [one, other] = [ScriptedSink.follow(room, from(0)), ScriptedSink.follow(room, from(0))];
    one.deliver = () => one.follower?.stop();
    store.write(1);
    store.write(1);
    one.drain();
    expect([one.seqs, other.seqs]).toEqual([[], [1, 2]]);
  });

  test('a turn’s messages that are more than one write go out as several batches', async () => {
    const { store, room } = await emptyRoom();
    const sink = ScriptedSink.follow(room, from(0));
    store.write(100, 'x'.repeat(TEXT_BYTES));
    expect(sink.seqs).toEqual(upTo(100));
    expect(sink.batches.length).toBeGreaterThan(1);
    expect(sink.batches.every(({ bytes }) => bytes <= WRITE_BYTES)).toBe(true);
  });
});

describe('catching up', () => {
  test('happens at once where the store is in this process, and goes on live without a gap', async () => {
    const { store, room } = await emptyRoom();
    store.write(1200);
    const sink = ScriptedSink.follow(room, from(3));
    expect(sink.seqs).toEqual(upTo(1200, 4));
    store.write(5);
    expect(sink.seqs).toEqual(upTo(1205, 4));
    expect(sink.wrongs).toEqual([]);
  });

  test('goes in steps of a bounded count and size', async () => {
    const { store, room } = await emptyRoom();
    for (let turn = 0; turn < 2500; turn += 1) store.write(1);
    store.write(200, 'x'.repeat(TEXT_BYTES));
    const sink = ScriptedSink.follow(room, from(0));
    expect(sink.seqs).toEqual(upTo(2700));
    expect(sink.batches.every(({ messages, bytes }) => messages.length <= LIMIT.max && bytes <= WRITE_BYTES)).toBe(
      true,
    );
  });

  test('takes one step for each time that its sink is ready, and then no queue', async () => {
    const { store, room } = await emptyRoom();
    store.write(1200);
    const sink = ScriptedSink.follow(room, from(0), 1);
    expect(sink.batches).toHaveLength(1);
    sink.drain(1);
    expect(sink.batches).toHaveLength(2);
    store.write(10);
    expect(sink.batches).toHaveLength(2);
    expect(sink.position).toBeLessThan(1200);
    sink.drain();
    expect(sink.seqs).toEqual(upTo(1210));
    expect(sink.wrongs).toEqual([]);
  });
});

describe('a slow sink', () => {
  test('misses nothing of what came while it was full, and gets it joined', async () => {
    const { store, room } = await emptyRoom();
    const sink = ScriptedSink.follow(room, from(0), 1);
    for (let turn = 0; turn < 50; turn += 1) store.write(1);
    expect(sink.seqs).toEqual([1]);
    sink.drain();
    expect(sink.seqs).toEqual(upTo(50));
    expect(sink.batches).toHaveLength(2);
    store.write(1);
    expect(sink.seqs).toEqual(upTo(51));
  });

  test('whose position was trimmed meanwhile is reset, and then given the newest history', async () => {
    const { store, room } = await emptyRoom(2000);
    const sink = ScriptedSink.follow(room, from(0), 1, 30);
    for (let turn = 0; turn < 5000; turn += 1) store.write(1);
    sink.drain();
    expect(sink.resets).toEqual([{ reason: 'trimmed', cursor: 'e.4970' }]);
    expect(sink.seqs).toEqual([1, ...upTo(5000, 4971)]);
    expect(sink.wrongs).toEqual([]);
    store.write(1);
    expect(sink.seqs.at(-1)).toBe(5001);
  });

  test('comes to an end where less is retained than a history has', async () => {
    const { store, room } = await emptyRoom(5);
    const sink = ScriptedSink.follow(room, from(0), 1, 200);
    for (let turn = 0; turn < 5000; turn += 1) store.write(1);
    sink.drain();
    expect(sink.resets).toEqual([{ reason: 'trimmed', cursor: 'e.4995' }]);
    expect(sink.seqs).toEqual([1, ...upTo(5000, 4996)]);
  });
});

describe('a store in another process', () => {
  async function farRoom(messages: number, retain?: number) {
    const { store, room } = await emptyRoom(retain);
    // Behind the room's memory, so that the store is asked.
    for (let count = 0; count < messages; count += 1) store.write(1);
    store.isAsync = true;
    return { store, room };
  }

  test('is read step by step, while live batches wait until their turn', async () => {
    const { store, room } = await farRoom(1600);
    const sink = ScriptedSink.follow(room, from(0));
    expect(sink.seqs).toEqual([]);
    store.write(1);
    expect(sink.seqs).toEqual([]);
    store.settle();
    await nextTurn();
    expect(sink.batches).toHaveLength(1);
    expect(sink.position).toBeLessThan(1600);
    await settleAll(store);
    expect(sink.seqs).toEqual(upTo(1601));
    expect(sink.wrongs).toEqual([]);
  });

  test('a batch that the follower has read already is ignored', async () => {
    const { store, room } = await emptyRoom();
    store.write(3);
    store.commit(4);
    const sink = ScriptedSink.follow(room, from(7));
    store.tell();
    expect(sink.seqs).toEqual([]);
    store.write(1);
    expect(sink.seqs).toEqual([8]);
    expect(sink.wrongs).toEqual([]);
  });

  test('a batch that the follower has read half of is trimmed', async () => {
    const { store, room } = await emptyRoom();
    store.commit(10);
    const sink = ScriptedSink.follow(room, from(6));
    store.tell();
    expect(sink.seqs).toEqual(upTo(10, 7));
    expect(sink.wrongs).toEqual([]);
  });

  test('what it reads beyond the room’s head is not given twice', async () => {
    const { store, room } = await farRoom(1200);
    store.commit(3);
    const sink = ScriptedSink.follow(room, from(190));
    await settleAll(store);
    while (store.tell());
    await settleAll(store);
    expect(sink.seqs).toEqual(upTo(1203, 191));
    expect(sink.wrongs).toEqual([]);
  });

  test('trimmed between two steps: a reset, then the newest history', async () => {
    const { store, room } = await farRoom(3000, 3000);
    const sink = ScriptedSink.follow(room, from(0), undefined, 10);
    store.settle();
    await nextTurn();
    const reached = sink.position;
    store.retain = 100;
    await settleAll(store);
    expect(sink.resets).toEqual([{ reason: 'trimmed', cursor: 'e.2990' }]);
    expect(sink.seqs).toEqual([...upTo(reached), ...upTo(3000, 2991)]);
    expect(sink.wrongs).toEqual([]);
  });

  test('that fails is told to the sink once, and asked again at the next occasion', async () => {
    const { store, room } = await farRoom(1600);
    store.isAway = true;
    const sink = ScriptedSink.follow(room, from(0));
    await settleAll(store);
    expect([sink.failures, sink.seqs]).toEqual([1, []]);
    store.isAway = false;
    sink.drain();
    await settleAll(store);
    expect(sink.seqs).toEqual(upTo(1600));
  });

  test('whose answer comes after the follower has stopped gives nothing, and fails nothing', async () => {
    const { store, room } = await farRoom(1600);
    const [one, other] = [ScriptedSink.follow(room, from(0)), ScriptedSink.follow(room, from(0))];
    one.follower?.stop();
    store.settle();
    await nextTurn();
    other.follower?.stop();
    store.isAway = true;
    await settleAll(store);
    expect([one, other].map(({ seqs, failures }) => [seqs, failures])).toEqual([
      [[], 0],
      [[], 0],
    ]);
  });
});
