// Which names a visitor may have: what is drawn must be what is there. Unicode Standard Annex 44 names the properties.

/** Controls and line ends; what turns the order of the text after it around; and what leaves no ink at all. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Where an invisible character is part of what is drawn: a joiner within an emoji, or behind a letter or mark of a
 * script that joins; the choice between an emoji and its plain form, or between forms of one ideograph; a region's flag.
 */
const FITTING = new RegExp(
  [
    '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{2,6}\\u{E007F}',
    '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}][\\uFE0E\\uFE0F]?(?:\\u200D(?=\\p{Extended_Pictographic}))?',
    '[0-9#*]\\uFE0F(?=\\u20E3)',
    '(?!\\p{Default_Ignorable_Code_Point})[\\p{M}\\p{Script_Extensions=Arabic}][\\u200C\\u200D](?=\\p{L})',
    '\\p{Script=Han}[\\u{E0100}-\\u{E01EF}]',
  ].join('|'),
  'gu',
);

/** A letter, digit, sign or picture. U+2800 is a picture of nothing. */
const INK = /(?!\u2800)[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a name is shown as it is: it has something to see, and nothing that hides or moves what is around it. */
export function isFitName(name: string): boolean {
  return INK.test(name) && !UNFIT.test(name.replace(FITTING, ''));
}
