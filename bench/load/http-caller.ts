// Whole HTTP requests over kept-alive connections of their own, for what the bench does beside the clients.
import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpCaller {
  /** Rejects when no answer came; every status is an answer. */
  call(
    method: 'GET' | 'POST',
    path: string,
    options?: { body?: string; headers?: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer>;
  /** Ends the connections. */
  close(): void;
}

export function createHttpCaller(origin: string, connections: number): HttpCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    call: (method, path, { body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request(new URL(path, origin), {
          method,
          agent,
          headers:
            body === undefined
              ? headers
              : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        });
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
          });
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
