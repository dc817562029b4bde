// Query parameters: malformed, out of bounds or repeated ones are refused with what would be right; unknown ones are
// ignored. Written by hand because it runs for every poll, where URLSearchParams would cost as much as the rest.
import { type Cursor, parseCursor } from '../protocol/cursor.ts';
import { type Bounds, HEARTBEAT_SECONDS, HISTORY, ID_PATTERN, LIMIT, WAIT_SECONDS } from '../protocol/limits.ts';

export interface Query {
  /** What is wrong with it, and would be right; then all else is as by default. null: it is good. */
  problem: string | null;
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

export function parseQuery(text: string): Query {
  const query = byDefault(null);
  let seen = '';
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('&', start);
    if (end < 0) end = text.length;
    const equals = text.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const name = decode(text.slice(start, nameEnd));
    if (name === null) return byDefault(BAD_ESCAPE);
    if (KNOWN.has(name)) {
      if (seen.includes(`&${name}&`)) return byDefault(`"${name}" may be given only once`);
      seen += `&${name}&`;
      const value = decode(text.slice(Math.min(nameEnd + 1, end), end));
      const problem = value === null ? BAD_ESCAPE : assign(query, name, value);
      if (problem !== null) return byDefault(problem);
    }
    start = end + 1;
  }
  return query;
}

function byDefault(problem: string | null): Query {
  return {
    problem,
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

/** @returns what is wrong with the value, or null. */
function assign(query: Query, name: string, value: string): string | null {
  switch (name) {
    case 'client':
      query.client = value;
      return ID_PATTERN.test(value) ? null : '"client" must be 1 to 64 of A-Z a-z 0-9 _ -';
    case 'cursor':
      query.cursor = parseCursor(value);
      return query.cursor === null ? cursorProblem('"cursor"') : null;
    case 'history':
      query.history = wholeNumber(value);
      return boundsProblem(name, query.history, HISTORY);
    case 'limit':
      query.limit = wholeNumber(value);
      return boundsProblem(name, query.limit, LIMIT);
    case 'wait':
      query.waitSeconds = wholeNumber(value);
      return boundsProblem(name, query.waitSeconds, WAIT_SECONDS);
    case 'heartbeat':
      query.heartbeatSeconds = wholeNumber(value);
      return boundsProblem(name, query.heartbeatSeconds, HEARTBEAT_SECONDS);
    case 'presence':
      query.presence = value === '1';
      return value === '0' || value === '1' ? null : '"presence" must be 0 or 1';
    case 'trace':
      query.trace = value;
      return null;
    default:
      query.via = value;
      return null;
  }
}

/** @returns what is told of a malformed cursor. `where` it stood. */
export function cursorProblem(where: string): string {
  return `${where} must be <epoch>.<seq>, as the server gave it; leave it out to begin with the newest`;
}

function wholeNumber(value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
}

function boundsProblem(name: string, number: number, { min, max }: Bounds): string | null {
  return number >= min && number <= max ? null : `"${name}" must be a whole number from ${min} to ${max}`;
}

const BAD_ESCAPE = 'the query has a percent sign that begins no valid UTF-8 escape';

/** @returns null where an escape is none. */
function decode(text: string): string | null {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
