// A TCP client that speaks HTTP by hand, for tests of what ordinary clients can't send, and of bytes to the last one.
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; a repeated header's values are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly length: number;
}

export class RawClient {
  readonly socket: Socket;
  /** Resolves when the connection is closed, however. */
  readonly closed: Promise<void>;
  #bytes: Buffer = Buffer.alloc(0);
  #over = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#over = true;
        this.#wake();
        resolve();
      });
    });
    // A reset ends the connection like anything else; 'close' follows.
    socket.on('error', () => this.#wake());
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends a request with a Host, and with Content-Length where there is a body. */
  request(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body?: string): void {
    this.send(requestText(method, target, headers, body));
  }

  /** Resolves with the next whole response; rejects where the connection ends before it. */
  async response(method = 'GET'): Promise<RawResponse> {
    const head = await this.head();
    const { status, headers } = head;
    if (method === 'HEAD' || status < 200 || status === 204) return { status, headers, body: '' };
    if (headers['transfer-encoding'] === 'chunked') return { status, headers, body: await this.#chunks() };
    const length = headers['content-length'];
    const body = length === undefined ? await this.#rest() : await this.bytes(Number(length));
    return { status, headers, body: body.toString() };
  }

  /** Resolves with the next response's head, and leaves its body to be read. */
  async head(): Promise<Head> {
    const text = await this.#upTo('\r\n\r\n');
    const [first = '', ...lines] = text.split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).trim();
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
    }
    return { status: Number(first.split(' ')[1]), headers, length: text.length + 4 };
  }

  /** Resolves with exactly so many bytes. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#more();
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }

  /** Resolves with the text before a mark, and takes the mark too. */
  async #upTo(mark: string): Promise<string> {
    for (;;) {
      const at = this.#bytes.indexOf(mark);
      if (at >= 0) return (await this.bytes(at + mark.length)).toString('latin1').slice(0, at);
      await this.#more();
    }
  }

  /** Resolves with one chunk of a chunked body; an empty one is the last. */
  async chunk(): Promise<Buffer> {
    const size = Number.parseInt(await this.#upTo('\r\n'), 16);
    const bytes = await this.bytes(size);
    await this.bytes(2);
    return bytes;
  }

  async #chunks(): Promise<string> {
    const chunks: Buffer[] = [];
    for (let chunk = await this.chunk(); chunk.length > 0; chunk = await this.chunk()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async #rest(): Promise<Buffer> {
    await this.closed;
    return this.#bytes;
  }

  async #more(): Promise<void> {
    if (this.#over) throw new Error(`the connection ended after: ${this.#bytes.toString('latin1').slice(0, 500)}`);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

export function requestText(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): string {
  const all = {
    Host: '127.0.0.1',
    ...headers,
    ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

/** Resolves when connected. Whoever calls destroys it. */
export function openRaw(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new RawClient(socket));
    });
  });
}

/** Resolves when connected; the connection ends with the test. */
export async function connectRaw(url: string): Promise<RawClient> {
  const client = await openRaw(url);
  onTestFinished(() => void client.socket.destroy());
  return client;
}
