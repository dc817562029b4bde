// Whole HTTP requests over kept-alive connections of their own, for what the bench does beside the clients.
import { Agent, request } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** How long an answer may take, in ms: all that is asked so is answered at once by a lab that is well. */
const ANSWER_TIMEOUT_MS = 15_000;
/** How long an answer may be; a page of messages, the longest that a lab gives, is far shorter. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface HttpCaller {
  /** Rejects when no answer came in 15 s, and where it has more than 4 MiB; every status is an answer. */
  call(
    method: 'GET' | 'POST',
    path: string,
    options?: { body?: string; headers?: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer>;
  /** Ends the connections. */
  close(): void;
}

export function createHttpCaller(origin: string, connections: number): HttpCaller {
  const secure = new URL(origin).protocol === 'https:';
  const agent = new (secure ? TlsAgent : Agent)({ keepAlive: true, maxSockets: connections });
  const start = secure ? requestTls : request;
  return {
    call: (method, path, { body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = start(new URL(path, origin), {
          method,
          agent,
          headers:
            body === undefined
              ? headers
              : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        });
        const fail = (error: Error) => {
          clearTimeout(timer);
          outgoing.destroy();
          reject(error);
        };
        const timer = setTimeout(() => {
          fail(new Error(`${origin} gave no whole answer to ${method} ${path} in ${ANSWER_TIMEOUT_MS / 1000} s`));
        }, ANSWER_TIMEOUT_MS);
        outgoing.on('error', fail);
        outgoing.on('response', (response) => {
          const parts: Buffer[] = [];
          let bytes = 0;
          response.on('data', (part: Buffer) => {
            parts.push(part);
            bytes += part.length;
            if (bytes > MOST_BYTES)
              fail(new Error(`${origin} answered ${method} ${path} with more than ${MOST_BYTES} bytes`));
          });
          response.on('error', fail);
          response.on('end', () => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
          });
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
