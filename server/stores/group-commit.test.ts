import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

test('drafts of one turn are committed together, and those of the next turn in another group', async () => {
  const groups: (readonly string[])[] = [];
  const { add } = createGroupCommit<string, string>(
    (drafts) => {
      groups.push(drafts);
      return drafts.map((draft) => draft.toUpperCase());
    },
    () => undefined,
  );
  expect(await Promise.all([add('a'), add('b')])).toEqual(['A', 'B']);
  expect(await add('c')).toBe('C');
  expect(groups).toEqual([['a', 'b'], ['c']]);
});

test('who waits goes on only after the commit was told', async () => {
  const order: string[] = [];
  const { add } = createGroupCommit<string, string>(
    (drafts) => drafts,
    () => order.push('told'),
  );
  const waiting = ['a', 'b'].map((draft) => add(draft).then((result) => order.push(result)));
  await Promise.all(waiting);
  expect(order).toEqual(['told', 'a', 'b']);
});

test('a failing commit rejects all of its group, tells nobody, and leaves the next group alone', async () => {
  let fails = true;
  let told = 0;
  const { add } = createGroupCommit<string, string>(
    (drafts) => {
      if (fails) throw new Error('disk full');
      return drafts;
    },
    () => {
      told += 1;
    },
  );
  const results = await Promise.allSettled([add('a'), add('b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(told).toBe(0);
  fails = false;
  expect(await add('c')).toBe('c');
  expect(told).toBe(1);
});

test('a draft that is added while a group is committed goes into the next one', async () => {
  const groups: (readonly string[])[] = [];
  let later: Promise<string> | undefined;
  const { add } = createGroupCommit<string, string>(
    (drafts) => {
      groups.push(drafts);
      later ??= add('later');
      return drafts;
    },
    () => undefined,
  );
  await add('first');
  expect(await later).toBe('later');
  expect(groups).toEqual([['first'], ['later']]);
});

test('a flush commits at once, and the turn’s own commit then finds nothing left', async () => {
  let commits = 0;
  const { add, flush } = createGroupCommit<string, string>(
    (drafts) => {
      commits += 1;
      return drafts;
    },
    () => undefined,
  );
  const waiting = add('a');
  flush();
  expect(commits).toBe(1);
  expect(await waiting).toBe('a');
  await nextTurn();
  expect(commits).toBe(1);
});
