import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScriptedSink } from '../testing/scripted-sink.ts';
import { ScriptedStore } from '../testing/scripted-store.ts';
import { Room } from './room.ts';
import type { Start } from './start.ts';

const startAt = (seq: number): Start => ({ seq, cursor: `e.${seq}`, reset: null });

/** A sink that notes when it is served, and does then what it is told to. */
class Noting extends ScriptedSink {
  whenServed: () => void = () => undefined;
  readonly name: number;
  readonly #served: number[];

  constructor(start: Start, name: number, served: number[]) {
    super(start);
    this.name = name;
    this.#served = served;
  }

  override deliver(...[batch]: Parameters<ScriptedSink['deliver']>): void {
    super.deliver(batch);
    this.#served.push(this.name);
    this.whenServed();
  }
}

async function crowd(members: number) {
  const store = new ScriptedStore();
  const room = await Room.open(store);
  const served: number[] = [];
  const sinks: Noting[] = [];
  const come = () => {
    const sink = new Noting(startAt(store.head), sinks.length, served);
    sinks.push(sink);
    sink.follower = room.follow(startAt(store.head), sink, 50);
    return sink;
  };
  for (let i = 0; i < members; i += 1) come();
  /** @returns who was served, in order. */
  const write = () => {
    served.length = 0;
    store.write(1);
    return [...served];
  };
  return { store, sinks, come, write };
}

describe('who is served first', () => {
  test('is another one with each batch, and all others follow in the order in which they came', async () => {
    const { write } = await crowd(5);
    for (let batch = 0; batch < 20; batch += 1) {
      const order = write();
      const [first = -1] = order;
      expect(order).toEqual(Array.from({ length: 5 }, (_, index) => (first + index) % 5));
    }
  });

  test('is everybody as often, so that who came first is served no sooner on average', async () => {
    const members = 40;
    const batches = 400;
    const { write } = await crowd(members);
    const places = new Array<number>(members).fill(0);
    const firsts = new Array<number>(members).fill(0);
    for (let batch = 0; batch < batches; batch += 1) {
      const order = write();
      firsts[order[0] ?? -1] = (firsts[order[0] ?? -1] ?? 0) + 1;
      for (const [place, name] of order.entries()) places[name] = (places[name] ?? 0) + place;
    }
    for (const count of firsts) expect(Math.abs(count - batches / members)).toBeLessThanOrEqual(2);
    const half = (from: number, to: number) => places.slice(from, to).reduce((sum, one) => sum + one, 0);
    // One half came before the other, as the clients of one transport do; the first never came to lead by a place.
    const lead = (half(20, 40) - half(0, 20)) / batches / 20;
    expect(Math.abs(lead)).toBeLessThan(1);
  });

  test('already differs within a few batches of a large crowd', async () => {
    const { write } = await crowd(1000);
    const halves = Array.from({ length: 8 }, () => ((write()[0] ?? 0) < 500 ? 'early' : 'late'));
    expect(halves.filter((half) => half === 'early').length).toBeGreaterThanOrEqual(3);
    expect(halves.filter((half) => half === 'late').length).toBeGreaterThanOrEqual(3);
  });
});

/** What a follower does while it is being served: nothing; it leaves, another leaves, or somebody comes. */
const DEEDS = fc.record({
  at: fc.nat(11),
  deed: fc.constantFrom('leave', 'send another away', 'bring one', 'be replaced'),
  other: fc.nat(11),
});

test('nobody is skipped or served twice, whoever leaves or comes while a batch goes round', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.array(DEEDS, { maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      async (members, rounds) => {
        const { store, sinks, come, write } = await crowd(members);
        const gone = new Set<number>();
        const leave = (name: number) => {
          sinks[name]?.follower?.stop();
          gone.add(name);
        };
        for (const deeds of rounds) {
          const there = sinks.map(({ name }) => name).filter((name) => !gone.has(name));
          const sentAway = new Set<number>();
          for (const { at, deed, other } of deeds) {
            const sink = sinks[at % sinks.length];
            if (sink === undefined) continue;
            sink.whenServed = () => {
              sink.whenServed = () => undefined;
              if (deed === 'leave' || deed === 'be replaced') leave(sink.name);
              if (deed === 'send another away') {
                const name = other % sinks.length;
                if (!gone.has(name)) sentAway.add(name);
                leave(name);
              }
              if (deed === 'bring one' || deed === 'be replaced') come();
            };
          }
          const order = write();
          expect(new Set(order).size, 'nobody twice').toBe(order.length);
          const owed = there.filter((name) => !sentAway.has(name) || order.includes(name));
          expect(order.toSorted((a, b) => a - b)).toEqual(owed);
          for (const sink of sinks.filter(({ name }) => !gone.has(name))) {
            expect(sink.wrongs).toEqual([]);
            expect(sink.position).toBe(store.head);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
