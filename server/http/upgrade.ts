// What Node hands over as an 'upgrade' and is not one: `Upgrade: h2c` and the like. RFC 9110 section 7.8: a server may
// ignore the header and answer the request as if it had not been there.
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Gives the request back to the server without its Upgrade header, so that body and kept-alive connection work. */
export function replayPlain(server: Server, request: IncomingMessage, socket: Socket, behind: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] as string;
    let value = request.rawHeaders[i + 1] as string;
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'upgrade') continue;
    if (lowerCase === 'connection') {
      value = value
        .split(',')
        .filter((token) => token.trim().toLowerCase() !== 'upgrade')
        .join(',');
      if (value.trim() === '') continue;
    }
    lines.push(`${name}: ${value}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([head, behind]));
  server.emit('connection', socket);
}

/** @returns a response on the bare socket of an upgrade, to refuse it with; the connection ends with it. */
export function responseFor(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // Not just `end`: nobody reads from this socket, so what its client still sends would keep it open for ever.
  response.on('finish', () => socket.destroySoon());
  return response;
}

/** Node looks at this for plain requests only. */
export function isUnknownExpectation({ headers }: IncomingMessage): boolean {
  return headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue';
}

export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (headers.upgrade ?? '').split(',').some((token) => token.trim().toLowerCase() === 'websocket');
}
