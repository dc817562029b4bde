// The opening handshake as the server sees it, RFC 6455 sections 4.2.1 and 4.2.2.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SUBPROTOCOL } from '../protocol/limits.ts';
import type { ProblemCode } from '../protocol/problems.ts';

/** Section 1.3: a value that no server which does not know WebSocket would join to a key by chance. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const VERSION = '13';
/** The base64 of 16 bytes. */
const KEY_PATTERN = /^[A-Za-z0-9+/]{22}==$/;
/** RFC 9110 section 5.6.2. */
const TOKEN_PATTERN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 section 15.5.22: a 426 names what to upgrade to, and section 7.8: with the connection option. */
const UPGRADE_HEADERS = { Upgrade: 'websocket', Connection: 'Upgrade' };

export interface HandshakeAccepted {
  readonly ok: true;
  /** The value of `Sec-WebSocket-Accept`. */
  readonly accept: string;
  /** What to echo, or null where the client offered none. */
  readonly subprotocol: string | null;
}

export interface HandshakeRefused {
  readonly ok: false;
  readonly status: 400 | 405 | 426;
  readonly code: ProblemCode;
  readonly detail: string;
  /** To be sent with the answer. */
  readonly headers: Record<string, string>;
}

/** Looks at everything but Host and Origin, which are the guards'. Writes nothing. */
export function checkHandshake(request: IncomingMessage): HandshakeAccepted | HandshakeRefused {
  const { headers } = request;

  // 4.2.1 item 1: a GET of HTTP/1.1 or higher. In HTTP/1.0 an Upgrade is ignored (RFC 9110 section 7.8).
  if (request.method !== 'GET') {
    const detail = `A WebSocket handshake is a GET request, not ${request.method}.`;
    return { ok: false, status: 405, code: 'method-not-allowed', detail, headers: { Allow: 'GET' } };
  }
  if (request.httpVersionMajor < 1 || (request.httpVersionMajor === 1 && request.httpVersionMinor < 1)) {
    return upgradeRequired('A WebSocket handshake needs HTTP/1.1 or higher.');
  }

  // Items 3 and 4. Values are lists of tokens, in any case of letters.
  if (!hasToken(headers.upgrade, 'websocket')) {
    return upgradeRequired('This is a WebSocket: ask with "Connection: Upgrade" and "Upgrade: websocket".');
  }
  if (!hasToken(headers.connection, 'upgrade')) return malformed('Connection must contain the token "Upgrade".');

  // Not in the RFC: Node gives the bytes of a body to whoever takes the socket, where they would pass for frames.
  if ((headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined) {
    return malformed('A WebSocket handshake has no body.');
  }

  // Item 6, before the key, whose form another version might change. 11.3.5: at most once. 4.4: the answer names ours.
  const version = headers['sec-websocket-version'];
  if (version?.includes(',')) return malformed('Sec-WebSocket-Version must appear once.');
  if (version !== VERSION) {
    const detail = `Sec-WebSocket-Version must be ${VERSION}, the only version spoken here.`;
    return upgradeRequired(detail, { 'Sec-WebSocket-Version': VERSION });
  }

  // Item 5. Node joins a repeated header with commas, so that 11.3.1 "MUST NOT appear more than once" is checked too.
  const key = headers['sec-websocket-key'];
  if (key === undefined || !KEY_PATTERN.test(key)) {
    return malformed('Sec-WebSocket-Key must appear once and be the base64 of 16 bytes.');
  }

  // Item 8, and item 5 of 4.2.2: the answer names one of the offered subprotocols, or none.
  const offered = listOf(headers['sec-websocket-protocol']);
  if (offered === null || new Set(offered).size !== offered.length) {
    return malformed('Sec-WebSocket-Protocol must be a comma-separated list of different tokens.');
  }
  if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
    const detail = `Of subprotocols only "${SUBPROTOCOL}" is spoken here: offer it, or none.`;
    return { ok: false, status: 400, code: 'unsupported-subprotocol', detail, headers: {} };
  }
  return { ok: true, accept: acceptValue(key), subprotocol: offered.length > 0 ? SUBPROTOCOL : null };
}

/** Section 4.2.2 item 5.4: proof that the server has read this handshake, and that it knows WebSocket. */
export function acceptValue(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

/** Section 4.2.2 item 5: the bytes after which both sides speak frames. */
export function handshakeResponse(accept: string, subprotocol: string | null): string {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  if (subprotocol !== null) lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function malformed(detail: string): HandshakeRefused {
  return { ok: false, status: 400, code: 'malformed-request', detail, headers: {} };
}

function upgradeRequired(detail: string, more: Record<string, string> = {}): HandshakeRefused {
  return { ok: false, status: 426, code: 'upgrade-required', detail, headers: { ...UPGRADE_HEADERS, ...more } };
}

function hasToken(header: string | undefined, token: string): boolean {
  return header?.split(',').some((part) => part.trim().toLowerCase() === token) ?? false;
}

/** @returns the list's tokens, none where there is no such header, or null where it is no list of tokens. */
function listOf(header: string | undefined): string[] | null {
  if (header === undefined) return [];
  const parts = header.split(',').map((part) => part.trim());
  return parts.every((part) => TOKEN_PATTERN.test(part)) ? parts : null;
}
