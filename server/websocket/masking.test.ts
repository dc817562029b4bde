import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hex } from './client-frames.ts';
import { unmask } from './masking.ts';

it('unmasks the "Hello" of RFC 6455 section 5.7', () => {
  const bytes = hex('7f9f4d5158');
  expect(unmask(bytes, 0, 5, 0x37fa213d, 0)).toBe(true);
  expect(bytes.toString()).toBe('Hello');
});

it('does as section 5.3 says for any place in memory, length, key and phase, and touches nothing else', () => {
  const bytesOf = fc.uint8Array({ minLength: 0, maxLength: 150 });
  fc.assert(
    fc.property(
      bytesOf,
      fc.nat(7),
      fc.nat(9),
      fc.nat(9),
      fc.nat(0xffffffff),
      fc.nat(7),
      (data, offset, a, b, key, phase) => {
        const memory = new Uint8Array(offset + data.length);
        const bytes = memory.subarray(offset);
        bytes.set(data);
        const start = Math.min(a, data.length);
        const end = Math.max(start, data.length - b);
        const keyBytes = Buffer.alloc(4);
        keyBytes.writeUInt32BE(key);
        const expected = data.map((byte, i) =>
          i < start || i >= end ? byte : byte ^ (keyBytes[(phase + i - start) % 4] as number),
        );
        const ascii = unmask(bytes, start, end, key, phase);
        expect(bytes).toEqual(expected);
        expect(ascii).toBe(expected.subarray(start, end).every((byte) => byte < 0x80));
        expect(memory.subarray(0, offset).every((byte) => byte === 0)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

it('says that a text is not ASCII for a single byte of it, wherever that is', () => {
  for (let at = 0; at < 100; at += 1) {
    const bytes = Buffer.alloc(100, 0x41);
    bytes[at] = 0x80;
    expect(unmask(bytes, 0, 100, 0, 0)).toBe(false);
  }
});
