// What a reader sees, and what nobody does.
import { describe, expect, it } from 'vitest';
import { isVisible } from './visible.ts';

describe('a visible text', () => {
  it.each([
    'a',
    '.',
    ' a ',
    '\u200bx',
    '\u0301',
    '\u{1f600}',
    '\u{1f468}\u200d\u{1f469}',
    '\u0600',
    '\u4e2d',
    '\ufffd',
  ])('%j is seen', (text) => expect(isVisible(text)).toBe(true));

  it.each([
    ['nothing', ''],
    ['spaces of all widths', ' \t\n\r\u00a0\u1680\u2000\u2009\u202f\u205f\u3000\u2028\u2029'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['marks of direction', '\u200e\u200f\u061c\u202a\u202e\u2066\u2069'],
    ['the soft hyphen and the grapheme joiner', '\u00ad\u034f'],
    ['Hangul fillers', '\u115f\u1160\u3164\uffa0'],
    ['variation selectors and tags', '\ufe0f\u{e0100}\u{e0041}\u{e007f}'],
    ['control characters', '\0\u0001\u001b\u007f\u0085'],
    ['the blank Braille pattern', '\u2800'],
    ['interlinear annotation', '\ufff9\ufffa\ufffb'],
  ])('%s is not', (_what, text) => {
    expect(isVisible(text)).toBe(false);
    expect(isVisible(`${text}a`)).toBe(true);
  });

  it('takes no longer for a long one', () => {
    const text = '\u200b '.repeat(50_000);
    expect([isVisible(text), isVisible(`${text}a`)]).toEqual([false, true]);
  });
});
