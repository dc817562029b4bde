import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from './client-frames.ts';
import { Utf8Validator } from './utf8-validator.ts';

/** @returns how many bytes were taken before the first that can't be, or 'unfinished' or 'valid'. */
function firstBadByte(bytes: Uint8Array): number | 'unfinished' | 'valid' {
  const validator = new Utf8Validator();
  for (let i = 0; i < bytes.length; i += 1) if (!validator.push(bytes, i, i + 1)) return i;
  return validator.complete ? 'valid' : 'unfinished';
}

function isValid(bytes: Uint8Array, cuts: readonly number[] = []): boolean {
  const validator = new Utf8Validator();
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    if (!validator.push(bytes, from, to)) return false;
    from = to;
  }
  return validator.complete;
}

describe('the characters at the boundaries', () => {
  it.each([
    ['U+0000', '00'],
    ['U+007F', '7f'],
    ['U+0080', 'c280'],
    ['U+07FF', 'dfbf'],
    ['U+0800', 'e0a080'],
    ['U+D7FF', 'ed9fbf'],
    ['U+E000', 'ee8080'],
    ['U+FFFF', 'efbfbf'],
    ['U+10000', 'f0908080'],
    ['U+10FFFF', 'f48fbfbf'],
  ])('takes %s, and says that it is unfinished before its last byte', (_name, input) => {
    const bytes = hex(input);
    expect(firstBadByte(bytes)).toBe('valid');
    for (let end = 1; end < bytes.length; end += 1) expect(firstBadByte(bytes.subarray(0, end))).toBe('unfinished');
  });

  it.each([
    ['a continuation alone', '80', 0],
    ['U+0000 in two bytes', 'c080', 0],
    ['U+007F in two bytes', 'c1bf', 0],
    ['U+07FF in three bytes', 'e09fbf', 1],
    ['U+FFFF in four bytes', 'f08fbfbf', 1],
    ['the surrogate U+D800', 'eda080', 1],
    ['the surrogate U+DFFF', 'edbfbf', 1],
    ['a pair of surrogates', 'eda0bdedb880', 1],
    ['U+110000', 'f4908080', 1],
    ['five bytes', 'f888808080', 0],
    ['FE', 'fe', 0],
    ['FF', 'ff', 0],
    ['a lead byte after a lead byte', 'c3c3', 1],
    ['ASCII in a character of three', 'e28241', 2],
    ['ASCII in a character of four', 'f09f9841', 3],
  ])('refuses %s, written %s, at its byte %i', (_name, input, at) => {
    expect(firstBadByte(hex(input))).toBe(at);
    expect(firstBadByte(Buffer.concat([Buffer.from('κόσμε'), hex(input)]))).toBe(10 + at);
  });
});

describe('against the platform', () => {
  it('agrees on every sequence of two bytes, and on every lead byte with the edges of the ranges behind it', () => {
    const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff];
    const bytes = new Uint8Array(4);
    let disagreements = 0;
    for (let a = 0; a < 256; a += 1) {
      for (let b = 0; b < 256; b += 1) {
        bytes.set([a, b]);
        if (isValid(bytes.subarray(0, 2)) !== isUtf8(bytes.subarray(0, 2))) disagreements += 1;
      }
      for (const b of edges) {
        for (const c of edges) {
          bytes.set([a, b, c]);
          if (isValid(bytes.subarray(0, 3)) !== isUtf8(bytes.subarray(0, 3))) disagreements += 1;
          for (const d of edges) {
            bytes[3] = d;
            if (isValid(bytes) !== isUtf8(bytes)) disagreements += 1;
          }
        }
      }
    }
    expect(disagreements).toBe(0);
  });

  it('agrees on long texts with one byte changed, in any pieces', () => {
    const text = fc.string({ unit: 'binary', minLength: 40, maxLength: 200 });
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(255), fc.array(fc.nat(), { maxLength: 3 }), (value, at, byte, cuts) => {
        const bytes = Buffer.from(value);
        bytes[at % bytes.length] = byte;
        const places = cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b);
        expect(isValid(bytes, places)).toBe(isUtf8(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees on a long piece however it is cut at its two ends', () => {
    const bytes = Buffer.from('ä€😀'.repeat(30));
    for (let start = 0; start < 12; start += 1) {
      for (let end = bytes.length - 12; end <= bytes.length; end += 1) {
        expect(isValid(bytes, [start, end])).toBe(true);
        expect(isValid(bytes.subarray(start, end))).toBe(isUtf8(bytes.subarray(start, end)));
      }
    }
  });
});

it('begins anew after a reset', () => {
  const validator = new Utf8Validator();
  expect(validator.push(hex('e0'), 0, 1)).toBe(true);
  validator.reset();
  expect(validator.push(hex('c280'), 0, 2)).toBe(true);
  expect(validator.complete).toBe(true);
});
