// What a message may look like that is none: JSON that is broken, and JSON of another form. With it, what looks broken
// and is right. The same for a body and for a frame, which begins with `"type":"publish",`.
import fc from 'fast-check';

/** In every text, so that a log can be searched for it. */
export const MARK = 'hush-hush';

export interface OddDraft {
  readonly what: string;
  readonly bytes: Buffer;
  /** The id that an answer can name; null where there is none to be read. */
  readonly id: string | null;
}

const GOOD_ID = 'some-id';
/** Levels of nesting; twice as many bytes are well within a body. */
const nesting = fc.integer({ min: 1, max: 15_000 });

function object(prefix: string, id: string, text: string): string {
  return `{${prefix}"id":${id},"text":${text}}`;
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

const named = <T>(what: string, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly [string, T]> =>
  arbitrary.map((value) => [what, value] as const);

/** Bytes that are not UTF-8, RFC 3629 section 3, wherever they stand. */
export const NOT_UTF8: readonly string[] = [
  'ff',
  'fe',
  'c080',
  'c328',
  'eda080',
  'edbfbf',
  'f4908080',
  'f888808080',
  '80',
  'e28228',
];

/** Not JSON, or not UTF-8. `prefix`: the first members of the object, each with its comma. */
export function brokenJson(prefix: string): fc.Arbitrary<OddDraft> {
  const good = object(prefix, `"${GOOD_ID}"`, `"${MARK}"`);
  const inText = (bytes: string) => object(prefix, `"${GOOD_ID}"`, `"${MARK}${bytes}"`);
  return fc
    .oneof(
      named(
        'cut off',
        fc.nat(good.length - 1).map((length) => good.slice(0, length)),
      ),
      named(
        'more behind it',
        fc.constantFrom('x', '}', ',', '{}', '\0', ']', '"', '//', '1').map((more) => good + more),
      ),
      named(
        'a character before it',
        fc.constantFrom('x', ',', '\0', '\u200b', ")]}',\n").map((first) => first + good),
      ),
      named(
        'a raw control character',
        fc.integer({ min: 0, max: 31 }).map((code) => inText(String.fromCharCode(code))),
      ),
      named('a bad escape', fc.constantFrom('\\x41', '\\u12', '\\uZZZZ', '\\', '\\a', '\\0', "\\'").map(inText)),
      named(
        'no number',
        fc
          .constantFrom('NaN', 'Infinity', '0x10', '01', '1.', '.5', '+1', '1e', '1_000', 'undefined')
          .map((value) => object(prefix, value, `"${MARK}"`)),
      ),
      named(
        'another dialect',
        fc.constantFrom(
          `{${prefix}id:'a',text:'${MARK}'}`,
          `{${prefix}"id":"a","text":"${MARK}",}`,
          `{${prefix}/**/"id":"a","text":"${MARK}"}`,
          `<text>${MARK}</text>`,
          `id=a&text=${MARK}`,
        ),
      ),
      named(
        'nesting that never ends',
        nesting.map((levels) => `{${prefix}"id":${'['.repeat(levels)}`),
      ),
      named('16 bits a character', fc.constant(Buffer.from(good, 'utf16le').toString('latin1'))),
    )
    .map(([what, text]) => ({ what, bytes: Buffer.from(text), id: null }));
}

/** Good JSON with bytes in its text that are not UTF-8. */
export function brokenUtf8(prefix: string): fc.Arbitrary<OddDraft> {
  const [before = '', after = ''] = object(prefix, `"${GOOD_ID}"`, `"${MARK} !"`).split(' ');
  return fc.constantFrom(...NOT_UTF8).map((bytes) => ({
    what: `not UTF-8: ${bytes}`,
    bytes: Buffer.concat([Buffer.from(before), Buffer.from(bytes, 'hex'), Buffer.from(after)]),
    id: null,
  }));
}

/** JSON that is no string. */
const notText = fc.oneof(
  fc.constantFrom('null', 'true', '0', '-1', '1e999', '-1e-999', '123456789012345678901234567890', '[]', '{}'),
  fc.constantFrom('["a"]', '{"toString":"a"}', '{"length":1,"0":"a"}', '{"__proto__":"a"}', '[null]'),
  nesting.map(nested),
);
const badId = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a b',
    '../a',
    '<script>',
    'a\n',
    'a\0',
    'é',
    '\u202e',
    '%61',
    "';--",
    'a.b',
    '\ud83d\ude00',
  ),
  fc.integer({ min: 65, max: 5000 }).map((length) => 'a'.repeat(length)),
);
const loneSurrogate = fc.constantFrom('\\ud800', '\\udfff', '\\udc00\\ud800', 'a\\udbffb', '\\ud83d\\ud83d\\ude00');
const tooLong = fc
  .tuple(fc.constantFrom('a', 'é', '\u20ac', '\ud83d\ude00', '\0'), fc.integer({ min: 1, max: 200 }))
  .map(([character, over]) => character.repeat(Math.floor(4096 / Buffer.byteLength(character)) + over));

/** JSON of another form than `{id, text}`. */
export function wrongForm(prefix: string): fc.Arbitrary<OddDraft> {
  const good = object(prefix, `"${GOOD_ID}"`, `"${MARK}"`);
  const whole = fc
    .oneof(
      named(
        'no object',
        fc.oneof(
          notText.filter((json) => !json.startsWith('{')),
          fc.constantFrom('"text"', `[${good}]`),
        ),
      ),
      named(
        'nothing of it',
        fc.constantFrom('{}', `{"__proto__":${good}}`, `{"constructor":{"prototype":${good}}}`, `{"draft":${good}}`),
      ),
      named(
        'no id',
        fc.constantFrom(
          `{${prefix}"text":"${MARK}"}`,
          `{${prefix}"ID":"a","text":"${MARK}"}`,
          `{${prefix}"text":"${MARK}","__proto__":{"id":"a"}}`,
        ),
      ),
      named(
        'an id of another type',
        notText.map((json) => object(prefix, json, `"${MARK}"`)),
      ),
    )
    .map(([what, text]) => ({ what, bytes: Buffer.from(text), id: null }));
  const byId = badId.map((id) => ({
    what: `the id ${JSON.stringify(id).slice(0, 80)}`,
    bytes: Buffer.from(object(prefix, JSON.stringify(id), `"${MARK}"`)),
    id: id.length <= 64 ? id : null,
  }));
  const byText = fc
    .oneof(
      named(
        'no text',
        fc.constantFrom(`{${prefix}"id":"${GOOD_ID}"}`, `{${prefix}"id":"${GOOD_ID}","__proto__":{"text":"a"}}`),
      ),
      named(
        'a text of another type',
        notText.map((json) => object(prefix, `"${GOOD_ID}"`, json)),
      ),
      named('an empty text', fc.constant(object(prefix, `"${GOOD_ID}"`, '""'))),
      named(
        'a lone surrogate',
        loneSurrogate.map((text) => object(prefix, `"${GOOD_ID}"`, `"${MARK}${text}"`)),
      ),
      named(
        'a text that is too long',
        tooLong.map((text) => object(prefix, `"${GOOD_ID}"`, JSON.stringify(text))),
      ),
    )
    .map(([what, text]) => ({ what, bytes: Buffer.from(text), id: GOOD_ID }));
  return fc.oneof(whole, byId, byText);
}

/** Ids of their own, which are not made simpler: two that are equal would mean something else. */
const freshId = fc.noShrink(fc.uuid());
const filler = fc.constantFrom(
  '\0',
  '\u202e<b>',
  '\ud83d\ude00',
  '\u20ac',
  '\u2028',
  '\ufeff',
  '"\\',
  '{{x}}',
  '$(x)',
  '%s',
);

/** Looks like an attack, and is a message like any other. */
export function oddButRight(prefix: string): fc.Arbitrary<OddDraft & { readonly id: string }> {
  const more = fc.oneof(
    fc.constantFrom(
      '"__proto__":{"polluted":true}',
      '"constructor":{"prototype":{"polluted":true}}',
      '"via":"sse"',
      '"seq":-1',
      '"from":"root","name":"root"',
      '"":""',
    ),
    fc.integer({ min: 1, max: 2000 }).map((levels) => `"deep":${nested(levels)}`),
  );
  const text = filler.map((one) => MARK + one.repeat(Math.floor((4096 - MARK.length) / Buffer.byteLength(one))));
  return fc.tuple(freshId, more, text).map(([id, member, value]) => ({
    what: `right, with ${member.slice(0, 60)}`,
    bytes: Buffer.from(`{${member},${prefix}"id":"${id}","text":${JSON.stringify(value)}}`),
    id,
  }));
}
