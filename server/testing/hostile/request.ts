// One request as its parts, which can be broken one by one, and as its bytes.
import type { ProblemCode } from '../../protocol/problems.ts';

/** What has to be known of a lab to ask it for something. */
export interface Target {
  readonly token: string;
  /** A message that is stored. */
  readonly taken: { readonly id: string; readonly text: string };
  readonly epoch: string;
}

export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly params: readonly string[];
  /** Without those that say how long the body is. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | null;
  readonly chunked?: boolean;
}

/** What the answer must be, as computed from what was broken. */
export interface RequestCase {
  readonly what: string;
  readonly bytes: Buffer;
  readonly method: string;
  /** null: the client leaves before there could be an answer. */
  readonly expected: Expected | null;
  /** Ends its side once all is sent, or resets the connection. */
  readonly leaves?: 'end' | 'reset';
  /** Where its bytes have this word, they get the newest cursor when they are sent. */
  readonly newest?: string;
}

export interface Expected {
  readonly status: number;
  /** null for what is let through, and for an answer without a body. */
  readonly code: ProblemCode | null;
  /** For a read that is let through: the reason of its reset. */
  readonly reset?: string;
}

const HANDSHAKE = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
] as const;

/** A request of each route that is answered well. */
export function goodRequests({ token, taken }: Target): Readonly<Record<string, RequestParts>> {
  const host = ['Host', '127.0.0.1'] as const;
  const json = ['Content-Type', 'application/json'] as const;
  const get = (path: string, ...headers: (readonly [string, string])[]): RequestParts => {
    return { method: 'GET', path, params: [], headers: [host, ...headers], body: null };
  };
  const post = (path: string, body: object, ...headers: (readonly [string, string])[]): RequestParts => {
    return { ...get(path, json, ...headers), method: 'POST', body: Buffer.from(JSON.stringify(body)) };
  };
  return {
    'short-polling': get('/v1/short-polling'),
    'long-polling': get('/v1/long-polling'),
    sse: get('/v1/sse'),
    websocket: get('/v1/websocket', ...HANDSHAKE),
    presence: get('/v1/presence'),
    stats: get('/v1/stats'),
    healthz: get('/healthz'),
    readyz: get('/readyz'),
    join: post('/v1/join', { name: 'Ada' }),
    messages: post('/v1/messages', taken, ['Authorization', `Bearer ${token}`]),
  };
}

export function withHeader(parts: RequestParts, name: string, ...values: readonly string[]): RequestParts {
  const others = parts.headers.filter(([other]) => other !== name);
  return { ...parts, headers: [...others, ...values.map((value) => [name, value] as const)] };
}

/** Text is sent a byte for each character. */
export function bytesOf({ method, path, params, headers, body, chunked = false }: RequestParts): Buffer {
  const query = params.length === 0 ? '' : `?${params.join('&')}`;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const first = `${method} ${path}${query} HTTP/1.1\r\n${lines}`;
  if (body === null) return Buffer.from(`${first}\r\n`, 'latin1');
  const [length, around] = chunked
    ? ['Transfer-Encoding: chunked', [`${body.length.toString(16)}\r\n`, '\r\n0\r\n\r\n']]
    : [`Content-Length: ${body.length}`, ['', '']];
  const [before = '', after = ''] = body.length === 0 && chunked ? ['0\r\n\r\n', ''] : around;
  return Buffer.concat([Buffer.from(`${first}${length}\r\n\r\n${before}`, 'latin1'), body, Buffer.from(after)]);
}
