// Where HTTP/1.1 messages end in a stream of bytes: only as much of RFC 9112 as a proxy that holds answers back needs.
// What is no HTTP, or ceases to be (a WebSocket), is a tunnel: it has no ends.

/** How a message's body ends, RFC 9112 section 6.3: after so many bytes, by chunks, with the connection; or `tunnel`. */
export type BodyEnd = number | 'chunked' | 'close' | 'tunnel';

const HEAD_END = '\r\n\r\n';
const LINE_END = '\r\n';
/** A head that is longer is none. */
const MOST_HEAD_BYTES = 64 * 1024;

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailer' | 'close' | 'tunnel';

export class MessageFramer {
  readonly #bodyOf: (head: string) => BodyEnd;
  #state: State = 'head';
  /** Bytes of the body, or of the chunk and its line end, that are still to come. */
  #left = 0;
  /** What came so far of a head or of a line. */
  #text = '';

  /** @param bodyOf is asked once a head is complete. */
  constructor(bodyOf: (head: string) => BodyEnd) {
    this.#bodyOf = bodyOf;
  }

  get isTunnel(): boolean {
    return this.#state === 'tunnel';
  }

  /** Takes the next bytes. @returns how many of them belong to messages that are complete; all of them in a tunnel. */
  push(bytes: Buffer): number {
    let complete = 0;
    for (let at = 0; at < bytes.length && !this.isTunnel; ) {
      at = this.#step(bytes, at);
      if (this.#state === 'head' && this.#text === '') complete = at;
    }
    return this.isTunnel ? bytes.length : complete;
  }

  /** @returns where it goes on. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#upTo(bytes, at, HEAD_END, (head) => this.#begin(this.#bodyOf(head)));
      case 'chunk-size':
        return this.#upTo(bytes, at, LINE_END, (line) => this.#chunk(Number.parseInt(line, 16)));
      case 'trailer':
        return this.#upTo(bytes, at, LINE_END, (line) => {
          if (line === '') this.#state = 'head';
        });
      case 'body':
      case 'chunk': {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        if (this.#left === 0) this.#state = this.#state === 'body' ? 'head' : 'chunk-size';
        return at + taken;
      }
      default:
        return bytes.length;
    }
  }

  #begin(end: BodyEnd): void {
    if (typeof end !== 'number') this.#state = end === 'chunked' ? 'chunk-size' : end;
    else if (end > 0) this.#expect('body', end);
    else this.#state = 'head';
  }

  #chunk(size: number): void {
    if (Number.isNaN(size)) this.#state = 'tunnel';
    else if (size === 0) this.#state = 'trailer';
    else this.#expect('chunk', size + LINE_END.length);
  }

  #expect(state: 'body' | 'chunk', bytes: number): void {
    this.#left = bytes;
    this.#state = state;
  }

  /** Line by line, because an end can be split between two reads. */
  #upTo(bytes: Buffer, at: number, end: string, then: (text: string) => void): number {
    const newline = bytes.indexOf('\n', at);
    const next = newline < 0 ? bytes.length : newline + 1;
    this.#text += bytes.toString('latin1', at, next);
    if (this.#text.endsWith(end)) {
      const text = this.#text.slice(0, -end.length);
      this.#text = '';
      then(text);
    } else if (this.#text.length > MOST_HEAD_BYTES) this.#state = 'tunnel';
    return next;
  }
}

/** @returns how the body of a request ends. */
export function requestBodyEnd(head: string): BodyEnd {
  if (!/^[A-Z]+ \S+ HTTP\/1\.[01]\r\n/.test(`${head}${LINE_END}`)) return 'tunnel';
  return framedBody(head) ?? 0;
}

/** @param method of the request that this answers. @returns how the body of an answer ends. */
export function answerBodyEnd(head: string, method: string | undefined): BodyEnd {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined || status === '101') return 'tunnel';
  if (method === 'HEAD' || status.startsWith('1') || status === '204' || status === '304') return 0;
  return framedBody(head) ?? 'close';
}

function framedBody(head: string): BodyEnd | null {
  if (/\r\ntransfer-encoding:[^\r]*\bchunked\b/i.test(head)) return 'chunked';
  const length = /\r\ncontent-length:[ \t]*(\d{1,15})/i.exec(head)?.[1];
  return length === undefined ? null : Number(length);
}
