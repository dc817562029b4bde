// Errors as they go over HTTP: `application/problem+json`, RFC 9457, or a small page where a browser asks for one.
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { PROBLEM_STATUS, type Problem, type ProblemCode } from '../protocol/problems.ts';
import { asksForHtml, ERROR_PAGE_HEADERS, errorPage } from './error-page.ts';

export interface ProblemExtras {
  /** More headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds, told as `Retry-After` in whole seconds, rounded up. */
  readonly retryAfterMs?: number;
  /** Whether the connection ends with this answer, because the rest of the request is not read. */
  readonly close?: boolean;
}

export function problemOf(code: ProblemCode, detail: string): Problem {
  const status = PROBLEM_STATUS[code];
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail };
}

/** @param html whether it is for a person. @returns the whole answer but for its status. */
function represent(code: ProblemCode, detail: string, html: boolean, extras: ProblemExtras) {
  const problem = problemOf(code, detail);
  const body = html ? errorPage(problem) : JSON.stringify(problem);
  const headers = problemHeaders(body, extras);
  return { body, headers: html ? { ...headers, ...ERROR_PAGE_HEADERS } : headers };
}

function problemHeaders(body: string, { headers, retryAfterMs, close }: ProblemExtras): Record<string, string> {
  return {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    ...headers,
    // Beside what is said there already: a 426 names the upgrade.
    ...(close === true
      ? { Connection: [...(headers?.['Connection'] === undefined ? [] : [headers['Connection']]), 'close'].join(', ') }
      : {}),
  };
}

/** Answers with a problem. Does nothing where the answer has begun already. */
export function sendProblem(
  response: ServerResponse,
  code: ProblemCode,
  detail: string,
  extras: ProblemExtras = {},
): void {
  if (response.headersSent) return;
  // What is refused on the bare socket of an upgrade is the last that comes there.
  const close = extras.close === true || !response.shouldKeepAlive;
  const html = asksForHtml(response.req.headers.accept);
  const { body, headers } = represent(code, detail, html, { ...extras, close });
  response.writeHead(PROBLEM_STATUS[code], headers);
  response.end(body);
}

/** A whole response with a problem, for a socket that has no ServerResponse. The connection is to be ended after it. */
export function rawProblem(code: ProblemCode, detail: string, html: boolean): string {
  const status = PROBLEM_STATUS[code];
  const { body, headers } = represent(code, detail, html, { close: true });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`;
}
