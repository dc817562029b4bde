// A log that may come back with less than it had, and says so: what of a history is left to be judged as of any other log.
import type { History, ReaderHistory } from './history.ts';

export interface Settled {
  /** Each reader from its last rollback on, and of each message the last receipt, as long as it is owed. */
  readonly history: History;
  /** Readers that were told `rolled-back`, counted as often as they were. */
  readonly told: number;
}

/** What came before a reset `rolled-back` is void, and was said to be: only what a reader has since then is judged. */
export function settleRollbacks(history: History): Settled {
  let told = 0;
  const voided = new Map<string, Set<string>>();
  const readers = history.readers.map((reader): ReaderHistory => {
    const last = reader.stretches.findLastIndex(({ reset }) => reset === 'rolled-back');
    if (last < 0) return reader;
    told += reader.stretches.filter(({ reset }) => reset === 'rolled-back').length;
    const before = reader.stretches.slice(0, last).flatMap(({ messages }) => messages.map(({ id }) => id));
    voided.set(reader.name, new Set(before));
    return {
      ...reader,
      stretches: reader.stretches.slice(last).map((one, index) => (index === 0 ? { ...one, reset: null } : one)),
    };
  });
  const stored = new Set(
    readers.flatMap(({ stretches }) => stretches.flatMap(({ messages }) => messages.map(({ id }) => id))),
  );
  // What was sent again after a rollback has another place: the last word counts. Its sender knows that a message is gone
  // which it had read before it was told; one that it had not read it must have sent again.
  const receipts = [...new Map(history.receipts.map((receipt) => [receipt.id, receipt])).values()].filter(
    ({ client, id }) => stored.has(id) || voided.get(client)?.has(id) !== true,
  );
  return { history: { ...history, readers, receipts }, told };
}
