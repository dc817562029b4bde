import { describe, expect, it } from 'vitest';
import type { Message } from '../../server/protocol/messages.ts';
import type { History, SeenReceipt, Stretch } from './history.ts';
import { judge } from './oracle.ts';
import { settleRollbacks } from './rollbacks.ts';

const message = (seq: number, id: string): Message => ({ seq, id, from: 'u', name: 'n', text: id, at: 1, via: 'sse' });
const stretch = (reset: string | null, ...ids: string[]): Stretch => ({
  reset,
  epoch: 'e',
  after: 0,
  messages: ids.map((id, index) => message(index + 1, id)),
});
const receipt = (id: string, seq: number): SeenReceipt => ({
  client: 'one',
  id,
  epoch: 'e',
  seq,
  at: 1,
  duplicate: false,
});

/** The log had a, b, c, came back with a, and has a, c, d now: c was sent again, b had been read by its sender. */
function history(changes: Partial<History> = {}): History {
  return {
    durable: true,
    head: { epoch: 'e', seq: 3 },
    sent: ['a', 'b', 'c', 'd'].map((id) => ({ client: 'one', id, text: id, outcome: 'stored' })),
    receipts: [receipt('a', 1), receipt('b', 2), receipt('c', 3), receipt('c', 2), receipt('d', 3)],
    readers: [
      { name: 'one', lane: 'sse', stretches: [stretch(null, 'a', 'b'), stretch('rolled-back', 'a', 'c', 'd')] },
      { name: 'two', lane: 'sse', stretches: [stretch(null, 'a', 'c', 'd')] },
    ],
    ...changes,
  };
}

const differences = (changes: Partial<History> = {}) => judge(settleRollbacks(history(changes)).history).differences;

describe('a rollback', () => {
  it('that was told breaks no promise', () => {
    expect(differences()).toEqual([]);
    expect(settleRollbacks(history()).told).toBe(1);
  });

  it('that was not told does', () => {
    const silent = [
      { name: 'one', lane: 'sse', stretches: [stretch(null, 'a', 'b', 'c')] },
      { name: 'two', lane: 'sse', stretches: [stretch(null, 'a', 'c', 'd')] },
    ];
    expect(differences({ readers: silent }).join()).toContain('than other readers');
  });

  it('excuses no other reset, and no receipt whose message was never read back nor sent again', () => {
    const [one, two] = history().readers;
    if (one === undefined || two === undefined) throw new Error('there are two');
    const trimmed = { ...two, stretches: [stretch(null, 'a'), stretch('trimmed', 'a', 'c', 'd')] };
    expect(differences({ readers: [one, trimmed] }).join()).toContain('begin anew (trimmed)');
    const unread = { ...one, stretches: [stretch(null, 'a'), stretch('rolled-back', 'a', 'c', 'd')] };
    expect(differences({ readers: [unread, two] }).join()).toContain('b, receipted as 2');
  });
});
