// What can be wrong with a request on its own, stage by stage in the order in which the protocol answers: of several
// wrongs the first one is told.
import fc from 'fast-check';
import type { ProblemCode } from '../../protocol/problems.ts';
import { brokenJson, brokenUtf8, MARK, wrongForm } from './drafts.ts';
import { type RequestParts, withHeader } from './request.ts';

export const STAGES = [
  'framing',
  'host',
  'path',
  'method',
  'origin',
  'token',
  'media-type',
  'encoding',
  'size',
  'input',
  'handshake',
] as const;
export type Stage = (typeof STAGES)[number];

export interface Breakage {
  readonly what: string;
  readonly code: ProblemCode;
  readonly apply: (parts: RequestParts) => RequestParts;
}

function broken<T>(
  code: ProblemCode,
  what: string,
  values: fc.Arbitrary<T>,
  apply: (parts: RequestParts, value: T) => RequestParts,
): fc.Arbitrary<Breakage> {
  return values.map((value) => {
    const shown = JSON.stringify(value).slice(0, 100);
    return { what: `${what} ${shown}`, code, apply: (parts) => apply(parts, value) };
  });
}

const header = (code: ProblemCode, name: string, values: fc.Arbitrary<string>) =>
  broken(code, name, values, (parts, value) => withHeader(parts, name, value));

/** One of the words, or of those that are no words. */
const among = (words: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...words.split(/\s+/), ...others);

// Everything that is wrong with the request as such. Nothing else of it is looked at.

const noHost = broken('malformed-request', 'Hosts:', fc.constantFrom(0, 2, 3), (parts, count) =>
  withHeader(parts, 'Host', ...Array<string>(count).fill('127.0.0.1')),
);
/** Many headers that are small, and a second Host behind them. */
const hiddenHost = broken(
  'malformed-request',
  'a Host behind headers:',
  fc.integer({ min: 1, max: 2400 }),
  (parts, count) => {
    const flood = Array.from({ length: count }, () => ['a', ''] as const);
    return { ...parts, headers: [...parts.headers, ...flood, ['Host', 'evil.example']] };
  },
);
const noPath = broken(
  'malformed-request',
  'the target',
  among('* healthz ftp://127.0.0.1/ http:/// ?history=1 127.0.0.1:80 data:,x http: javascript:1'),
  (parts, path) => ({ ...parts, path }),
);
const longTarget = broken(
  'target-too-long',
  'bytes of target:',
  fc.integer({ min: 8193, max: 12_000 }),
  (parts, bytes) => {
    return { ...parts, params: [...parts.params, `x=${'x'.repeat(bytes)}`] };
  },
);
const oneLongHeader = broken(
  'head-too-large',
  'a header of bytes:',
  fc.integer({ min: 16_384, max: 100_000 }),
  (parts, bytes) => withHeader(parts, 'X-Fill', 'x'.repeat(bytes)),
);
const headerFlood = broken(
  'head-too-large',
  'headers:',
  fc.record({ count: fc.integer({ min: 3277, max: 12_000 }), name: among('ab Cookie X-Forwarded-For Host __proto__') }),
  // Five bytes each, at the least: with its colon and the end of its line.
  (parts, { count, name }) => ({
    ...parts,
    headers: [...parts.headers, ...(Array(count).fill([name, '']) as [string, string][])],
  }),
);
const expectation = header('expectation-failed', 'Expect', among('200-ok x 0 100 __proto__'));

export const framing = fc.oneof(noHost, hiddenHost, noPath, longTarget, oneLongHeader, headerFlood, expectation);

export const host = fc.oneof(
  header(
    'host-not-allowed',
    'Host',
    among(
      'evil.example localhost.evil.example 127.0.0.1.evil.example 127.0.0.1@evil.example evil@127.0.0.1 127.0.0.1:80:80 127.0.0.1:123456 [::2] [::1 ::1 127.1 2130706433 0.0.0.0 localhost. 127.0.0.1/ __proto__',
      '',
      'localhost, localhost',
      '\xff',
    ),
  ),
  broken(
    'host-not-allowed',
    'the target’s host',
    among('evil.example localhost.evil.example:80 a@127.0.0.1'),
    (parts, name) => {
      return parts.path.startsWith('/') ? { ...parts, path: `http://${name}${parts.path}` } : parts;
    },
  ),
);

export const path = broken(
  'not-found',
  'the path',
  fc.oneof(
    among(
      '/v1 /v1/ /v1/nothing /v1/__proto__ /v1/constructor /v2/sse /V1/sse /V1/JOIN /v1/SSE /v1/join/ /v1/sse/ /v1//sse //v1/sse /v1/%73se /v1/%6aoin /v1/sse%00 /v1/sse;a=b /healthz/ /v1/websocket-echo /.git/config /docs/../package.json /docs/..%2fpackage.json /docs/%2e%2e/package.json /docs/%00 /% /%zz /%ff /docs/%c0%ae%c0%ae/x',
    ),
    fc.stringMatching(/^\/x[!-"$->@-~]{0,60}$/),
  ),
  (parts, value) => ({ ...parts, path: value }),
);

const OTHER_METHODS = ['DELETE', 'PATCH', 'PUT', 'HEAD', 'TRACE', 'PROPFIND', 'M-SEARCH', 'SEARCH', 'LOCK', 'PURGE'];

export const method = broken(
  'method-not-allowed',
  'the method',
  fc.constantFrom(...OTHER_METHODS, 'GET or POST'),
  (parts, value) => {
    if (value !== 'GET or POST') return { ...parts, method: value };
    return { ...parts, method: parts.method === 'GET' ? 'POST' : 'GET' };
  },
);

export const origin = header(
  'origin-not-allowed',
  'Origin',
  among(
    'http://evil.example null http://localhost http://127.0.0.1:81 http://127.0.0.1.evil.example http://127.0.0.1@evil.example ftp://127.0.0.1 HTTP://127.0.0.1 http://127.0.0.1/ file:// chrome-extension://a * __proto__',
    '',
    'http://127.0.0.1, http://127.0.0.1',
    '\xff',
  ),
);

const noToken = broken(
  'token-missing',
  'Authorization',
  fc.constantFrom(
    null,
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Token a',
    'Bearer a b',
    'Bearer\ta',
    'a.b',
    '__proto__',
  ),
  (parts, value) => withHeader(parts, 'Authorization', ...(value === null ? [] : [value])),
);

/** Tokens that were made of a right one, and others that never were. */
export function wrongTokens(right: string): fc.Arbitrary<string> {
  const [payload = '', signature = ''] = right.split('.');
  const changed = fc.nat(payload.length - 1).map((at) => {
    return `${payload.slice(0, at)}${payload[at] === 'A' ? 'B' : 'A'}${payload.slice(at + 1)}.${signature}`;
  });
  const cut = fc.nat(signature.length - 2).map((length) => `${payload}.${signature.slice(0, length)}`);
  const root = Buffer.from('["root","root"]').toString('base64url');
  return fc.oneof(
    changed,
    cut,
    among(
      '. .. a null undefined __proto__',
      payload,
      `.${signature}`,
      `${signature}.${payload}`,
      `${right}.`,
      `${right}.a`,
      `${root}.${signature}`,
      `${root}.`,
      `e30.${signature}`,
    ),
    fc.stringMatching(/^[\w-]{1,200}(\.[\w-]{0,200}){0,3}$/),
    fc.integer({ min: 200, max: 1500 }).map((length) => `${payload}.${'A'.repeat(length)}`),
  );
}

export function token(right: string): fc.Arbitrary<Breakage> {
  const wrong = wrongTokens(right).map((value) => `Bearer ${value}`);
  return fc.oneof(noToken, header('token-invalid', 'Authorization', wrong));
}

export const mediaType = broken(
  'unsupported-media-type',
  'Content-Type',
  fc.constantFrom(
    null,
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/ld+json',
    'application/json, text/plain',
    'application/ json',
    'application',
    '__proto__',
    '; application/json',
  ),
  (parts, value) => withHeader(parts, 'Content-Type', ...(value === null ? [] : [value])),
);

export const encoding = header(
  'unsupported-encoding',
  'Content-Encoding',
  among('gzip br deflate identity x', 'gzip, gzip', ''),
);

export const size = fc
  .tuple(fc.integer({ min: 32_769, max: 120_000 }), fc.boolean(), fc.constantFrom(' ', 'x', '[', '\xff'))
  .map(
    ([bytes, chunked, filler]): Breakage => ({
      what: `a body of ${bytes} bytes, ${chunked ? 'chunked' : 'announced'}`,
      code: 'body-too-large',
      apply: (parts) => ({ ...parts, chunked, body: Buffer.from(filler.repeat(bytes), 'latin1') }),
    }),
  );

const bodyOf = ({ what, bytes }: { readonly what: string; readonly bytes: Buffer }, chunked: boolean): Breakage => ({
  what: `a body: ${what}${chunked ? ', chunked' : ''}`,
  code: 'invalid-body',
  apply: (parts) => ({ ...parts, body: bytes, chunked }),
});

export const draftBody = fc
  .tuple(fc.oneof(brokenJson(''), brokenUtf8(''), wrongForm('')), fc.boolean())
  .map(([draft, chunked]) => bodyOf(draft, chunked));

const badName = fc.oneof(
  among('null 1e999 true [] {} ["Ada"] "" {"__proto__":"Ada"}', '"\\ud800"', '"\\udc00\\ud800"'),
  among('"\\u202egro.live" "\\u0000" "Ada\\nAda" "A\\u200bda" "\\u2066Ada" "A\\u001b[1m"', '" "', '"\u2028"'),
  fc.integer({ min: 33, max: 3000 }).map((length) => `"${'n'.repeat(length)}"`),
  fc.integer({ min: 33, max: 3000 }).map((length) => `"${'\ud83d\ude00'.repeat(length)}"`),
);

export const joinBody = fc
  .tuple(
    fc.oneof(
      brokenJson(''),
      brokenUtf8(''),
      badName.map((name) => ({
        what: `the name ${name.slice(0, 60)}`,
        bytes: Buffer.from(`{"name":${name},"x":"${MARK}"}`),
      })),
      fc
        .constantFrom('null', '1', '"Ada"', '[]', '[{"name":"Ada"}]')
        .map((json) => ({ what: json, bytes: Buffer.from(json) })),
    ),
    fc.boolean(),
  )
  .map(([body, chunked]) => bodyOf(body, chunked));

const seq = among('-1 1.5 1e3 0x1 9007199254740992 99999999999999999 NaN __proto__ 1%00', '', ' 1', '\uff11');
const badCursor = fc.oneof(
  among(
    '. e e.1.2 .1 e..1 e+f.1 e%20.1 %00.1 null %5Bobject%20Object%5D __proto__ %ed%a0%80.1',
    '',
    `${'e'.repeat(33)}.1`,
  ),
  seq.map((value) => `e.${encodeURI(value)}`),
);
const outOf = (...values: readonly string[]) =>
  among('-1 1.5 1e2 0x10 NaN + %D9%A3 9999999999 00000000001 __proto__ %00', '', ...values);
const badPair = fc.oneof(
  badCursor.map((value) => `cursor=${value}`),
  outOf('201', '999999999').map((value) => `history=${value}`),
  outOf('0', '501').map((value) => `limit=${value}`),
  outOf('0', '61').map((value) => `wait=${value}`),
  fc.constantFrom('', '2', '-1', 'true', '01').map((value) => `presence=${value}`),
  fc
    .constantFrom('', 'a b', 'a%20b', 'a'.repeat(65), '%C3%A9', '%00', '..%2F', '%3Cscript%3E', 'a.b')
    .map((value) => `client=${value.replace(' ', '+')}`),
  among('history=1&history=1 h%69story=1&history=2 client=a&x=1&client=a cursor=e.1&cursor=e.1 wait=1&wait=2&wait=3'),
  among('history=% client=%zz %ff=1 x%=1 %E0%A4=1 limit=%u0031'),
);
/** Around a bad parameter; each of them is nobody's business. */
const noise = fc.array(among('x=1 = __proto__=1 constructor=1 x[]=1 x=1=2 xhistory=1', ''), { maxLength: 4 });

const parameterIn = (pairs: fc.Arbitrary<string>) =>
  fc.tuple(pairs, noise, noise).map(
    ([pair, before, after]): Breakage => ({
      what: `the parameter ${pair.slice(0, 100)}`,
      code: 'invalid-parameter',
      apply: (parts) => ({ ...parts, params: [...before, pair, ...after] }),
    }),
  );

export const parameter = parameterIn(badPair);
export const via = parameterIn(
  among('http sse2 SSE __proto__ toString sse%00 sse,websocket', '').map((value) => `via=${value}`),
);
export const lastEventId = header(
  'invalid-parameter',
  'Last-Event-ID',
  among('e .1 e.-1 e.9007199254740992 __proto__ e.1;', 'e.1, e.1', '\xff.1', `${'e'.repeat(500)}.1`),
);

const without = (parts: RequestParts, ...names: readonly string[]): RequestParts => ({
  ...parts,
  headers: parts.headers.filter(([name]) => !names.includes(name)),
});

/** Bad upgrades. RFC 6455 section 4.2.1. */
export const handshake = fc.oneof(
  broken('upgrade-required', 'no upgrade', fc.constant(''), (parts) => without(parts, 'Upgrade', 'Connection')),
  header(
    'upgrade-required',
    'Upgrade',
    among('h2c websocket2 websocket/13 __proto__', 'web socket', 'TLS/1.0, HTTP/1.1'),
  ),
  header('upgrade-required', 'Sec-WebSocket-Version', among('8 14 013 13.0 -13 0x0d __proto__', '')),
  header('malformed-request', 'Sec-WebSocket-Version', fc.constantFrom('13, 13', '8, 13')),
  header('malformed-request', 'Connection', fc.constantFrom('keep-alive', 'Upgraded', 'x')),
  header(
    'malformed-request',
    'Sec-WebSocket-Key',
    fc.constantFrom(
      '',
      'no',
      'dGhlIHNhbXBsZSBub25jZQ=',
      'dGhlIHNhbXBsZSBub25jZQ==A',
      'dGhlIHNhbXBsZSBub25j_Q==',
      `${'A'.repeat(500)}==`,
      '__proto__',
      '\xff'.repeat(24),
    ),
  ),
  broken('malformed-request', 'keys:', fc.constantFrom(0, 2), (parts, count) =>
    withHeader(parts, 'Sec-WebSocket-Key', ...Array<string>(count).fill('dGhlIHNhbXBsZSBub25jZQ==')),
  ),
  header('unsupported-subprotocol', 'Sec-WebSocket-Protocol', among('chat lab.v2 LAB.V1 lab.v1x __proto__', 'a, b, c')),
  header(
    'malformed-request',
    'Sec-WebSocket-Protocol',
    among(', lab.v1;q=1 "lab.v1" lab.v1,', '', 'lab.v1, lab.v1', 'lab v1', '\xff'),
  ),
  broken('malformed-request', 'a body', fc.constantFrom('{}', 'x'.repeat(1000), '\x81\x80'), (parts, body) => ({
    ...parts,
    body: Buffer.from(body, 'latin1'),
  })),
  broken('malformed-request', 'a chunked body', fc.constantFrom('{}', ''), (parts, body) => ({
    ...parts,
    body: Buffer.from(body),
    chunked: true,
  })),
);
