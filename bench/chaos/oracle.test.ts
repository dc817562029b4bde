import { describe, expect, it } from 'vitest';
import type { Message } from '../../server/protocol/messages.ts';
import type { History, ReaderHistory, SeenReceipt, Sent, Stretch } from './history.ts';
import { judge } from './oracle.ts';

const EPOCH = 'e1';
const READERS = ['ann', 'bob'];

function message(seq: number, changes: Partial<Message> = {}): Message {
  return { seq, id: `m${seq}`, from: 'u', name: 'U', text: `text ${seq}`, at: 1000 + seq, via: 'sse', ...changes };
}

function numbered(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => message(index + 1));
}

function sentOf({ id, text }: Message): Sent {
  return { client: 'ann', id, text, outcome: 'stored' };
}

function receiptOf({ id, seq, at }: Message): SeenReceipt {
  return { client: 'ann', id, epoch: EPOCH, seq, at, duplicate: false };
}

function stretch(messages: readonly Message[], changes: Partial<Stretch> = {}): Stretch {
  return { reset: null, epoch: EPOCH, after: 0, messages, ...changes };
}

function reader(name: string, ...stretches: Stretch[]): ReaderHistory {
  return { name, lane: 'sse', stretches };
}

/** Five messages, all sent, receipted and received by two readers. */
function good(changes: Partial<History> = {}): History {
  const log = numbered(5);
  return {
    durable: true,
    head: { epoch: EPOCH, seq: 5 },
    sent: log.map(sentOf),
    receipts: log.map(receiptOf),
    readers: READERS.map((name) => reader(name, stretch(log))),
    ...changes,
  };
}

/** The good history, but for what one of the two readers got. */
function bobGot(...messages: Message[]): History {
  return good({ readers: [reader('ann', stretch(numbered(5))), reader('bob', stretch(messages))] });
}

/** The good history, but for what all readers got. */
function allGot(messages: readonly Message[], changes: Partial<History> = {}): History {
  return good({ readers: READERS.map((name) => reader(name, stretch(messages))), ...changes });
}

function lane(history: History) {
  return judge(history).lanes[0];
}

describe('a run in which every promise was kept', () => {
  it('has no difference, and a ledger that closes', () => {
    const verdict = judge(good());
    expect(verdict.differences).toEqual([]);
    expect(verdict).toMatchObject({ differenceCount: 0, sent: 5, receipted: 5, storedWithoutReceipt: 0, resets: 0 });
    expect(verdict.lanes).toEqual([
      {
        ...{ lane: 'sse', readers: 2, expected: 10, delivered: 10 },
        ...{ missing: 0, duplicated: 0, outOfOrder: 0, altered: 0, receiptedLost: 0 },
      },
    ]);
  });

  it('may have messages whose receipt never got through', () => {
    const receipts = numbered(5).slice(1).map(receiptOf);
    expect(judge(good({ receipts }))).toMatchObject({ differenceCount: 0, storedWithoutReceipt: 1 });
  });

  it('tells how many receipts were lost on their way, and given again to a retry', () => {
    const receipts = numbered(5).map((one) => ({ ...receiptOf(one), duplicate: one.seq > 3 }));
    expect(judge(good({ receipts }))).toMatchObject({ differenceCount: 0, savedByRetry: 2 });
  });

  it('owes a reader nothing from before its beginning', () => {
    const late = reader('bob', stretch(numbered(5).slice(3), { after: 3 }));
    const history = good({ readers: [reader('ann', stretch(numbered(5))), late] });
    expect(judge(history).differences).toEqual([]);
    expect(lane(history)).toMatchObject({ expected: 7, delivered: 7 });
  });
});

describe('a message that is lost', () => {
  it('to one reader, in the middle, is missed', () => {
    const history = bobGot(message(1), message(2), message(4), message(5));
    expect(lane(history)).toMatchObject({ expected: 10, delivered: 9, missing: 1, receiptedLost: 1 });
    expect(judge(history).differences.join()).toMatch(/bob lacks 1 of 5 .* the first is 3.*bob never got m3/);
  });

  it('to one reader, at the end, is missed', () => {
    expect(lane(bobGot(...numbered(4)))).toMatchObject({ missing: 1, receiptedLost: 1 });
  });

  it('to all readers, though the server counts it, is missed', () => {
    const history = allGot(numbered(4));
    expect(lane(history)).toMatchObject({ missing: 2, receiptedLost: 2 });
    expect(judge(history).differences).toContain('m5, receipted as 5, reached nobody');
  });

  it('by the server, which does not count it either, is missed where there was a receipt', () => {
    const history = allGot(numbered(4), { head: { epoch: EPOCH, seq: 4 } });
    expect(lane(history)).toMatchObject({ missing: 0, receiptedLost: 2 });
    expect(judge(history).differences).toContain('m5, receipted as 5, reached nobody');
  });

  it('by the server, whose seq another message got, is missed where there was a receipt', () => {
    const log = [...numbered(4), message(5, { id: 'other', text: 'other' })];
    const sent = [...numbered(5), ...log.slice(4)].map(sentOf);
    const history = allGot(log, { sent });
    expect(lane(history)).toMatchObject({ missing: 0, receiptedLost: 2 });
    expect(judge(history).differences.join()).toContain('a receipt says that m5 is 5');
  });

  it('and had no receipt is missed by those who lack it, where others have it', () => {
    const history = { ...bobGot(...numbered(4)), receipts: [] };
    expect(lane(history)).toMatchObject({ missing: 1, receiptedLost: 0 });
    expect(judge(history).differenceCount).toBe(1);
  });
});

describe('a message that is duplicated', () => {
  it('under its own seq is noticed', () => {
    const history = bobGot(message(1), message(2), message(2), message(3), message(4), message(5));
    expect(lane(history)).toMatchObject({ missing: 0, duplicated: 1 });
    expect(judge(history).differences).toContain('bob got 2 twice');
  });

  it('from before the reader’s beginning is noticed', () => {
    const readers = [reader('ann', stretch(numbered(5))), reader('bob', stretch(numbered(5), { after: 2 }))];
    expect(lane(good({ readers }))).toMatchObject({ duplicated: 2 });
  });

  it('by being stored twice is noticed, with a receipt or without', () => {
    const log = [...numbered(5), message(6, { id: 'm2', text: 'text 2' })];
    for (const receipts of [numbered(5).map(receiptOf), []]) {
      const history = allGot(log, { head: { epoch: EPOCH, seq: 6 }, receipts });
      expect(lane(history)).toMatchObject({ duplicated: 2 });
      expect(judge(history).differences).toContain('m2 is stored twice, as 2 and 6 of e1');
    }
  });
});

describe('messages that are out of order', () => {
  it('at one reader are noticed', () => {
    const history = bobGot(message(1), message(3), message(2), message(4), message(5));
    expect(lane(history)).toMatchObject({ missing: 0, duplicated: 0, outOfOrder: 1 });
    expect(judge(history).differences).toContain('bob got 2 after 3');
  });

  it('because two readers have different messages at one seq are noticed', () => {
    const swapped = [message(1), message(2, { id: 'm3' }), message(3, { id: 'm2' }), message(4), message(5)];
    expect(lane(bobGot(...swapped))).toMatchObject({ altered: 2 });
  });
});

describe('a message that is altered', () => {
  it.each([
    ['text', { text: 'text 9' }],
    ['sender', { from: 'v' }],
    ['time', { at: 1 }],
    ['transport', { via: 'http' }],
  ])('in its %s for one reader is noticed', (_what, changes) => {
    const history = bobGot(message(1), message(2, changes), message(3), message(4), message(5));
    expect(lane(history)).toMatchObject({ altered: 1 });
    expect(judge(history).differenceCount).toBeGreaterThan(0);
  });

  it('for all readers alike is noticed by what was sent', () => {
    const log = [message(1), message(2, { text: 'tex' }), ...numbered(5).slice(2)];
    expect(judge(allGot(log)).differences).toEqual(['message 2 (m2) does not have the text that was sent']);
  });

  it('so that nobody has sent it is noticed', () => {
    const sent = numbered(4).map(sentOf);
    expect(judge(good({ sent, receipts: [] })).differences).toEqual(['message 5 (m5) was never sent by anybody']);
  });

  it('so that time runs backwards is noticed', () => {
    const log = [message(1), message(2, { at: 9999 }), ...numbered(5).slice(2)];
    expect(judge(allGot(log, { receipts: [] })).differences).toContain('message 3 is older than the one before it');
  });
});

describe('a receipt that lies', () => {
  const others = numbered(5).slice(1).map(receiptOf);
  it.each<[string, Partial<SeenReceipt>]>([
    ['about the seq', { seq: 2 }],
    ['about a seq that does not exist', { seq: 99 }],
    ['about the time', { at: 5 }],
    ['about the epoch', { epoch: 'e2' }],
    ['about the id', { id: 'm2' }],
    ['to somebody who did not send it', { client: 'bob' }],
  ])('%s is noticed', (_what, changes) => {
    const receipts = [{ ...receiptOf(message(1)), ...changes }, ...others];
    expect(judge(good({ receipts })).differenceCount).toBeGreaterThan(0);
  });

  it('by naming two seqs for one id is noticed', () => {
    const receipts = [...numbered(5).map(receiptOf), { ...receiptOf(message(1)), seq: 2 }];
    expect(judge(good({ receipts })).differences).toContain('ann had two receipts for m1: seq 1 and 2');
  });
});

describe('a text that did not get through', () => {
  it.each(['refused', 'unsettled'] as const)('because it is %s is noticed', (outcome) => {
    const sent = [...numbered(5).map(sentOf), { client: 'ann', id: 'm6', text: 'x', outcome }];
    expect(judge(good({ sent })).differenceCount).toBe(1);
  });
});

describe('a reset', () => {
  const first = numbered(3);
  const second = numbered(5).map((one) => ({ ...one, id: `n${one.seq}` }));
  const sent = [...first, ...second].map(sentOf);
  const receipts = [...first.map(receiptOf), ...second.map((one) => ({ ...receiptOf(one), epoch: 'e2' }))];
  const head = { epoch: 'e2', seq: 5 };
  const anew = (seq: number, reset = 'epoch-changed') => stretch(second.slice(seq), { reset, epoch: 'e2', after: seq });

  function restarted(changes: Partial<History> = {}): History {
    const readers = [reader('ann', stretch(first), anew(0)), reader('bob', stretch(first.slice(0, 2)), anew(2))];
    return { durable: false, head, sent, receipts, readers, ...changes };
  }

  it('breaks the promise of a durable store', () => {
    const readers = [reader('ann', stretch(first), stretch(numbered(5).slice(3), { reset: 'trimmed', after: 3 }))];
    expect(judge(good({ readers })).differences).toEqual(['ann was told to begin anew (trimmed) at 3']);
    expect(judge(restarted({ durable: true })).differenceCount).toBeGreaterThan(0);
  });

  it('is expected of one that is not, where each epoch is exact for itself', () => {
    const verdict = judge(restarted());
    expect(verdict.differences).toEqual([]);
    expect(verdict).toMatchObject({ resets: 2, endedWithEpoch: 0, receipted: 8 });
    expect(verdict.lanes[0]).toMatchObject({ expected: 13, delivered: 13 });
  });

  it('tells how many receipted messages ended with their epoch unseen', () => {
    const readers = READERS.map((name) => reader(name, stretch(first.slice(0, 2)), anew(0)));
    expect(judge(restarted({ readers }))).toMatchObject({ differenceCount: 0, endedWithEpoch: 1 });
  });

  it('does not excuse a gap, neither before nor after it', () => {
    const gap = stretch([message(1), message(3)]);
    const readers = [reader('ann', stretch(first), anew(0)), reader('bob', gap, anew(0))];
    expect(judge(restarted({ readers })).lanes[0]).toMatchObject({ missing: 1 });
    const late = stretch(second.slice(3), { reset: 'epoch-changed', epoch: 'e2', after: 2 });
    const others = [reader('ann', stretch(first), anew(0)), reader('bob', stretch(first), late)];
    expect(judge(restarted({ readers: others })).lanes[0]).toMatchObject({ missing: 1, receiptedLost: 1 });
  });

  it('is owed to a reader that stayed in an epoch that has ended', () => {
    const readers = [reader('ann', stretch(first), anew(0)), reader('bob', stretch(first))];
    expect(judge(restarted({ readers })).differences).toContain('bob never reached the epoch e2');
  });
});

it('a reader that was never connected is noticed', () => {
  expect(judge(good({ readers: [reader('ann')] })).differences).toContain('ann was never connected');
});

it('a reader that was given more than the server has is noticed', () => {
  const history = good({ head: { epoch: EPOCH, seq: 4 } });
  expect(judge(history).differences.join()).toContain('beyond the server’s head 4');
});

it('keeps the first differences and counts all', () => {
  const log = numbered(500);
  const history = good({ sent: log.map(sentOf), receipts: log.map(receiptOf), head: { epoch: EPOCH, seq: 500 } });
  const { differences, differenceCount } = judge(history);
  expect(differences).toHaveLength(100);
  expect(differenceCount).toBeGreaterThan(1000);
});
