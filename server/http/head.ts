// What the guards need of a request's head, taken from the raw headers in one pass: `request.headers` would be built
// for every poll, which costs more than answering it.
import type { IncomingMessage } from 'node:http';
import { HEAD_BYTES } from '../protocol/limits.ts';

export interface Head {
  /** null where the header is missing, or came more than once. */
  readonly host: string | null;
  readonly origin: string | null;
  readonly lastEventId: string | null;
  /** Sec-Fetch-Site: how a browser relates the page that asks to this server. */
  readonly fetchSite: string | null;
  /** Whether there is an empty Transfer-Encoding, which Node takes for none, and what follows for the next request. */
  readonly emptyCoding: boolean;
  /**
   * The bytes of the whole head, without the spaces that might have been left out. Node bounds only those of names,
   * values and target, which many small headers pass by.
   */
  readonly bytes: number;
}

/** The request line has two spaces, the version and an end; an empty line is the head's last. */
const LINE_BYTES = 14;
/** A header's colon and end. */
const HEADER_BYTES = 3;

export function readHead({ method = '', url = '', rawHeaders }: IncomingMessage): Head {
  let host: string | null = null;
  let hosts = 0;
  let origin: string | null = null;
  let lastEventId: string | null = null;
  let fetchSite: string | null = null;
  let emptyCoding = false;
  let bytes = method.length + url.length + LINE_BYTES;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    bytes += name.length + value.length + HEADER_BYTES;
    if (name.length === 4 && isNamed(name, 'host')) {
      hosts += 1;
      host = value;
    } else if (name.length === 6 && isNamed(name, 'origin')) origin = origin === null ? value : `${origin}, ${value}`;
    else if (name.length === 13 && isNamed(name, 'last-event-id')) {
      lastEventId = lastEventId === null ? value : `${lastEventId}, ${value}`;
    } else if (name.length === 14 && isNamed(name, 'sec-fetch-site')) fetchSite = value;
    else if (name.length === 17 && value === '' && isNamed(name, 'transfer-encoding')) emptyCoding = true;
  }
  return { host: hosts === 1 ? host : null, origin, lastEventId, fetchSite, emptyCoding, bytes };
}

function isNamed(name: string, lowerCase: string): boolean {
  return name === lowerCase || name.toLowerCase() === lowerCase;
}

/** Most headers that a head within its bytes can have; each takes a letter, a colon and the end of its line. */
export const MOST_HEADERS: number = HEAD_BYTES / 4;

const SLASH = 0x2f;

/**
 * Makes an absolute request target, `http://host/path`, the origin form that all else expects. RFC 9112 section 3.2.2:
 * it must be accepted, and its host counts instead of the Host header's.
 */
export function toOriginForm(request: IncomingMessage): void {
  const { url = '', rawHeaders } = request;
  if (url.charCodeAt(0) === SLASH) return;
  const [, authority, rest] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url) ?? [];
  if (authority === undefined || rest === undefined) return;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (isNamed(rawHeaders[i] as string, 'host')) rawHeaders[i + 1] = authority;
  }
}

/** The path of a request target, and the query behind it; both as they came. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

export function readTarget(url: string): Target {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
