// Hostile requests of HTTP: with one to three things wrong, in no form that HTTP knows, cut off; and odd ones that are
// right all the same.
import fc from 'fast-check';
import { PROBLEM_STATUS } from '../../protocol/problems.ts';
import * as broken from './breakages.ts';
import { oddButRight } from './drafts.ts';
import { bytesOf, goodRequests, type RequestCase, type RequestParts, type Target, withHeader } from './request.ts';

type Stages = Partial<Record<broken.Stage, fc.Arbitrary<broken.Breakage>>>;

/** What can be wrong with each route's request. */
function stagesOf(route: string, { token }: Target): Stages {
  const { framing, host, path, method, origin, mediaType, encoding, size, parameter } = broken;
  const any: Stages = { framing, host, path, method, origin };
  const body = { 'media-type': mediaType, encoding, size };
  switch (route) {
    case 'healthz':
    case 'readyz':
      return any;
    case 'join':
      return { ...any, ...body, input: fc.oneof(parameter, broken.joinBody) };
    case 'messages': {
      const input = fc.oneof(parameter, broken.via, broken.draftBody, broken.draftBody);
      return { ...any, ...body, token: broken.token(token), input };
    }
    case 'sse':
      return { ...any, input: fc.oneof(parameter, broken.lastEventId) };
    case 'websocket':
      return { ...any, input: parameter, handshake: broken.handshake };
    default:
      return { ...any, input: parameter };
  }
}

function refused(good: RequestParts, stages: Stages): fc.Arbitrary<RequestCase> {
  const possible = broken.STAGES.filter((stage) => stages[stage] !== undefined);
  // Each stage decides the answer as often as any other: what comes with it is of later ones.
  return fc
    .nat(possible.length - 1)
    .chain((at) => {
      const later = possible.slice(at + 1);
      const more = fc.subarray(later, { maxLength: Math.min(2, later.length) });
      return more.map((chosen) => [...possible.slice(at, at + 1), ...chosen]);
    })
    .chain((chosen) => fc.tuple(...chosen.map((stage) => stages[stage] as fc.Arbitrary<broken.Breakage>)))
    .map((breakages) => {
      // The last stage first, so that what an earlier one has made stays.
      const parts = breakages.reduceRight((so, { apply }) => apply(so), good);
      const code = breakages[0]?.code ?? 'internal-error';
      const what = `${good.method} ${good.path}, ${breakages.map((breakage) => breakage.what).join(', ')}`;
      return { what, bytes: bytesOf(parts), method: parts.method, expected: refusal(code) };
    });
}

function refusal(code: broken.Breakage['code']): RequestCase['expected'] {
  return { status: PROBLEM_STATUS[code], code };
}

// What Node's parser refuses: the answer is always the same, and the connection ends.

const lines = (first: string, ...headers: string[]) => `${[first, 'Host: 127.0.0.1', ...headers].join('\r\n')}\r\n\r\n`;
const joining = (...headers: string[]) => lines('POST /v1/join HTTP/1.1', 'Content-Type: application/json', ...headers);
const chunked = (chunks: string) => `${joining('Transfer-Encoding: chunked')}${chunks}`;

const noHttp = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => {
    // No method begins with such a byte, and it is no empty line either.
    return Buffer.concat([Buffer.of(0x80 | (bytes[0] ?? 0)), bytes, Buffer.from('\r\n\r\n')]).toString('latin1');
  }),
  fc.constantFrom('\x16\x03\x01\x00\xa5\x01\x00', 'SSH-2.0-x\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'hello\r\n\r\n'),
  fc.stringMatching(/^[a-z]{1,30}$/).map((method) => lines(`${method} / HTTP/1.1`)),
  fc
    .constantFrom('GET', 'GET / HTTP/1.1 x', 'GET / HTTP/9.9', 'GET / HTTQ/1.1', 'GET /a b HTTP/1.1')
    .map((l) => lines(l)),
  fc.constantFrom('\0', '\x01', '\x7f', '\x80', '\xff').map((byte) => lines(`GET /${byte} HTTP/1.1`)),
);
const badHeader = fc
  .oneof(
    fc.constantFrom('no colon', ': no name', 'Spaced : a', 'N\0: a', 'N\xe9: a', '(N): a', '"N": a', 'N@: a', ' N: a'),
    fc.constantFrom('\0', '\x01', '\x08', '\x1b', '\x7f', '\r', '\n', '\r\n b').map((character) => `N: a${character}b`),
  )
  .map((header) => lines('GET /healthz HTTP/1.1', 'X: y', header, 'Z: z'));
const badLength = fc
  .oneof(
    fc.constantFrom('-1', '+2', '0x2', 'two', '2.0', '2 2', '2, 2', '99999999999999999999999', '\xb2', '__proto__'),
    fc.constantFrom('2\r\nContent-Length: 2', '2\r\nContent-Length: 3', '2\r\nTransfer-Encoding: chunked'),
  )
  .map((length) => `${joining(`Content-Length: ${length}`)}{}`);
const badCoding = fc
  .constantFrom('gzip', 'chunked, gzip', 'chunked, chunked', '', 'identity', 'xchunked', 'chunked\r\nContent-Length: 2')
  .map((coding) => `${joining(`Transfer-Encoding: ${coding}`)}2\r\n{}\r\n0\r\n\r\n`);
const badChunk = fc
  .constantFrom(
    'zz\r\n{}',
    '-2\r\n{}',
    '1\r\n{}',
    '0x2\r\n{}',
    ' 2\r\n{}',
    'fffffffffffffffff\r\n{}',
    '\r\n{}',
    '2{}',
    '2\n{}',
  )
  .map((chunk) => chunked(`${chunk}\r\n0\r\n\r\n`));
const chunkFlood = fc
  .integer({ min: 16_385, max: 40_000 })
  .map((length) => chunked(`2;${'x'.repeat(length)}\r\n{}\r\n0\r\n\r\n`));

const unreadable: fc.Arbitrary<RequestCase> = fc
  .oneof(noHttp, badHeader, badLength, badCoding, badChunk, chunkFlood)
  .map((text) => ({
    what: `no HTTP: ${JSON.stringify(text.slice(0, 200))}`,
    bytes: Buffer.from(text, 'latin1'),
    method: 'GET',
    expected: refusal('malformed-request'),
  }));

/** Whose end never comes. Where the client ends its side, there is still somebody to tell. */
function cutOff(good: RequestParts): fc.Arbitrary<RequestCase> {
  const whole = bytesOf(good);
  return fc
    .tuple(fc.integer({ min: 1, max: whole.length - 1 }), fc.constantFrom('end', 'reset'))
    .map(([length, leaves]) => ({
      what: `${good.method} ${good.path}, of which ${length} bytes come, then ${leaves}`,
      bytes: whole.subarray(0, length),
      method: good.method,
      leaves,
      expected: leaves === 'end' ? refusal('malformed-request') : null,
    }));
}

/** A good request whose client is gone before the answer: a held poll, a stream, a message. */
function left(good: RequestParts): fc.Arbitrary<RequestCase> {
  const newest = 'newest';
  const parts = good.method === 'GET' ? { ...good, params: [`cursor=${newest}`] } : good;
  const what = `${good.method} ${good.path}, and reset`;
  return fc.constant({ what, bytes: bytesOf(parts), method: good.method, leaves: 'reset', newest, expected: null });
}

// What is odd and right.

function letThrough(good: Readonly<Record<string, RequestParts>>, { epoch }: Target): fc.Arbitrary<RequestCase> {
  const caseOf = (what: string, parts: RequestParts, status: number, reset?: string): RequestCase => ({
    what: `${parts.method} ${parts.path}, ${what}`,
    bytes: bytesOf(parts),
    method: parts.method,
    expected: { status, code: null, ...(reset === undefined ? {} : { reset }) },
  });
  const reads = fc.constantFrom('short-polling', 'long-polling', 'sse').map((name) => good[name] as RequestParts);
  const cursors = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map((other) => [`${other}.0`, 'epoch-changed'] as const),
    fc
      .constantFrom('__proto__.1', 'constructor.9007199254740991', 'e.0000000000000001')
      .map((cursor) => [cursor, 'epoch-changed'] as const),
    fc.integer({ min: 10 ** 9, max: Number.MAX_SAFE_INTEGER }).map((seq) => [`${epoch}.${seq}`, 'ahead'] as const),
  );
  const resets = fc.tuple(reads, cursors, fc.constantFrom(0, 1, 200)).map(([parts, [cursor, reset], history]) => {
    const params = [`cursor=${cursor}`, `history=${history}`];
    return caseOf(`the cursor ${cursor}`, { ...parts, params }, 200, reset);
  });
  const unknown = fc
    .tuple(reads, fc.constantFrom('__proto__=1', 'x[__proto__]=1', '&&&', 'constructor.prototype=1', '=', 'a=b=c'))
    .map(([parts, params]) => caseOf(`the parameters ${params}`, { ...parts, params: [params] }, 200));
  const headers = fc.tuple(reads, fc.integer({ min: 1, max: 2000 })).map(([parts, count]) => {
    const flood = Array.from({ length: count }, () => ['a', 'b'] as const);
    return caseOf(`${count} headers`, { ...parts, headers: [...parts.headers, ...flood] }, 200);
  });
  const messages = fc.tuple(oddButRight(''), fc.boolean()).map(([{ what, bytes }, isChunked]) => {
    return caseOf(what, { ...(good['messages'] as RequestParts), body: bytes, chunked: isChunked }, 201);
  });
  const names = fc.constantFrom('\ud83d\ude00'.repeat(32), 'O\u2019Brien', '<img src=x>', '__proto__', '1=1;--');
  const joins = names.map((name) => {
    const body = Buffer.from(JSON.stringify({ name, constructor: null }));
    return caseOf(`the name ${name}`, withHeader({ ...(good['join'] as RequestParts), body }, 'Cookie', '\xff'), 201);
  });
  return fc.oneof(resets, resets, unknown, headers, messages, joins);
}

/** Requests against a lab, in the shares in which they are worth trying. */
export function hostileRequests(target: Target): fc.Arbitrary<RequestCase> {
  const good = goodRequests(target);
  const routes = Object.entries(good);
  // Messages and handshakes have most that can be wrong.
  const names = fc.constantFrom(
    ...Object.keys(good),
    'messages',
    'messages',
    'messages',
    'websocket',
    'websocket',
    'join',
  );
  const wrong = names.chain((name) => refused(good[name] as RequestParts, stagesOf(name, target)));
  const cut = fc
    .constantFrom(...routes.map(([, parts]) => parts))
    .chain((parts) => fc.oneof(cutOff(parts), left(parts)));
  return fc.oneof(
    { weight: 13, arbitrary: wrong },
    { weight: 1, arbitrary: refused(good['websocket'] as RequestParts, { handshake: broken.handshake }) },
    { weight: 3, arbitrary: unreadable },
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: letThrough(good, target) },
  );
}
