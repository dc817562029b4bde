import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurn } from './turns.ts';

test('work is done in the order in which it came, little of it in one turn', async () => {
  const done: number[] = [];
  for (let i = 0; i < 100; i += 1) inTurn(() => done.push(i));
  expect(done).toEqual([]);
  let most = 0;
  for (let before = 0; done.length < 100; before = done.length) {
    await turn();
    most = Math.max(most, done.length - before);
  }
  expect(done).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(most).toBe(4);
});

test('after what takes long nothing else is begun in that turn', async () => {
  const done: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    inTurn(() => {
      for (const until = performance.now() + 5; performance.now() < until; );
      done.push(i);
    });
  }
  for (let i = 1; i <= 8; i += 1) {
    await turn();
    expect(done).toHaveLength(i);
  }
});

test('what comes meanwhile waits for its turn as well, and nobody is left out', async () => {
  const done: string[] = [];
  const again = (name: string, left: number) => () => {
    done.push(name);
    if (left > 1) inTurn(again(name, left - 1));
  };
  inTurn(again('one', 50));
  inTurn(again('other', 50));
  while (done.length < 100) await turn();
  expect(done.filter((name, index) => name === 'one' && index % 2 === 1)).toEqual([]);
});
