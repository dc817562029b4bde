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

/** @returns what several clients, or rounds, got together. */
export function sumTotals(all: readonly LedgerTotals[]): LedgerTotals {
  return all.reduce((sum, one) => combine(sum, one, (a, b) => a + b), NOTHING);
}

/** @returns what came after an earlier look. */
export function totalsSince(now: LedgerTotals, before: LedgerTotals): LedgerTotals {
  return combine(now, before, (a, b) => a - b);
}

const NOTHING: LedgerTotals = { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0 };

function combine(a: LedgerTotals, b: LedgerTotals, by: (a: number, b: number) => number): LedgerTotals {
  return {
    expected: by(a.expected, b.expected),
    delivered: by(a.delivered, b.delivered),
    missing: by(a.missing, b.missing),
    duplicated: by(a.duplicated, b.duplicated),
    outOfOrder: by(a.outOfOrder, b.outOfOrder),
  };
}
