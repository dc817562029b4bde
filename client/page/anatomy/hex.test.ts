import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHex, MAX_HEX_BYTES, parseHex } from './hex.ts';

const bytesOf = (text: string) => {
  const reading = parseHex(text);
  return reading.ok ? [...reading.bytes] : reading.problem;
};

describe('hex', () => {
  it('is read as it was written, with anything usual between the bytes', () => {
    const separators = fc.constantFrom('', ' ', '\n', ', ', ':', '\t ');
    fc.assert(
      fc.property(fc.uint8Array(), separators, fc.boolean(), (bytes, between, upper) => {
        const hex = formatHex(bytes, between);
        expect(bytesOf(upper ? hex.toUpperCase() : hex)).toEqual([...bytes]);
      }),
    );
  });

  it.each([
    ['0x81, 0x05', [0x81, 0x05]],
    ['0X8 0x5', [8, 5]],
    ['0x8105 48', [0x81, 0x05, 0x48]],
    [' \n', []],
  ])('takes %j', (text, bytes) => {
    expect(bytesOf(text)).toEqual(bytes);
  });

  it.each([
    ['81 0g', '“g” at character 5 is no hexadecimal digit.'],
    ['81 😀', '“😀” at character 4 is no hexadecimal digit.'],
    ['0x8x', '“x” at character 4 is no hexadecimal digit.'],
    ['81 5', '“5” at character 4 ends in half a byte. Two digits make a byte.'],
    ['0x', '“0x” at character 1 ends in half a byte. Two digits make a byte.'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(bytesOf(text)).toBe(problem);
  });

  it('is refused where it is too long for a page', () => {
    expect(bytesOf('00'.repeat(MAX_HEX_BYTES + 1))).toMatch(/more than 256 KiB/);
  });
});
