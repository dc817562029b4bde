import { describe, expect, it } from 'vitest';
import { createMessageCounter } from './message-counter.ts';

const message = (seq: number, text: string) => JSON.stringify({ seq, id: `m-${seq}`, text });
const BYTES = Buffer.from(
  [message(1, 'a'), message(22, 'it says "seq": and "se'), message(3, '""seq":"seq"'), '{"cursor":"x.3"}'].join('\n\n'),
);

function counted(pieces: readonly Buffer[]): number {
  const counter = createMessageCounter();
  return pieces.reduce((sum, piece) => sum + counter.feed(piece), 0);
}

describe('the count of messages', () => {
  it('is that of the messages, whatever their texts say', () => {
    expect(counted([BYTES])).toBe(3);
  });

  it('is the same wherever the bytes are cut', () => {
    for (let first = 0; first <= BYTES.length; first += 1) {
      for (const length of [0, 1, 2, 3, 7]) {
        const second = Math.min(BYTES.length, first + length);
        const pieces = [BYTES.subarray(0, first), BYTES.subarray(first, second), BYTES.subarray(second)];
        expect(counted(pieces), `cut at ${first} and ${second}`).toBe(3);
      }
    }
  });

  it('is the same byte by byte', () => {
    expect(counted([...BYTES].map((byte) => Buffer.from([byte])))).toBe(3);
  });

  it('does not need the bytes afterwards', () => {
    const counter = createMessageCounter();
    const shared = Buffer.from('…"se');
    expect(counter.feed(shared)).toBe(0);
    shared.fill(0);
    expect(counter.feed(Buffer.from('q":1'))).toBe(1);
  });
});
