// Any interleaving of what a store, a room and slow readers can do: everything arrives once and in order.
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScriptedSink } from '../testing/scripted-sink.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Room } from './room.ts';

const STEPS = 100;
const RUNS = 100;

const count = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.integer({ min: 100, max: 1500 }));
const room = fc.integer({ min: 1, max: 3 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const), count }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tell' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('drain' as const), sink: fc.nat(), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('follow' as const), back: fc.nat(3000), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resume' as const), sink: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function run(steps: readonly Step[], isAsync: boolean, retain: number): Promise<ScriptedSink[]> {
  const store = new ScriptedStore(retain);
  const room = await Room.open(store);
  const begun: number[] = [];
  const sinks: ScriptedSink[] = [];
  store.isAsync = isAsync;

  const follow = (back: number, capacity: number) => {
    store.isAsync = false;
    const start = room.start({ epoch: 'e', seq: Math.max(0, store.head - back) }, 20);
    store.isAsync = isAsync;
    if (start instanceof Promise) throw new Error('the store was to answer at once');
    begun.push(start.seq);
    sinks.push(ScriptedSink.follow(room, start, capacity, 20));
  };
  follow(0, 1);

  for (const now of steps) {
    if (now.do === 'commit') store.commit(now.count);
    else if (now.do === 'tell') store.tell();
    else if (now.do === 'settle') store.settle();
    else if (now.do === 'follow') follow(now.back, now.room);
    else {
      const sink = sinks[now.sink % sinks.length] as ScriptedSink;
      if (now.do === 'drain') sink.drain(now.room);
      else sink.follower?.resume();
    }
    if (isAsync) await nextTurn();
  }

  while (store.tell());
  for (const sink of sinks) sink.drain();
  do await nextTurn();
  while (store.settle());

  for (const [index, sink] of sinks.entries()) {
    expect(sink.wrongs).toEqual([]);
    expect(sink.failures).toBe(0);
    expect(sink.position).toBe(store.head);
    // Positions only grow and each delivery begins where the last one ended, so without a reset this is everything.
    if (sink.resets.length === 0) expect(sink.seqs).toHaveLength(store.head - (begun[index] as number));
  }
  return sinks;
}

test.each([false, true])('nothing is lost, repeated or reordered (asynchronous store: %s)', async (isAsync) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      const sinks = await run(steps, isAsync, Number.MAX_SAFE_INTEGER);
      expect(sinks.flatMap(({ resets }) => resets)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test.each([false, true])(
  'with a log that is cut off below slow readers, only a reset makes a gap (asynchronous store: %s)',
  async (isAsync) => {
    let resets = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: STEPS, maxLength: STEPS }),
        fc.integer({ min: 1, max: 500 }),
        async (steps, retain) => {
          for (const sink of await run(steps, isAsync, retain)) resets += sink.resets.length;
        },
      ),
      { numRuns: RUNS },
    );
    expect(resets).toBeGreaterThan(0);
  },
);
