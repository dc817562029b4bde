// What every request must pass before its route sees it, in the order that the protocol gives to its errors.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEAD_TOO_LARGE } from '../http/client-errors.ts';
import type { Head } from '../http/head.ts';
import { sendProblem } from '../http/problems.ts';
import { HEAD_BYTES, TARGET_BYTES } from '../protocol/limits.ts';
import type { AddressGuard } from './addresses.ts';
import type { ConnectionLimit } from './connections.ts';

/** Milliseconds after which a client that was one too many may try again. */
const OVERLOAD_RETRY_MS = 5000;

/** What Sec-Fetch-Site says where another origin's page asks; `none` is a person. */
const OTHER_PAGES: ReadonlySet<string | null> = new Set(['cross-site', 'same-site']);

/** What the lab says of who may come in. */
export interface Gate {
  readonly addresses: AddressGuard;
  readonly connections: ConnectionLimit;
  readonly draining: boolean;
  readonly retryMs: () => number;
}

export interface Route {
  /** What it takes, beside OPTIONS. */
  readonly methods: readonly string[];
  /** Whether it goes on answering during a shutdown. */
  readonly whileDraining?: boolean;
  /** Whether it answers during a shutdown too, and where there are too many connections: it tells how the server is. */
  readonly always?: boolean;
  /** Whether it tells a connection that is one too many in its own way, and so lets it pass here. */
  readonly tellsOverload?: boolean;
}

/** 400, 414, 431 and 421; sets CORS headers. @returns false where the request was answered. */
export function admitHost(gate: Gate, request: IncomingMessage, response: ServerResponse, head: Head): boolean {
  const { url = '' } = request;
  if (head.bytes > HEAD_BYTES) {
    sendProblem(response, 'head-too-large', HEAD_TOO_LARGE, { close: true });
  } else if (head.host === null) {
    sendProblem(response, 'malformed-request', 'a request must have exactly one Host header', { close: true });
  } else if (head.emptyCoding) {
    // RFC 9112 section 6.3: where chunked is not the last coding, nobody knows where the body ends.
    const detail = 'a Transfer-Encoding must end with chunked, and not be empty';
    sendProblem(response, 'malformed-request', detail, { close: true });
  } else if (!url.startsWith('/')) {
    const detail = 'the request target must be a path, or http://host/path';
    sendProblem(response, 'malformed-request', detail, { close: true });
  } else if (url.length > TARGET_BYTES) {
    const detail = `the request target may have at most ${TARGET_BYTES} bytes`;
    sendProblem(response, 'target-too-long', detail, { close: true });
  } else if (!gate.addresses.hostAllowed(head.host)) {
    const detail =
      'this lab does not go by that name: open it as localhost, or by the address that it was started with; ' +
      'or start it with --allow-host and the name';
    sendProblem(response, 'host-not-allowed', detail, { close: true });
  } else {
    allowOrigin(gate, response, head.origin, head.host);
    return true;
  }
  return false;
}

/** 405, 204 for OPTIONS, 403 and 503, in this order. @returns false where it was answered. */
export function admitRoute(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  head: Head,
  { methods, whileDraining = false, always = false, tellsOverload = false }: Route,
): boolean {
  const method = request.method ?? '';
  const isOptions = method === 'OPTIONS';
  if (!isOptions && !methods.includes(method)) {
    const allow = [...methods, 'OPTIONS'].join(', ');
    sendProblem(response, 'method-not-allowed', `${method} is not for this route: use ${methods.join(' or ')}`, {
      headers: { Allow: allow },
      close: true,
    });
    return false;
  }
  // Without an Origin a browser still gets what an image or a script of another page asks for.
  if (head.origin === null && !always && OTHER_PAGES.has(head.fetchSite)) {
    sendProblem(response, 'origin-not-allowed', 'another site’s page asks for this: it must do so with CORS', {
      close: true,
    });
    return false;
  }
  if (gate.addresses.originOf(head.origin, head.host ?? '') === 'foreign') {
    sendProblem(response, 'origin-not-allowed', foreignOrigin(request, head.host ?? ''), { close: true });
    return false;
  }
  if (isOptions) {
    answerOptions(response, methods);
    return false;
  }
  if (!always && !tellsOverload && gate.connections.isOver(request.socket)) {
    sendProblem(
      response,
      'too-many-connections',
      'there are too many connections for what this server has: come back later',
      {
        retryAfterMs: OVERLOAD_RETRY_MS,
        close: true,
      },
    );
    return false;
  }
  // Nobody is kept connected to a server that goes away.
  if (gate.draining) response.shouldKeepAlive = false;
  if (gate.draining && !always && !whileDraining) {
    sendProblem(response, 'shutting-down', 'the server is shutting down: come back later', {
      retryAfterMs: gate.retryMs(),
      close: true,
    });
    return false;
  }
  return true;
}

/**
 * Where it is the lab's own page, a proxy rewrote Host, and only this server can tell the person who set it up. Browsers
 * say so themselves where the page came over TLS or from loopback.
 */
function foreignOrigin({ headers }: IncomingMessage, host: string): string {
  const proxy =
    `a proxy in front rewrites Host, which arrives as ${host}: have it pass Host on (nginx: proxy_set_header Host ` +
    '$http_host; Apache: ProxyPreserveHost On), and start the lab with --allow-host and that name';
  if (headers['sec-fetch-site'] === 'same-origin') return `this is the lab’s own page, and ${proxy}`;
  const others = 'pages of that origin may not use this lab, unless it is started with --allow-origin';
  return `${others}. If it is the lab’s own page, ${proxy}`;
}

/** CORS headers for an allowed other site, on whatever the answer will be. */
function allowOrigin({ addresses }: Gate, response: ServerResponse, origin: string | null, host: string): void {
  if (origin === null || addresses.originOf(origin, host) !== 'cross') return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  response.setHeader('Vary', 'Origin');
}

function answerOptions(response: ServerResponse, methods: readonly string[]): void {
  const allow = [...methods, 'OPTIONS'].join(', ');
  response.writeHead(204, {
    Allow: allow,
    'Access-Control-Allow-Methods': allow,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, Last-Event-ID',
    'Access-Control-Max-Age': '600',
    'Cache-Control': 'no-store',
  });
  response.end();
}
