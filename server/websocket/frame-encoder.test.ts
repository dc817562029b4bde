import { expect, it } from 'vitest';
import { OPCODES } from '../protocol/opcodes.ts';
import { hex } from './client-frames.ts';
import { encodeClose, encodeFrame, encodeText } from './frame-encoder.ts';

it('encodes the unmasked frames of RFC 6455 section 5.7', () => {
  expect(encodeText('Hello')).toEqual(hex('81 05 48656c6c6f'));
  expect(encodeFrame(OPCODES.ping, Buffer.from('Hello'))).toEqual(hex('89 05 48656c6c6f'));
  expect(encodeFrame(OPCODES.binary, Buffer.alloc(256)).subarray(0, 4)).toEqual(hex('82 7e 0100'));
  expect(encodeFrame(OPCODES.binary, Buffer.alloc(65_536)).subarray(0, 10)).toEqual(hex('82 7f 0000000000010000'));
});

it.each([
  [0, '81 00'],
  [1, '81 01'],
  [125, '81 7d'],
  [126, '81 7e 007e'],
  [65_535, '81 7e ffff'],
  [65_536, '81 7f 0000000000010000'],
])('writes the length of %i bytes in its shortest form', (length, header) => {
  const frame = encodeText('x'.repeat(length));
  expect(frame.equals(Buffer.concat([hex(header), Buffer.alloc(length, 'x')]))).toBe(true);
  expect(encodeFrame(OPCODES.text, Buffer.alloc(length, 'x')).equals(frame)).toBe(true);
});

it('counts bytes, not characters, and sends a lone surrogate as U+FFFD', () => {
  expect(encodeText('ä€😀')).toEqual(hex('81 09 c3a4 e282ac f09f9880'));
  expect(encodeText('a\ud800b')).toEqual(hex('81 05 61 efbfbd 62'));
});

it('encodes a close code with and without a reason, up to 123 bytes of it', () => {
  expect(encodeClose(1000)).toEqual(hex('88 02 03e8'));
  expect(encodeClose(1001, 'bye')).toEqual(hex('88 05 03e9 627965'));
  expect(encodeClose(1000, 'x'.repeat(123)).subarray(0, 2)).toEqual(hex('88 7d'));
  expect(() => encodeClose(1000, 'ä'.repeat(62))).toThrow(RangeError);
});
