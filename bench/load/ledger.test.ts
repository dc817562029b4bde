import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger, sumTotals, totalsSince } from './ledger.ts';

function ledgerOf(after: number, seqs: readonly number[]) {
  const ledger = createLedger(after);
  for (const seq of seqs) ledger.received(seq);
  return ledger;
}

describe('a ledger', () => {
  it('closes when all has come once and in order', () => {
    const ledger = ledgerOf(7, [8, 9, 10]);
    expect(ledger.hasAllUpTo(10)).toBe(true);
    expect(ledger.totals(10)).toEqual({ expected: 3, delivered: 3, missing: 0, duplicated: 0, outOfOrder: 0 });
  });

  it('counts what is missing, also at the end', () => {
    const ledger = ledgerOf(0, [1, 3]);
    expect(ledger.hasAllUpTo(3)).toBe(false);
    expect(ledger.totals(4)).toEqual({ expected: 4, delivered: 2, missing: 2, duplicated: 0, outOfOrder: 0 });
  });

  it('counts a repeated message as duplicated, not as delivered twice', () => {
    expect(ledgerOf(0, [1, 2, 2, 1]).totals(2)).toMatchObject({ delivered: 2, missing: 0, duplicated: 2 });
  });

  it('counts a message that comes after a later one as out of order', () => {
    const ledger = ledgerOf(0, [1, 3, 2, 4]);
    expect(ledger.totals(4)).toMatchObject({ delivered: 4, missing: 0, duplicated: 0, outOfOrder: 1 });
    expect(ledger.hasAllUpTo(4)).toBe(true);
  });

  it('owes nothing where nothing was sent', () => {
    expect(createLedger(5).totals(5)).toEqual({ expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0 });
  });

  it('agrees with plain counting, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 })), (seqs) => {
        const seen = new Set<number>();
        let duplicated = 0;
        let outOfOrder = 0;
        for (const seq of seqs) {
          if (seen.has(seq)) duplicated += 1;
          else if (seq < Math.max(0, ...seen)) outOfOrder += 1;
          seen.add(seq);
        }
        expect(ledgerOf(0, seqs).totals(12)).toEqual({
          expected: 12,
          delivered: seen.size,
          missing: 12 - seen.size,
          duplicated,
          outOfOrder,
        });
      }),
    );
  });
});

it('totals are added up, and taken apart again', () => {
  const [one, other] = [ledgerOf(0, [1, 3, 2]).totals(4), ledgerOf(0, [1, 1]).totals(2)];
  const sum = { expected: 6, delivered: 4, missing: 2, duplicated: 1, outOfOrder: 1 };
  expect(sumTotals([one, other])).toEqual(sum);
  expect(totalsSince(sum, one)).toEqual(other);
});
