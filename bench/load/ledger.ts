// Who got what: one ledger per client, by the messages' seq.

/** Deliveries of all clients together. */
export interface LedgerTotals {
  expected: number;
  /** Distinct messages that arrived. */
  delivered: number;
  missing: number;
  duplicated: number;
  /** Messages that arrived after one with a higher seq. */
  outOfOrder: number;
}

export interface Ledger {
  /** Takes the seq of a message that has arrived. */
  received(seq: number): void;
  /** Whether everything up to and including that seq has arrived. */
  hasAllUpTo(seq: number): boolean;
  /** Deliveries so far, where all up to and including that seq were owed. */
  totals(lastSeq: number): LedgerTotals;
}

/** @param after the client has everything up to and including this seq when it begins. */
export function createLedger(after: number): Ledger {
  /** All below have arrived; kept as one number because that is the rule. */
  let next = after + 1;
  /** Those that arrived ahead of a missing one. */
  const ahead = new Set<number>();
  let highest = after;
  let duplicated = 0;
  let outOfOrder = 0;
  return {
    received: (seq) => {
      if (seq < next || ahead.has(seq)) {
        duplicated += 1;
        return;
      }
      if (seq < highest) outOfOrder += 1;
      else highest = seq;
      if (seq !== next) {
        ahead.add(seq);
        return;
      }
      next += 1;
      while (ahead.delete(next)) next += 1;
    },
    hasAllUpTo: (seq) => next > seq,
    totals: (lastSeq) => {
      const expected = Math.max(0, lastSeq - after);
      const delivered = next - 1 - after + ahead.size;
      return { expected, delivered, missing: expected - delivered, duplicated, outOfOrder };
    },
  };
}

export function addTotals(a: LedgerTotals, b: LedgerTotals): LedgerTotals {
  return {
    expected: a.expected + b.expected,
    delivered: a.delivered + b.delivered,
    missing: a.missing + b.missing,
    duplicated: a.duplicated + b.duplicated,
    outOfOrder: a.outOfOrder + b.outOfOrder,
  };
}

export const EMPTY_LEDGER: LedgerTotals = { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0 };
