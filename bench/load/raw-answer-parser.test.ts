import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerParser, MalformedAnswer } from './raw-answer-parser.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  body: string;
  /** Null while it has not ended. */
  reusable: boolean | null;
}

/** @returns the answers in these pieces; `close` when the server says that it has said all. */
function read(pieces: readonly (Buffer | 'close')[]): Answer[] {
  const answers: Answer[] = [];
  const last = () => answers.at(-1) as Answer;
  const parser = createAnswerParser({
    head: (status, headers) => answers.push({ status, headers: Object.fromEntries(headers), body: '', reusable: null }),
    data: (bytes) => {
      expect(bytes.length).toBeGreaterThan(0);
      last().body += Buffer.from(bytes).toString('latin1');
    },
    end: (reusable) => {
      expect(last().reusable).toBe(null);
      last().reusable = reusable;
    },
  });
  for (const piece of pieces) {
    if (piece === 'close') parser.close();
    else parser.feed(piece);
  }
  return answers;
}

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const lines = (...all: string[]) => all.join('\r\n');
const OK = 'HTTP/1.1 200 OK';
const CHUNKED = 'Transfer-Encoding: chunked';

const ANSWERS: { what: string; text: string; expected: Partial<Answer> }[] = [
  {
    what: 'a counted body',
    text: lines(OK, 'Content-Type: application/json', 'Content-Length: 4', '', '{ä}\n'),
    expected: {
      status: 200,
      headers: { 'content-type': 'application/json', 'content-length': '4' },
      body: '{ä}\n',
      reusable: true,
    },
  },
  {
    what: 'an empty counted body',
    text: lines(OK, 'CONTENT-length:0', '', ''),
    expected: { headers: { 'content-length': '0' }, body: '', reusable: true },
  },
  {
    what: '204, whatever it says of a length',
    text: lines('HTTP/1.1 204 No Content', 'Content-Length: 7', '', ''),
    expected: { status: 204, body: '', reusable: true },
  },
  {
    what: '304',
    text: lines('HTTP/1.1 304 Not Modified', '', ''),
    expected: { status: 304, body: '', reusable: true },
  },
  {
    what: 'no reason, and not even the space before it',
    text: lines('HTTP/1.1 404', 'Content-Length: 1', '', 'x'),
    expected: { status: 404, body: 'x', reusable: true },
  },
  {
    what: 'chunks with extensions, and trailers',
    text: lines(OK, CHUNKED, '', '5;a=b', 'one\r\n', 'A ;x="y;z"', '0123456789', '000', 'X-Sum: 1', 'Y:', '', ''),
    expected: { body: 'one\r\n0123456789', reusable: true },
  },
  { what: 'no chunk', text: lines(OK, CHUNKED, '', '0', '', ''), expected: { body: '', reusable: true } },
  {
    what: 'interim answers first',
    text: lines('HTTP/1.1 100 Continue', '', 'HTTP/1.1 103 Early', 'Link: a', '', OK, 'Content-Length: 2', '', 'ok'),
    expected: { status: 200, headers: { 'content-length': '2' }, body: 'ok', reusable: true },
  },
  {
    what: 'a repeated header, and white space around values',
    text: lines(OK, 'Vary: \t a \t', 'vary:b', 'Content-Length:  1  ', '', 'x'),
    expected: { headers: { vary: 'a, b', 'content-length': '1' }, body: 'x' },
  },
  {
    what: 'Connection: close, among others',
    text: lines(OK, 'Connection: foo, Close', 'Content-Length: 1', '', 'x'),
    expected: { body: 'x', reusable: false },
  },
  {
    what: 'another name that ends in close',
    text: lines(OK, 'Connection: not-close', 'Content-Length: 1', '', 'x'),
    expected: { body: 'x', reusable: true },
  },
  {
    what: 'HTTP/1.0',
    text: lines('HTTP/1.0 200 OK', 'Content-Length: 1', '', 'x'),
    expected: { body: 'x', reusable: false },
  },
];

describe.each(ANSWERS)('$what', ({ text, expected }) => {
  const whole = bytesOf(text);

  it('is read', () => {
    const answers = read([whole]);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject(expected);
  });

  it('is read the same, wherever it is cut', () => {
    const answers = read([whole]);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      expect(read([whole.subarray(0, cut), whole.subarray(cut)]), `cut at ${cut}`).toEqual(answers);
    }
    expect(read([...whole].map((byte) => Buffer.of(byte)))).toEqual(answers);
  });

  it('is not over before its last byte', () => {
    const [answer] = read([whole.subarray(0, -1), 'close']);
    expect(answer?.reusable ?? null).toBe(null);
  });

  it('may be followed by another on the same connection', () => {
    expect(read([whole, whole])).toEqual([...read([whole]), ...read([whole])]);
  });

  it('leaves the connection of no use where more follows than was asked for', () => {
    expect(read([Buffer.concat([whole, bytesOf('H')])])[0]).toMatchObject({ reusable: false });
  });
});

it('a body without a length lasts until the connection closes', () => {
  const text = lines('HTTP/1.1 200 OK', '', '0\r\n\r\nHTTP/1.1 200 OK');
  expect(read([bytesOf(text)])).toMatchObject([{ body: '0\r\n\r\nHTTP/1.1 200 OK', reusable: null }]);
  for (let cut = 0; cut <= text.length; cut += 1) {
    const pieces = [bytesOf(text.slice(0, cut)), bytesOf(text.slice(cut)), 'close' as const];
    expect(read(pieces)).toMatchObject([{ body: '0\r\n\r\nHTTP/1.1 200 OK', reusable: false }]);
  }
});

it('a body comes as it arrives, not when it is complete', () => {
  const head = bytesOf(lines(OK, CHUNKED, '', 'ff', 'some'));
  expect(read([head])).toMatchObject([{ body: 'some', reusable: null }]);
});

it('one after the other may be of any number', () => {
  const pieces = Array.from({ length: 1000 }, () =>
    bytesOf(lines('HTTP/1.1 204 No Content', 'X: some 30 bytes, or more', '', '')),
  );
  expect(read(pieces)).toHaveLength(1000);
});

it('any bodies come out as they went in, chunked or counted, in any pieces', () => {
  const bodies = fc.array(
    fc.record({
      chunks: fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' })),
      counted: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(60), { minLength: 1 }), (sent, sizes) => {
      const pieces: Buffer[] = [];
      for (const { chunks, counted } of sent) {
        const body = chunks.join('');
        const text = counted
          ? lines(OK, `Content-Length: ${body.length}`, '', body)
          : lines(OK, CHUNKED, '', ...chunks.flatMap((chunk) => [chunk.length.toString(16), chunk]), '0', '', '');
        // One answer at a time, as they are asked for.
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = (sizes[turn % sizes.length] ?? 0) + 1;
          pieces.push(bytesOf(text.slice(at, at + size)));
          at += size;
        }
      }
      expect(read(pieces).map(({ body, reusable }) => [body, reusable])).toEqual(
        sent.map(({ chunks }) => [chunks.join(''), true]),
      );
    }),
  );
});

describe('an error', () => {
  const head = (...fields: string[]) => lines(OK, ...fields, '', '');
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'no status line of HTTP/1.1: "SSH-2.0-OpenSSH_9.6"'],
    ['another version', 'HTTP/2 200\r\n', 'no status line'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n', 'no status line'],
    ['a line that ends in LF alone', 'HTTP/1.1 200 OK\n', 'CR and LF'],
    ['an empty line where a status is due', '\r\n', 'no status line'],
    ['a CR inside a line', head('X: a\rb'), 'no header'],
    ['a NUL', head('X: a\0b'), 'no header'],
    ['a header without a colon', head('nonsense'), 'no header: "nonsense"'],
    ['a space before the colon', head('Content-Length : 1'), 'no header'],
    ['a folded line', head('X: a', ' b'), 'no header'],
    ['two lengths', head('Content-Length: 1', 'Content-Length: 2'), 'content-length of "1, 2"'],
    ['a length that is no number', head('Content-Length: 0x10'), 'content-length of "0x10"'],
    ['a negative length', head('Content-Length: -1'), 'content-length of "-1"'],
    ['an empty length', head('Content-Length:'), 'content-length of ""'],
    ['a length beside chunks', head('Content-Length: 1', CHUNKED), 'content-length 1'],
    ['another coding', head('Transfer-Encoding: gzip, chunked'), 'transfer-encoding "gzip, chunked"'],
    ['another protocol by upgrade', lines('HTTP/1.1 101 Switching', '', ''), 'another protocol than HTTP'],
    ['a chunk of no size', `${head(CHUNKED)}\r\n`, 'no size of a chunk: ""'],
    ['a chunk size that is no number', `${head(CHUNKED)}xyz\r\n`, 'no size of a chunk: "xyz"'],
    ['a chunk size beyond all numbers', `${head(CHUNKED)}fffffffffffff\r\n`, 'no size of a chunk'],
    ['a chunk longer than it says', `${head(CHUNKED)}1\r\nab\r\n`, 'longer than it said: "b"'],
    ['a chunk size that ends in LF alone', `${head(CHUNKED)}1\n`, 'CR and LF'],
    ['a trailer that is none', `${head(CHUNKED)}0\r\nnonsense\r\n`, 'no trailer: "nonsense"'],
    ['a head without an end', `${OK}\r\n${'X: y\r\n'.repeat(2731)}`, 'more than 16384 bytes'],
    ['a line without an end', `${OK}\r\nX: ${'y'.repeat(17_000)}`, 'more than 16384 bytes'],
    ['a chunk size without an end', head(CHUNKED) + '0'.repeat(17_000), 'more than 16384 bytes'],
    ['trailers without an end', `${head(CHUNKED)}0\r\n${'X: y\r\n'.repeat(2731)}`, 'more than 16384 bytes'],
  ])('is %s, at once or byte by byte', (_, text, message) => {
    for (const pieces of [[bytesOf(text)], [...bytesOf(text)].map((byte) => Buffer.of(byte))]) {
      expect(() => read(pieces)).toThrow(MalformedAnswer);
      expect(() => read(pieces)).toThrow(message);
    }
  });

  it('is no head of many bytes, as long as they are not too many', () => {
    const text = `${OK}\r\n${'X: y\r\n'.repeat(2700)}Content-Length: 0\r\n\r\n`;
    expect(read([bytesOf(text)])).toMatchObject([{ status: 200, reusable: true }]);
  });
});
