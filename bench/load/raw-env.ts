// The platform of a simulated client, for little CPU: HTTP/1.1 on plain sockets instead of node:http, so that a poll
// costs a half to a third, and one core can play thousands of clients before it measures itself. The bytes on the wire
// are those of `createNodeEnv`, which is underneath for the rest: WebSockets (`ws` is cheap already), and https.
import { createNodeEnv, type NodeEnvOptions } from '../../client/transports/env-node.ts';
import type { HttpRequest, HttpResponse, TransportEnv } from '../../client/transports/transport.ts';
import { defined } from '../../server/protocol/defined.ts';
import { createRawConnections } from './raw-connections.ts';

/** What would end a request's line or header, or the head as a whole, before its time. */
const NOT_IN_TARGET = /[^\x21-\x7e]/;
const NOT_IN_HEADER = /[^\t\x20-\x7e]/;

/**
 * @param defaults headers of every request.
 * @returns the whole request, its head as node:http sends it: the given headers in their order, those of the body, then
 *   Host and Connection. A poll is `GET /v1/long-polling?… HTTP/1.1`, `Host: 127.0.0.1:8080`, `Connection: keep-alive`.
 */
function requestText({ method, path, headers, body }: HttpRequest, host: string, defaults: object): string {
  if (NOT_IN_TARGET.test(path)) throw new TypeError(`a path that can't be sent: ${JSON.stringify(path)}`);
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries({ ...defaults, ...headers })) {
    if (NOT_IN_HEADER.test(value)) throw new TypeError(`a header that can't be sent: ${name}`);
    text += `${name}: ${value}\r\n`;
  }
  if (body !== undefined) {
    text += `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  }
  text += `Host: ${host}\r\nConnection: keep-alive\r\n`;
  if (method === 'POST' && body === undefined) text += 'Content-Length: 0\r\n';
  return `${text}\r\n${body ?? ''}`;
}

/** The same as {@link createNodeEnv}, in less CPU: one client, whose connections are its own. */
export function createRawEnv(options: NodeEnvOptions): TransportEnv {
  const node = createNodeEnv(options);
  const { protocol, host, hostname, port } = new URL(options.baseUrl);
  if (protocol !== 'http:') return node;
  const defaults = defined({ origin: options.origin });
  const connections = createRawConnections({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 80),
    ...defined({ localAddress: options.localAddress }),
  });

  return {
    ...node,
    request: (wanted) =>
      new Promise<HttpResponse>((resolve, reject) => {
        const text = requestText(wanted, host, defaults);
        connections.send({ text, signal: wanted.signal, resolve, reject });
      }),
    close() {
      connections.close();
      node.close();
    },
  };
}
