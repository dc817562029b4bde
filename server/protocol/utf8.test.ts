import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Length } from './utf8.ts';

/** Any UTF-16 at all: half of the code units are surrogates, so that pairs, halves and swapped pairs all come up. */
const utf16 = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })))
  .map((units) => String.fromCharCode(...units));

describe('utf8Length', () => {
  it('is what an encoder makes of well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('is null exactly for text that does not survive UTF-8', () => {
    fc.assert(
      fc.property(utf16, (text) => {
        const bytes = Buffer.from(text);
        expect(utf8Length(text)).toBe(bytes.toString() === text ? bytes.length : null);
      }),
    );
  });

  it.each([
    ['', 0],
    ['\0', 1],
    ['\x7f', 1],
    ['\x80', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\ud7ff', 3],
    ['\ue000', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['\u{10ffff}', 4],
  ])('of %j is %i', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
  });

  it.each([
    ['a high half at the end', 'a\ud83d'],
    ['a high half before something else', '\ud83da'],
    ['a low half alone', '\ude00'],
    ['the halves in the wrong order', '\ude00\ud83d'],
    ['a high half before a pair', '\ud83d\ud83d\ude00'],
    ['a low half after a pair', '\ud83d\ude00\ude00'],
  ])('is null for %s', (_what, text) => {
    expect(utf8Length(text)).toBeNull();
  });
});
