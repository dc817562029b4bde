import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText, plainTexts } from './plain-text.ts';

it('leaves nothing that a terminal would obey, that turns the writing or that ends a line', () => {
  expect(plainText('a\u001b[31m\u009b2J\u202eb\u200bc\r\nd\u2028e')).toBe('a [31m 2J b c d e');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(plain.length).toBeLessThanOrEqual(1001);
    }),
  );
});

it('leaves what people write as it is', () => {
  const text = 'The scenario “steady” took 3.2 ± 0.1 ms [3.1, 3.3]; 你好, µs, 👍';
  expect(plainText(text)).toBe(text);
});

it('reaches every text and every name of what JSON can say', () => {
  expect(plainTexts({ '\u0007a': ['\u0007', { b: '\u0007x', c: 1, d: null, e: true }] })).toEqual({
    ' a': [' ', { b: ' x', c: 1, d: null, e: true }],
  });
});
