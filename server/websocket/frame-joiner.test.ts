import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientFrame, clientFrame, hex } from './client-frames.ts';
import { FrameJoiner } from './frame-joiner.ts';

function joined(pieces: readonly Buffer[], maxFrameBytes = 100_000) {
  const joiner = new FrameJoiner(maxFrameBytes);
  const passed: Buffer[] = [];
  for (const piece of pieces) joiner.push(piece, (bytes) => passed.push(Buffer.from(bytes)));
  return { joiner, passed, bytes: Buffer.concat(passed) };
}

const singly = (bytes: Buffer): Buffer[] => Array.from(bytes, (byte) => Buffer.of(byte));

const frames = fc.array(
  fc.record({
    opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
    fin: fc.boolean(),
    payload: fc
      .oneof(fc.nat(200), fc.constantFrom(0, 125, 126, 65_535, 65_536))
      .map((length) => Buffer.alloc(length, 7)),
  }),
  { maxLength: 8 },
);

describe('the joiner', () => {
  it('passes on the same bytes in the same order, however they come', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (all: ClientFrame[], cuts) => {
        const bytes = Buffer.concat(all.map(clientFrame));
        const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
        const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        const { joiner, bytes: passed } = joined(pieces);
        expect(passed.equals(bytes)).toBe(true);
        expect(joiner.messages).toBe(all.filter(({ opcode, fin }) => opcode < 8 && fin === true).length);
      }),
    );
  });

  it('passes a read with whole frames on as it is', () => {
    const read = Buffer.concat(['a', 'b', ''].map((text) => clientFrame({ opcode: 1, payload: Buffer.from(text) })));
    expect(joined([read]).passed).toEqual([read]);
  });

  it('passes the bytes of a header on as they come, and those of a payload at once', () => {
    const frame = clientFrame({ opcode: 2, payload: Buffer.alloc(300, 1) });
    expect(joined(singly(frame)).passed.map(({ length }) => length)).toEqual([...Array(8).fill(1), 300]);
  });

  it('holds nothing of what is too long: that is for ws to refuse', () => {
    expect(joined(singly(hex('82 ff 0000000010000000 00000000 0102')), 1000).passed).toHaveLength(16);
  });

  it.each([
    ['half a header', '81'],
    ['a payload without its end', '81 82 00000000 61'],
    ['a fragment that is not the last', '01 81 00000000 61'],
    ['a ping between two fragments', '01 81 00000000 61 89 80 00000000'],
  ])('knows %s for unfinished', (_what, bytes) => {
    expect(joined([hex(bytes)]).joiner.unfinished).toBe(true);
  });

  it('knows when all is finished', () => {
    const { joiner } = joined([hex('01 80 00000000 89 80 00000000 80 81 00000000 61')]);
    expect([joiner.unfinished, joiner.messages]).toEqual([false, 1]);
  });
});
