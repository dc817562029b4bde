// Query parameters: malformed, out of bounds or repeated ones are refused with what would be right; unknown ones are
// ignored. Written by hand because it runs for every poll, where URLSearchParams would cost as much as the rest.
import { type Cursor, parseCursor } from '../protocol/cursor.ts';
import { type Bounds, HEARTBEAT_SECONDS, HISTORY, ID_PATTERN, LIMIT, WAIT_SECONDS } from '../protocol/limits.ts';

/** Thrown for a parameter that is refused. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

export interface Query {
  client: string | null;
  cursor: Cursor | null;
  history: number;
  limit: number;
  waitSeconds: number;
  /** null: as the server is set. */
  heartbeatSeconds: number | null;
  presence: boolean;
  via: string | null;
  trace: string | null;
}

/** @throws QueryError */
export function parseQuery(query: string): Query {
  const parsed: Query = {
    client: null,
    cursor: null,
    history: HISTORY.default,
    limit: LIMIT.default,
    waitSeconds: WAIT_SECONDS.default,
    heartbeatSeconds: null,
    presence: false,
    via: null,
    trace: null,
  };
  let seen = '';
  for (let start = 0; start < query.length; ) {
    let end = query.indexOf('&', start);
    if (end < 0) end = query.length;
    const equals = query.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const name = decode(query.slice(start, nameEnd));
    if (KNOWN.has(name)) {
      if (seen.includes(`&${name}&`)) throw new QueryError(`"${name}" may be given only once`);
      seen += `&${name}&`;
      assign(parsed, name, decode(query.slice(Math.min(nameEnd + 1, end), end)));
    }
    start = end + 1;
  }
  return parsed;
}

const KNOWN: ReadonlySet<string> = new Set([
  'client',
  'cursor',
  'history',
  'limit',
  'wait',
  'heartbeat',
  'presence',
  'via',
  'trace',
]);

function assign(parsed: Query, name: string, value: string): void {
  switch (name) {
    case 'client':
      if (!ID_PATTERN.test(value)) throw new QueryError('"client" must be 1 to 64 of A-Z a-z 0-9 _ -');
      parsed.client = value;
      break;
    case 'cursor':
      parsed.cursor = cursorOf(value, '"cursor"');
      break;
    case 'history':
      parsed.history = wholeNumber(name, value, HISTORY);
      break;
    case 'limit':
      parsed.limit = wholeNumber(name, value, LIMIT);
      break;
    case 'wait':
      parsed.waitSeconds = wholeNumber(name, value, WAIT_SECONDS);
      break;
    case 'heartbeat':
      parsed.heartbeatSeconds = wholeNumber(name, value, HEARTBEAT_SECONDS);
      break;
    case 'presence':
      if (value !== '0' && value !== '1') throw new QueryError('"presence" must be 0 or 1');
      parsed.presence = value === '1';
      break;
    case 'trace':
      parsed.trace = value;
      break;
    default:
      parsed.via = value;
  }
}

/** @throws QueryError, naming where the cursor stood. */
export function cursorOf(value: string, where: string): Cursor {
  const cursor = parseCursor(value);
  if (cursor === null) {
    throw new QueryError(
      `${where} must be <epoch>.<seq>, as the server gave it; leave it out to begin with the newest`,
    );
  }
  return cursor;
}

function wholeNumber(name: string, value: string, { min, max }: Bounds): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw new QueryError(`"${name}" must be a whole number from ${min} to ${max}`);
  return number;
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new QueryError('the query has a percent sign that begins no valid UTF-8 escape');
  }
}
