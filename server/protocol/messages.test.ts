import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMIT, TEXT_BYTES } from './limits.ts';
import {
  clientFrameSchema,
  draftSchema,
  helloSchema,
  joinRequestSchema,
  type Message,
  pageSchema,
  receiptSchema,
  resetSchema,
  serverFrameSchema,
} from './messages.ts';

function draftOk(text: unknown): boolean {
  return draftSchema.safeParse({ id: 'a', text }).success;
}

/** What the schema found wrong with a draft. */
function draftIssues(text: string): string[] {
  return draftSchema.safeParse({ id: 'a', text }).error?.issues.map((issue) => issue.message) ?? [];
}

function nameOk(name: unknown): boolean {
  return joinRequestSchema.safeParse({ name }).success;
}

describe("a message's text", () => {
  it('is 1 to 4,096 bytes', () => {
    expect(draftOk('')).toBe(false);
    expect(draftOk('a')).toBe(true);
    expect(draftOk('a'.repeat(4096))).toBe(true);
    expect(draftOk('a'.repeat(4097))).toBe(false);
  });

  it('is measured in bytes of UTF-8, not in characters', () => {
    expect(draftOk('é'.repeat(2048))).toBe(true);
    expect(draftOk(`${'é'.repeat(2048)}a`)).toBe(false);
    expect(draftOk('😀'.repeat(1024))).toBe(true);
    expect(draftOk(`${'😀'.repeat(1024)}a`)).toBe(false);
    expect(draftOk(`a${'€'.repeat(1365)}`)).toBe(true);
    expect(draftOk(`aa${'€'.repeat(1365)}`)).toBe(false);
  });

  it('is refused with a lone surrogate, wherever it is', () => {
    for (const text of ['\ud83d', 'a\ud83d', '\ude00a', '\ude00\ud83d']) {
      expect(draftIssues(text)).toEqual([expect.stringContaining('well-formed')]);
    }
  });

  it('is refused with one reason that says what would be right', () => {
    expect(draftIssues('')).toEqual(['must not be empty']);
    expect(draftIssues('a'.repeat(4097))).toEqual(['must be at most 4096 bytes of UTF-8']);
  });

  it('is kept as it is, with U+0000, newlines, quotes and markup', () => {
    const text = '\0 \n\r\n\u2028 "quoted" \\ <b>&amp;</b> \ufeff data: x';
    expect(draftSchema.parse({ id: 'a', text }).text).toBe(text);
  });

  it('is taken unchanged whenever it is short enough and well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: TEXT_BYTES / 4 }), (text) => {
        expect(draftSchema.parse({ id: 'a', text })).toEqual({ id: 'a', text });
      }),
    );
  });

  it('is a string', () => {
    for (const text of [undefined, null, 1, true, ['a'], { text: 'a' }]) expect(draftOk(text)).toBe(false);
  });
});

describe("a message's id", () => {
  const idOk = (id: unknown) => draftSchema.safeParse({ id, text: 'a' }).success;

  it('is 1 to 64 characters of A-Z a-z 0-9 _ -', () => {
    expect(idOk('')).toBe(false);
    expect(idOk('a')).toBe(true);
    expect(idOk('AZaz09_-')).toBe(true);
    expect(idOk('a'.repeat(64))).toBe(true);
    expect(idOk('a'.repeat(65))).toBe(false);
  });

  it.each(['a b', 'a\n', '\na', 'a.b', 'ä', 'a\0', 7, null, undefined])('is not %j', (id) => {
    expect(idOk(id)).toBe(false);
  });
});

describe("a visitor's name", () => {
  it('may be left out', () => {
    expect(joinRequestSchema.parse({})).toEqual({});
  });

  it('is 1 to 32 characters, where a pair of surrogates is one', () => {
    expect(nameOk('')).toBe(false);
    expect(nameOk('a')).toBe(true);
    expect(nameOk('a'.repeat(32))).toBe(true);
    expect(nameOk('a'.repeat(33))).toBe(false);
    expect(nameOk('😀'.repeat(32))).toBe(true);
    expect(nameOk('😀'.repeat(33))).toBe(false);
  });

  it('is well formed, and a string', () => {
    for (const name of ['\ud83d', 'a\ude00', 7, null, ['a']]) expect(nameOk(name)).toBe(false);
  });

  it('is shown as it is, or refused with a sentence', () => {
    expect(joinRequestSchema.safeParse({ name: '\u202egro.live' }).error?.issues.map(({ message }) => message)).toEqual(
      [expect.stringContaining('must have something to see')],
    );
  });
});

describe('what comes from a client', () => {
  it('may have fields that are not known yet, which are dropped', () => {
    expect(draftSchema.parse({ id: 'a', text: 'b', seq: 7 })).toEqual({ id: 'a', text: 'b' });
    expect(clientFrameSchema.parse({ type: 'authenticate', token: 't', id: 'a' })).toEqual({
      type: 'authenticate',
      token: 't',
    });
  });

  it.each([
    null,
    [],
    'publish',
    {},
    { type: 'subscribe' },
    { type: ['publish'], id: 'a', text: 'b' },
    { type: 'publish', id: 'a' },
    { type: 'publish', id: 'a b', text: 'b' },
    { type: 'publish', id: 'a', text: 'a'.repeat(4097) },
    { type: 'authenticate' },
    { type: 'authenticate', token: 7 },
    { type: 'hello', cursor: null, heartbeatMs: 1 },
  ])('is no frame: %j', (frame) => {
    expect(clientFrameSchema.safeParse(frame).success).toBe(false);
  });

  it('can put neither a prototype nor a constructor into what is parsed', () => {
    const parsed = draftSchema.parse(JSON.parse('{"id":"a","text":"b","__proto__":{"admin":true},"constructor":1}'));
    expect(Object.keys(parsed)).toEqual(['id', 'text']);
    expect('admin' in parsed).toBe(false);
  });
});

describe('what comes from a server', () => {
  const message = (seq: number): Message => ({ seq, id: 'a', from: 'u', name: 'Ada', text: 'b', at: 1, via: 'http' });
  const pageOf = (count: number) => ({
    cursor: `A.${count}`,
    messages: Array.from({ length: count }, (_, index) => message(index + 1)),
    more: false,
  });

  it('is a page of at most as many messages as can be asked for', () => {
    expect(pageSchema.safeParse(pageOf(0)).success).toBe(true);
    expect(pageSchema.safeParse(pageOf(LIMIT.max)).success).toBe(true);
    expect(pageSchema.safeParse(pageOf(LIMIT.max + 1)).success).toBe(false);
  });

  it('numbers messages from 1', () => {
    const receipt = { id: 'a', seq: 1, cursor: 'A.1', at: 1, duplicate: false };
    expect(receiptSchema.safeParse(receipt).success).toBe(true);
    expect(receiptSchema.safeParse({ ...receipt, seq: 0 }).success).toBe(false);
    expect(receiptSchema.safeParse({ ...receipt, seq: 1.5 }).success).toBe(false);
  });

  it('may be marked with a transport that this version does not know', () => {
    expect(serverFrameSchema.safeParse({ type: 'message', message: { ...message(1), via: 'smoke' } }).success).toBe(
      true,
    );
  });

  it('says null for the cursor of a hello that a reset follows, and never leaves it out', () => {
    expect(helloSchema.safeParse({ cursor: null, heartbeatMs: 15_000 }).success).toBe(true);
    expect(helloSchema.safeParse({ heartbeatMs: 15_000 }).success).toBe(false);
  });

  it('gives a reset one of the known reasons, and a cursor', () => {
    expect(resetSchema.safeParse({ reason: 'ahead', cursor: 'A.0' }).success).toBe(true);
    expect(resetSchema.safeParse({ reason: 'bored', cursor: 'A.0' }).success).toBe(false);
    expect(resetSchema.safeParse({ reason: 'ahead', cursor: null }).success).toBe(false);
  });
});
