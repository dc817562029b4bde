// What a request was on the wire, and what is written to a socket, for those who show it.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Set by the browser for any page that asks: they belong to other programs on the same host, or to a proxy. */
const SECRET_HEADERS = /^(?:cookie|proxy-authorization)$/i;
const AUTHORIZATION = /^authorization$/i;
/** The lab's own, which no other page can have sent. */
const OWN_AUTHORIZATION = /^Bearer /i;

export function routeOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

/**
 * The request's head as it came: Node keeps names, values and their order as they were. Of values that are secrets of
 * others only the length is shown.
 */
export function requestHead(request: IncomingMessage): string {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    const isSecret = SECRET_HEADERS.test(name) || (AUTHORIZATION.test(name) && !OWN_AUTHORIZATION.test(value));
    text += `${name}: ${isSecret ? '*'.repeat(value.length) : value}\r\n`;
  }
  return `${text}\r\n`;
}

/** Sees every write to the socket, in order, before it happens. @returns what ends that. */
export function tapWrites(socket: Socket, seen: (bytes: Buffer) => void): () => void {
  const write = socket.write;
  const tapped = (...args: Parameters<typeof write>) => {
    const [chunk, encoding] = args;
    if (chunk.length > 0) {
      seen(
        typeof chunk === 'string'
          ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8')
          : toBuffer(chunk),
      );
    }
    return write.apply(socket, args);
  };
  socket.write = tapped as typeof write;
  return () => {
    // Only where nobody has tapped it since.
    if (socket.write === tapped) socket.write = write;
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
