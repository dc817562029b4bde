// What an answer other than success says: `application/problem+json` (RFC 9457) and Retry-After (RFC 9110, 10.2.3).
import { type HttpResponse, PublishError, type TransportEnd } from '../transport.ts';
import { isFields, parseJson } from '../wire/checks.ts';
import { readText } from './read-body.ts';

export interface Refusal {
  readonly status: number;
  readonly code: string | null;
  readonly detail: string;
  readonly retryAfterMs: number | null;
}

/** @returns milliseconds from now, or null where the header is missing or malformed. */
export function retryAfterMs(response: HttpResponse): number | null {
  const value = response.header('retry-after');
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

/** Reads a refusal to its end, so that the connection can be used again. Rejects where the body breaks off. */
export async function readRefusal(response: HttpResponse): Promise<Refusal> {
  const problem = parseJson(await readText(response.body));
  const fields = isFields(problem) ? problem : {};
  const { code, detail } = fields;
  return {
    status: response.status,
    code: typeof code === 'string' ? code : null,
    detail: typeof detail === 'string' ? detail : `the server answered ${response.status}`,
    retryAfterMs: retryAfterMs(response),
  };
}

export function refusalEnd(refusal: Refusal): TransportEnd {
  return {
    reason: 'refused',
    detail: refusal.detail,
    status: refusal.status,
    ...(refusal.retryAfterMs === null ? {} : { retryMs: refusal.retryAfterMs }),
  };
}

export function refusalError(refusal: Refusal): PublishError {
  return new PublishError(refusal.detail, refusal.status, refusal.code, refusal.retryAfterMs);
}

/** @returns whether the same request may well succeed later. 401 is not meant here: it takes another token. */
export function isTransient(error: PublishError): boolean {
  const { status, code } = error;
  // What is sent is well-formed: where the server, or a proxy before it, saw something else, its end was lost on the way.
  if (code === 'malformed-request' || (status === 400 && code === null)) return true;
  return status === null || status === 408 || status === 429 || status >= 500;
}
