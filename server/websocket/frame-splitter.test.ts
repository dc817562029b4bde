import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPCODES } from '../protocol/opcodes.ts';
import { encodeFrame } from './frame-encoder.ts';
import { createFrameSplitter } from './frame-splitter.ts';

const KEPT = 300;

/** A client's frame: the server's, with the MASK bit and a key put in. */
function masked(frame: Buffer): Buffer {
  const form = (frame[1] as number) & 0x7f;
  const header = form === 126 ? 4 : form === 127 ? 10 : 2;
  const out = Buffer.concat([frame.subarray(0, header), Buffer.from([1, 2, 3, 4]), frame.subarray(header)]);
  out[1] = (out[1] as number) | 0x80;
  return out;
}

describe('the frame splitter', () => {
  it('finds every frame of a stream, however the stream is cut', () => {
    const frame = fc
      .record({ length: fc.constantFrom(0, 1, 125, 126, 200, 65_535, 65_536), mask: fc.boolean() })
      .map(({ length, mask }) => {
        const plain = encodeFrame(OPCODES.binary, Buffer.alloc(length, 0x61));
        return { length, bytes: mask ? masked(plain) : plain };
      });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(({ bytes }) => bytes));
          const found: { length: number; header: Buffer; kept: number }[] = [];
          const split = createFrameSplitter(KEPT, ({ header, payload, payloadBytes }) =>
            found.push({ length: payloadBytes, header, kept: payload.length }),
          );
          for (let at = 0, i = 0; at < stream.length; i += 1) {
            const end = at + (cuts[i % cuts.length] ?? 1);
            split(stream.subarray(at, end));
            at = end;
          }
          expect(found.map(({ length }) => length)).toEqual(frames.map(({ length }) => length));
          for (const [index, { header, length, kept }] of found.entries()) {
            const bytes = frames[index]?.bytes as Buffer;
            expect(header.equals(bytes.subarray(0, bytes.length - length))).toBe(true);
            expect(kept).toBe(Math.min(KEPT, length));
          }
        },
      ),
    );
  });
});
