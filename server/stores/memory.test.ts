import { expect, test } from 'vitest';
import { createMemoryStore } from './memory.ts';
import { describeStore } from './testing/store-contract.ts';

describeStore('memory', createMemoryStore);

test('memory: every log has an epoch and a secret of its own', async () => {
  const options = { retain: 10, dedupeWindowMs: 1000 };
  const [one, other] = [createMemoryStore(options), createMemoryStore(options)];
  expect((await one.span()).epoch).not.toBe((await other.span()).epoch);
  expect(one.secret.equals(other.secret)).toBe(false);
});

test('memory: an id is forgotten only when its own window is over, however many came since', async () => {
  let clock = 1000;
  const store = createMemoryStore({ retain: 1, dedupeWindowMs: 100, elapsed: () => clock });
  const append = (id: string) => store.append({ id, from: 'u', name: 'n', text: 't', via: 'http' });
  await append('old');
  clock += 60;
  await append('young');
  await append('kept');
  clock += 60;
  expect(await append('young')).toMatchObject({ receipt: { duplicate: true } });
  expect(await append('old')).toMatchObject({ receipt: { duplicate: false } });
});
