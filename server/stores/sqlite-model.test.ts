// Any sequence of appends, time and restarts: the sqlite store does what the memory store, its model, does.
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import { createMemoryStore } from './memory.ts';
import { createSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

const WINDOW_MS = 100;
const RUNS = 30;

// Few ids, texts and senders, so that many drafts meet others.
const draft = fc.record({
  id: fc.nat(30).map((id) => `id-${id}`),
  text: fc.constantFrom('one', 'another'),
  from: fc.constantFrom('u-1', 'u-2'),
  name: fc.constant('Ada'),
  via: fc.constant('http'),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      drafts: fc.array(draft, { minLength: 1, maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 150 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
const steps = fc.array(step, { minLength: 1, maxLength: 40 });

test('the sqlite store does whatever the memory store does, with restarts in between', async () => {
  const folder = temporaryFolder();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 20 }), async (todo, retain) => {
      files += 1;
      let elapsedMs = 0;
      const options = {
        retain,
        dedupeWindowMs: WINDOW_MS,
        now: () => Date.UTC(2030, 0) + elapsedMs,
        elapsed: () => elapsedMs,
      };
      const open = () => createSqliteStore({ ...options, path: join(folder, `${files}.db`) });
      const memory = createMemoryStore(options);
      let sqlite = open();
      const epochs = new RegExp([(await memory.span()).epoch, (await sqlite.span()).epoch].join('|'), 'g');
      const withoutEpoch = (value: unknown) => JSON.stringify(value).replaceAll(epochs, 'e');
      try {
        for (const one of todo) {
          if (one.do === 'wait') elapsedMs += one.ms;
          else if (one.do === 'restart') {
            await sqlite.close();
            sqlite = open();
          } else {
            const append = (store: Store) => Promise.all(one.drafts.map((each) => store.append(each)));
            expect(withoutEpoch(await append(sqlite))).toBe(withoutEpoch(await append(memory)));
          }
          expect(withoutEpoch(await sqlite.span())).toBe(withoutEpoch(await memory.span()));
          expect(await sqlite.read(0, 1000)).toEqual(await memory.read(0, 1000));
        }
      } finally {
        await sqlite.close();
      }
    }),
    { numRuns: RUNS },
  );
});
