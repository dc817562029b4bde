// Judges a run by what was promised: every reader has every stored message once, in the order of the log; a receipt
// means stored; what has no receipt is there at most once. Nothing here knows how the run was made.
import type { Message } from '../../server/protocol/messages.ts';
import { createLedger } from '../load/ledger.ts';
import type { History, ReaderHistory, SeenReceipt, Sent, Stretch } from './history.ts';

/** What the readers of one lane got, added up. */
export interface LaneVerdict {
  readonly lane: string;
  readonly readers: number;
  expected: number;
  /** Distinct messages, as they were sent. */
  delivered: number;
  missing: number;
  duplicated: number;
  outOfOrder: number;
  altered: number;
  /** Receipted messages that a reader never got. */
  receiptedLost: number;
}

export interface Verdict {
  readonly lanes: readonly LaneVerdict[];
  readonly sent: number;
  readonly receipted: number;
  /** Messages whose first receipt was lost: only a retry, answered as a duplicate, told that they were stored. */
  readonly savedByRetry: number;
  /** Messages in the log whose sender never had a receipt. */
  readonly storedWithoutReceipt: number;
  /** Receipted messages of an epoch that ended with its server: only where the store is not durable. */
  readonly endedWithEpoch: number;
  readonly resets: number;
  /** How many things do not hold; 0: all promises were kept. */
  readonly differenceCount: number;
  /** The first of them, one line each. */
  readonly differences: readonly string[];
}

/** Differences that are kept as text: one fault can show in every message after it. */
const KEPT_DIFFERENCES = 100;

class Differences {
  readonly lines: string[] = [];
  count = 0;

  push(line: string): void {
    this.count += 1;
    if (this.lines.length < KEPT_DIFFERENCES) this.lines.push(line);
  }
}

/** The log of one epoch, put together from what all readers got. */
type Log = Map<number, Message>;

export function judge(history: History): Verdict {
  const { head, durable, sent, receipts, readers } = history;
  const differences = new Differences();
  const logs = gatherLogs(readers);
  const sentById = new Map(sent.map((one) => [one.id, one]));
  const lanes = new Map<string, LaneVerdict>();
  const endedWithEpoch = checkReceipts(history, logs, sentById, differences);
  const owed = receipts.filter(({ epoch }) => durable || epoch === head.epoch);

  for (const [epoch, log] of logs) checkLog(epoch, log, sentById, differences);
  for (const reader of readers) {
    const verdict = judgeReader(reader, history, logs, differences);
    const lost = lostReceipts(reader, owed, durable ? null : head.epoch);
    for (const { id, seq } of lost) differences.push(`${reader.name} never got ${id}, receipted as ${seq}`);
    const lane = lanes.get(reader.lane) ?? emptyLane(reader.lane);
    lanes.set(reader.lane, addReader(lane, { ...verdict, receiptedLost: lost.length }));
  }
  for (const { client, id, outcome, detail } of sent) {
    if (outcome === 'refused')
      differences.push(`${client}’s message ${id} was refused: ${detail ?? 'nobody said why'}`);
    if (outcome === 'unsettled') differences.push(`${client}’s message ${id} got no receipt to the end`);
  }
  const receiptedIds = new Set(receipts.map(({ id }) => id));
  const storedIds = new Set([...logs.values()].flatMap((log) => [...log.values()].map(({ id }) => id)));
  return {
    lanes: [...lanes.values()],
    sent: sent.length,
    receipted: receiptedIds.size,
    savedByRetry: new Set(receipts.filter(({ duplicate }) => duplicate).map(({ id }) => id)).size,
    storedWithoutReceipt: [...storedIds].filter((id) => !receiptedIds.has(id)).length,
    endedWithEpoch,
    resets: readers.reduce((sum, { stretches }) => sum + Math.max(0, stretches.length - 1), 0),
    differenceCount: differences.count,
    differences: differences.lines,
  };
}

/** Where readers disagree about a seq the first one’s word is taken, and the others differ from it. */
function gatherLogs(readers: readonly ReaderHistory[]): Map<string, Log> {
  const logs = new Map<string, Log>();
  for (const { stretches } of readers) {
    for (const { epoch, messages } of stretches) {
      const log: Log = logs.get(epoch) ?? new Map();
      logs.set(epoch, log);
      for (const message of messages) if (!log.has(message.seq)) log.set(message.seq, message);
    }
  }
  return logs;
}

/** @returns how many receipted messages ended with their epoch. */
function checkReceipts(
  { head, durable, receipts }: History,
  logs: ReadonlyMap<string, Log>,
  sentById: ReadonlyMap<string, Sent>,
  differences: Differences,
): number {
  const given = new Map<string, SeenReceipt>();
  const ended = new Set<string>();
  for (const receipt of receipts) {
    const { client, id, epoch, seq, at } = receipt;
    const key = `${epoch} ${id}`;
    const before = given.get(key) ?? receipt;
    given.set(key, before);
    if (before.seq !== seq) differences.push(`${client} had two receipts for ${id}: seq ${before.seq} and ${seq}`);
    if (sentById.get(id)?.client !== client) differences.push(`${client} had a receipt for ${id}, which it never sent`);
    if (durable && epoch !== head.epoch) differences.push(`${client} had a receipt of the foreign epoch ${epoch}`);
    const stored = logs.get(epoch)?.get(seq);
    if (stored === undefined) {
      if (durable || epoch === head.epoch) differences.push(`${id}, receipted as ${seq}, reached nobody`);
      else ended.add(key);
    } else if (stored.id !== id || stored.at !== at) {
      const word = `${id} is ${seq}, stored at ${at}`;
      differences.push(`a receipt says that ${word}; readers got ${stored.id} there, stored at ${stored.at}`);
    }
  }
  return ended.size;
}

/** Every message of the log is what somebody sent, and is there once; time does not run backwards. */
function checkLog(epoch: string, log: Log, sentById: ReadonlyMap<string, Sent>, differences: Differences): void {
  const seqs = new Map<string, number>();
  let latest = Number.NEGATIVE_INFINITY;
  for (const [seq, { id, text, at }] of [...log].sort(([a], [b]) => a - b)) {
    const before = seqs.get(id);
    if (before !== undefined) differences.push(`${id} is stored twice, as ${before} and ${seq} of ${epoch}`);
    seqs.set(id, seq);
    const sent = sentById.get(id);
    if (sent === undefined) differences.push(`message ${seq} (${id}) was never sent by anybody`);
    else if (sent.text !== text) differences.push(`message ${seq} (${id}) does not have the text that was sent`);
    if (at < latest) differences.push(`message ${seq} is older than the one before it`);
    latest = at;
  }
}

function judgeReader(
  { name, stretches }: ReaderHistory,
  { head, durable }: History,
  logs: ReadonlyMap<string, Log>,
  differences: Differences,
): Omit<LaneVerdict, 'lane' | 'readers' | 'receiptedLost'> {
  const sum = { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0, altered: 0 };
  for (const [index, stretch] of stretches.entries()) {
    const isLast = index === stretches.length - 1;
    if (durable && index > 0) differences.push(`${name} was told to begin anew (${stretch.reset}) at ${stretch.after}`);
    if (isLast && stretch.epoch !== head.epoch) differences.push(`${name} never reached the epoch ${head.epoch}`);
    const ownHead = stretch.messages.reduce((highest, { seq }) => Math.max(highest, seq), stretch.after);
    // Up to where a reader came in an epoch that ended is its own matter; in the one that lasts it owes all.
    const upTo = isLast && stretch.epoch === head.epoch ? head.seq : ownHead;
    if (ownHead > upTo) differences.push(`${name} was given ${ownHead}, beyond the server’s head ${upTo}`);
    const log: Log = logs.get(stretch.epoch) ?? new Map();
    const found = judgeStretch(name, stretch, upTo, log, differences);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += found[key];
  }
  if (stretches.length === 0) differences.push(`${name} was never connected`);
  return sum;
}

function judgeStretch(
  name: string,
  { epoch, after, messages }: Stretch,
  upTo: number,
  log: Log,
  differences: Differences,
) {
  const ledger = createLedger(after);
  const ids = new Set<string>();
  const seqs = new Set<number>();
  let highest = after;
  let altered = 0;
  let repeated = 0;
  for (const message of messages) {
    const { seq, id } = message;
    ledger.received(seq);
    if (seqs.has(seq) || seq <= after) differences.push(`${name} got ${seq} twice`);
    else if (seq < highest) differences.push(`${name} got ${seq} after ${highest}`);
    // The same message under another number is one too many too.
    if (ids.has(id) && !seqs.has(seq)) repeated += 1;
    seqs.add(seq);
    ids.add(id);
    highest = Math.max(highest, seq);
    if (isSame(message, log.get(seq))) continue;
    altered += 1;
    differences.push(`${name} got another ${seq} of ${epoch} than other readers`);
  }
  const totals = ledger.totals(upTo);
  if (totals.missing > 0) {
    const first = firstMissing(after, upTo, seqs);
    differences.push(
      `${name} lacks ${totals.missing} of ${totals.expected} messages of ${epoch}, the first is ${first}`,
    );
  }
  return { ...totals, duplicated: totals.duplicated + repeated, altered };
}

function isSame(message: Message, other: Message | undefined): boolean {
  if (message === other) return true;
  return JSON.stringify(message) === JSON.stringify(other);
}

function firstMissing(after: number, upTo: number, seqs: ReadonlySet<number>): number {
  let seq = after + 1;
  while (seq <= upTo && seqs.has(seq)) seq += 1;
  return seq;
}

/** @param only the one epoch that counts; null: all. @returns the receipts whose message the reader never got. */
function lostReceipts({ stretches }: ReaderHistory, owed: readonly SeenReceipt[], only: string | null): SeenReceipt[] {
  const counted = stretches.filter(({ epoch }) => only === null || epoch === only);
  const ids = new Set(counted.flatMap(({ messages }) => messages.map(({ id }) => id)));
  // What came before a reader’s beginning, or before the history that a reset begins with, was not owed to it.
  const after = counted.at(-1)?.after ?? Number.POSITIVE_INFINITY;
  const lost = new Map(owed.filter(({ id, seq }) => seq > after && !ids.has(id)).map((one) => [one.id, one]));
  return [...lost.values()];
}

function emptyLane(lane: string): LaneVerdict {
  const none = { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0, altered: 0, receiptedLost: 0 };
  return { lane, readers: 0, ...none };
}

function addReader(lane: LaneVerdict, reader: Omit<LaneVerdict, 'lane' | 'readers'>): LaneVerdict {
  return {
    lane: lane.lane,
    readers: lane.readers + 1,
    expected: lane.expected + reader.expected,
    delivered: lane.delivered + reader.delivered,
    missing: lane.missing + reader.missing,
    duplicated: lane.duplicated + reader.duplicated,
    outOfOrder: lane.outOfOrder + reader.outOfOrder,
    altered: lane.altered + reader.altered,
    receiptedLost: lane.receiptedLost + reader.receiptedLost,
  };
}
