import { describe, expect, test } from 'vitest';
import { PAGE_BYTES, TEXT_BYTES } from '../protocol/limits.ts';
import { messagesFrom, messageWith } from '../testing/messages.ts';
import { type Batch, firstBatch, merge, toBatches } from './batch.ts';

const seqsOf = (batch: Batch | null) => batch?.messages.map(({ seq }) => seq);
const only = (first: number, last: number) => toBatches('e', messagesFrom(first, last), PAGE_BYTES)[0] as Batch;

describe('encodings', () => {
  test('are built once for each encoder, however often they are asked for', () => {
    const batch = only(1, 3);
    const calls = { one: 0, other: 0 };
    const one = ({ jsons }: Batch) => {
      calls.one += 1;
      return Buffer.from(jsons.join());
    };
    const other = () => {
      calls.other += 1;
      return Buffer.from('other');
    };
    const bytes = batch.encoded(one);
    expect(batch.encoded(one)).toBe(bytes);
    expect(batch.encoded(other)).not.toBe(bytes);
    expect(batch.encoded(one)).toBe(bytes);
    expect(calls).toEqual({ one: 1, other: 1 });
  });

  test('have the messages’ JSON at hand', () => {
    const batch = only(1, 2);
    expect(batch.jsons.map((json) => JSON.parse(json))).toEqual(batch.messages);
    expect(batch.bytes).toBe(Buffer.byteLength(batch.jsons.join('')));
  });
});

describe('cutting', () => {
  test('nothing gives no batch', () => expect(toBatches('e', [], PAGE_BYTES)).toEqual([]));

  test('ends a batch before it would be longer than a page, and loses nothing', () => {
    const messages = messagesFrom(1, 200, 'x'.repeat(TEXT_BYTES));
    const batches = toBatches('e', messages, PAGE_BYTES);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.every(({ bytes }) => bytes <= PAGE_BYTES)).toBe(true);
    for (const [index, batch] of batches.slice(0, -1).entries()) {
      const [next = ''] = batches[index + 1]?.jsons ?? [];
      expect(batch.bytes + Buffer.byteLength(next)).toBeGreaterThan(PAGE_BYTES);
    }
    expect(batches.flatMap((batch) => batch.messages)).toEqual(messages);
    expect(batches.flatMap((batch) => batch.jsons)).toEqual(messages.map((message) => JSON.stringify(message)));
  });

  test('counts bytes and not characters', () => {
    const messages = messagesFrom(1, 120, '汉'.repeat(1000));
    expect(toBatches('e', messages, PAGE_BYTES).every(({ bytes }) => bytes <= PAGE_BYTES)).toBe(true);
    expect(toBatches('e', messages, PAGE_BYTES)).toHaveLength(2);
  });

  test('lets a single message that is longer than a page go alone', () => {
    const huge = messageWith(2, 'x'.repeat(PAGE_BYTES));
    expect(toBatches('e', [messageWith(1), huge, messageWith(3)], PAGE_BYTES).map(seqsOf)).toEqual([[1], [2], [3]]);
  });
});

describe('positions', () => {
  test('a batch knows where it begins and ends, and the cursor after each message', () => {
    const batch = only(11, 13);
    expect([batch.after, batch.lastSeq]).toEqual([10, 13]);
    expect([0, 1, 2].map((index) => batch.cursorOf(index))).toEqual(['e.11', 'e.12', 'e.13']);
  });

  test.each([
    ['from before it', 0, 100, [11, 12, 13, 14]],
    ['from its start', 10, 100, [11, 12, 13, 14]],
    ['from within', 12, 100, [13, 14]],
    ['up to a limit', 10, 2, [11, 12]],
    ['from within up to a limit', 11, 2, [12, 13]],
  ])('a part %s', (_what, after, limit, seqs) => {
    const part = only(11, 14).part(after, limit);
    expect(seqsOf(part)).toEqual(seqs);
    expect(part.jsons).toEqual(part.messages.map((message) => JSON.stringify(message)));
  });

  test('a part that is all of it is the batch itself, so that its encodings are shared', () => {
    const batch = only(11, 14);
    expect(batch.part(10, 4)).toBe(batch);
    expect(batch.part(3, 500)).toBe(batch);
  });
});

describe('merging', () => {
  const batches = [only(1, 3), only(4, 4), only(5, 9)];

  test.each([
    ['from a start', 0, 0, 100, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['from within a batch', 0, 2, 100, [3, 4, 5, 6, 7, 8, 9]],
    ['up to a limit, by whole batches after the first', 0, 0, 8, [1, 2, 3, 4]],
    ['a limit within the first', 0, 0, 2, [1, 2]],
    ['the last alone', 2, 4, 100, [5, 6, 7, 8, 9]],
  ])('%s', (_what, index, after, limit, seqs) => {
    expect(seqsOf(merge(batches, index, after, limit, PAGE_BYTES))).toEqual(seqs);
  });

  test('gives nothing where there is nothing after', () => expect(merge(batches, 2, 9, 100, PAGE_BYTES)).toBeNull());

  test('one whole batch is given as itself', () => expect(merge(batches, 2, 4, 100, PAGE_BYTES)).toBe(batches[2]));

  test('ends at its bytes', () => {
    const messages = messagesFrom(1, 100, 'x'.repeat(TEXT_BYTES));
    const long = messages.map((message) => firstBatch('e', [message], PAGE_BYTES));
    const merged = merge(long, 0, 0, 500, PAGE_BYTES);
    expect(merged?.bytes).toBeLessThanOrEqual(PAGE_BYTES);
    expect(merged?.messages.length).toBeGreaterThan(50);
    expect(merge(long, 0, 0, 500, 1)?.messages).toHaveLength(1);
  });
});
