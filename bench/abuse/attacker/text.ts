// Requests and frames as bytes, right and wrong ones.

export type Headers = Readonly<Record<string, string>>;

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** @param body sent with its length, as JSON. */
export function requestText(method: string, target: string, headers: Headers = {}, body?: string): string {
  const all = {
    Host: '127.0.0.1',
    ...(body === undefined ? {} : { ...JSON_TYPE, 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

export function handshake(target: string, headers: Headers = {}): string {
  return requestText('GET', target, {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  });
}

/** RFC 6455 section 5.2. @returns the header of a client's frame, whose mask changes nothing. */
export function frameHeader(opcode: number, length: number, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  if (length < 126) return Buffer.from([first, 0x80 | length, 0, 0, 0, 0]);
  const header = Buffer.alloc(length < 65_536 ? 8 : 14);
  header[0] = first;
  header[1] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeUInt32BE(length, 6);
  return header;
}

export function frame(opcode: number, payload: string | Buffer, isLast = true): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([frameHeader(opcode, bytes.length, isLast), bytes]);
}
