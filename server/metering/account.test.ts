import { expect, test } from 'vitest';
import { Account, newCounters } from './account.ts';

test('what is counted is counted in all and for the client at once', () => {
  const [total, one, other] = [newCounters(), newCounters(), newCounters()];
  new Account(1, null, total, one).add('delivered', 3);
  new Account(1, null, total, other).add('delivered', 4);
  new Account(1, null, total, null).add('delivered', 5);
  expect([total.delivered, one.delivered, other.delivered]).toEqual([12, 3, 4]);
  expect({ ...total, delivered: 0 }).toEqual(newCounters());
});
