import { describe, expect, test } from 'vitest';
import { isFitName } from './names.ts';

describe('a name', () => {
  test.each([
    'Ada',
    'Ünï "🙂"',
    'O’Brien-Smith, 2nd <b>&',
    '\u0930\u094d\u200d\u092f',
    'علی‌رضا',
    '葛\u{E0100}城',
    '👩🏽‍🚀 ❤️‍🔥 ☎︎ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷',
    'e\u0301',
    '?',
    '汉',
  ])('may be %s', (name) => {
    expect(isFitName(name)).toBe(true);
  });

  test.each([
    ['a line end', 'Ada\nServer: restarting'],
    ['a carriage return', 'Ada\r'],
    ['a line separator', 'Ada\u2028'],
    ['a paragraph separator', 'Ada\u2029'],
    ['a tab', 'A\tda'],
    ['U+0000', '\0'],
    ['an escape', 'A\u001b[31mda'],
    ['a next line', 'A\u0085da'],
    ['a right-to-left override', '\u202egro.live'],
    ['an embedding', 'A\u202ada'],
    ['an isolate', 'A\u2067da'],
    ['an Arabic letter mark', 'A\u061cda'],
    ['a left-to-right mark', 'Ada\u200e'],
    ['a zero-width space', 'A\u200bda'],
    ['a byte order mark', '\ufeffAda'],
    ['a soft hyphen', 'A\u00adda'],
    ['a word joiner', 'A\u2060da'],
    ['a filler', '\u3164'],
    ['a joiner that joins nothing', 'A\u200dda'],
    ['a joiner at the end', '🙂\u200d'],
    ['a joiner behind an invisible mark', 'A\ufe0f\u200da'],
    ['a variation of a letter', 'A\ufe0fda'],
    ['hidden letters', 'Ada\u{e0041}\u{e0042}'],
    ['hidden letters behind a flag', '🏴\u{e0061}Ada'],
    ['spaces only', ' \u00a0\u3000'],
    ['a mark without a letter', '\u0301'],
    ['blank braille', '\u2800'],
  ])('may not have %s', (_what, name) => {
    expect(isFitName(name)).toBe(false);
  });

  test('keeps no invisible character but where it is part of what is drawn', () => {
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      if (!/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Bidi_Control}]/u.test(character)) continue;
      expect(isFitName(`A${character}da`), code.toString(16)).toBe(false);
    }
  });
});
