import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../server/protocol/frame-header.ts';
import { OPCODES } from '../../../server/protocol/opcodes.ts';
import { clientFrame, clientHeader, frameBytes } from './frame-builder.ts';
import { fieldsOf } from './frame-fields.ts';
import { readSequence } from './frame-sequence.ts';
import { formatHex } from './hex.ts';
import { applyMask } from './masking.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

describe('a frame as a browser sends it', () => {
  it('is the RFC’s own example of a masked text, section 5.7', () => {
    const frame = clientFrame(new TextEncoder().encode('Hello'), KEY);
    expect(formatHex(frameBytes(frame))).toBe('81 85 37 fa 21 3d 7f 9f 4d 51 58');
  });

  it.each([
    [0, '81 80 37 fa 21 3d'],
    [1, '81 81 37 fa 21 3d'],
    [125, '81 fd 37 fa 21 3d'],
    [126, '81 fe 00 7e 37 fa 21 3d'],
    [200, '81 fe 00 c8 37 fa 21 3d'],
    [65_535, '81 fe ff ff 37 fa 21 3d'],
    [65_536, '81 ff 00 00 00 00 00 01 00 00 37 fa 21 3d'],
    [70_000, '81 ff 00 00 00 00 00 01 11 70 37 fa 21 3d'],
    [2 ** 32, '81 ff 00 00 00 01 00 00 00 00 37 fa 21 3d'],
  ])('has the shortest length for %i bytes', (payloadBytes, hex) => {
    expect(formatHex(clientHeader(payloadBytes, KEY))).toBe(hex);
    const header = readHeader(clientHeader(payloadBytes, KEY));
    expect(header?.length).toBe(BigInt(payloadBytes));
    expect(header?.missing).toBe(0);
  });

  it('is read back as it was built', () => {
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 130 }),
      fc.constantFrom(65_535, 65_536, 70_000).map((length) => new Uint8Array(length).fill(7)),
    );
    fc.assert(
      fc.property(payloads, fc.uint8Array({ minLength: 4, maxLength: 4 }), (payload, key) => {
        const bytes = frameBytes(clientFrame(payload, key));
        const header = readHeader(bytes);
        expect(header).toMatchObject({ fin: true, rsv: 0, opcode: OPCODES.text, masked: true, missing: 0 });
        expect(header?.key).toEqual(key);
        expect(Buffer.from(payload).equals(applyMask(bytes.subarray(header?.bytes), key))).toBe(true);
        expect(fieldsOf(header as NonNullable<typeof header>, payload.length).at(-1)?.end).toBe(bytes.length);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps of a long payload only what is asked for', () => {
    const { payload, payloadBytes, header } = clientFrame(new Uint8Array(70_000), KEY, 8);
    expect(payload).toHaveLength(8);
    expect(payloadBytes).toBe(70_000);
    expect(header).toHaveLength(14);
  });

  it('breaks no rule, however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 }), (texts) => {
        const frames = texts.map((text) => frameBytes(clientFrame(new TextEncoder().encode(text), KEY)));
        const { frames: read, end } = readSequence(Uint8Array.from(frames.flatMap((frame) => [...frame])), 'client');
        expect(end).toEqual({ kind: 'complete', unfinished: false });
        expect(read.map(({ bytes }) => bytes)).toEqual(frames);
      }),
    );
  });
});
