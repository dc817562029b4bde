// Reads HTTP/1.1 answers (RFC 9112) out of bytes that come cut anywhere. What is not exactly an answer is an error:
// where framing has to be guessed, figures made of it would be guessed too.

/** What came is no HTTP answer, or framed in a way that is not spoken here. The connection is of no more use. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';

  constructor(found: string) {
    super(`the server sent no proper HTTP answer: ${found}`);
  }
}

/** Told of one answer after the other, in this order: `head`, `data` as often as there is any, `end`. */
export interface AnswerSink {
  /** Interim answers (1xx) are left out. The headers' names are in lower case; repeated ones are joined by `, `. */
  head(status: number, headers: ReadonlyMap<string, string>): void;
  /** A piece of the body, never empty. It shares the memory that was fed. */
  data(bytes: Uint8Array): void;
  /** @param reusable whether the connection may carry another request: it does not close, and nothing more has come. */
  end(reusable: boolean): void;
}

export interface AnswerParser {
  /** Takes the next bytes; throws {@link MalformedAnswer}, and is not to be used afterwards. */
  feed(bytes: Buffer): void;
  /** The server has said all: the end of a body that has no other. Anything else it leaves unfinished. */
  close(): void;
}

/** Bytes of a status line and its headers, of the trailers, or of a line with a chunk's size. Node's own limit. */
const HEAD_BYTES = 16 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\0\r]*)?$/;
/** A field's name is a token (RFC 9110, 5.6.2); so a space before the colon, or a folded line, is none. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\0\r]*)$/;
const CHUNK_SIZE = /^([0-9a-f]{1,12})[ \t]*(?:;[^\0\r]*)?$/i;
const LENGTH = /^\d{1,15}$/;
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;

type State = 'status' | 'fields' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers';

/** What stands between quotes in an error, which is for people. */
function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}

export function createAnswerParser(sink: AnswerSink): AnswerParser {
  let state: State = 'status';
  let input: Buffer = NOTHING;
  /** Where the bytes begin that were not yet read. */
  let at = 0;
  /** Bytes that the lines of this part may still take. */
  let allowed = HEAD_BYTES;
  /** Bytes of the body, or of the chunk, that are still to come; infinite where only the connection's end ends it. */
  let left = 0;
  let status = 0;
  let headers = new Map<string, string>();
  let reusable = false;

  /** @returns the next line without its end, or null where that has not come yet. */
  function takeLine(): string | null {
    const end = input.indexOf(LF, at);
    const length = (end === -1 ? input.length : end + 1) - at;
    if (length > allowed) throw new MalformedAnswer(`a head, or a line in a body, of more than ${HEAD_BYTES} bytes`);
    if (end === -1) return null;
    if (end === at || input[end - 1] !== CR) throw new MalformedAnswer('a line that does not end in CR and LF');
    allowed -= length;
    const line = input.toString('latin1', at, end - 1);
    at = end + 1;
    return line;
  }

  function finish(): false {
    state = 'status';
    allowed = HEAD_BYTES;
    sink.end(reusable && at === input.length);
    return false;
  }

  function takeStatus(line: string): true {
    const match = STATUS_LINE.exec(line);
    if (match === null) throw new MalformedAnswer(`no status line of HTTP/1.1: ${excerpt(line)}`);
    status = Number(match[2]);
    reusable = match[1] === '1';
    headers = new Map();
    state = 'fields';
    return true;
  }

  function takeField(line: string): void {
    const match = FIELD.exec(line);
    if (match === null) throw new MalformedAnswer(`no header: ${excerpt(line)}`);
    const [, name = '', value = ''] = match;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }

  /** Settles how long the body is (RFC 9112, 6.3). @returns whether to read on. */
  function beginBody(): boolean {
    if (status === 101) throw new MalformedAnswer('another protocol than HTTP, which nobody asked for');
    if (status < 200) {
      state = 'status';
      allowed = HEAD_BYTES;
      return true;
    }
    const length = headers.get('content-length');
    const coding = headers.get('transfer-encoding');
    if (coding !== undefined && (length !== undefined || coding.toLowerCase() !== 'chunked')) {
      throw new MalformedAnswer(`a body framed by transfer-encoding ${excerpt(coding)}, content-length ${length}`);
    }
    if (length !== undefined && !LENGTH.test(length)) {
      throw new MalformedAnswer(`a content-length of ${excerpt(length)}`);
    }
    if (CLOSE.test(headers.get('connection') ?? '')) reusable = false;
    sink.head(status, headers);
    left = Number(length ?? Number.POSITIVE_INFINITY);
    if (status === 204 || status === 304 || left === 0) return finish();
    if (coding !== undefined) return beginChunk();
    if (length === undefined) reusable = false;
    state = 'body';
    return true;
  }

  function beginChunk(): true {
    state = 'chunk-size';
    allowed = HEAD_BYTES;
    return true;
  }

  function takeChunkSize(line: string): true {
    const match = CHUNK_SIZE.exec(line);
    if (match === null) throw new MalformedAnswer(`no size of a chunk: ${excerpt(line)}`);
    left = Number.parseInt(match[1] ?? '', 16);
    state = left === 0 ? 'trailers' : 'chunk';
    return true;
  }

  /** Passes on what there is of the body. @returns whether that part of it is complete. */
  function takeData(): boolean {
    const end = Math.min(input.length, at + left);
    const bytes = input.subarray(at, end);
    left -= end - at;
    at = end;
    sink.data(bytes);
    return left === 0;
  }

  /** Reads one line, or what there is of a body. @returns whether to read on. */
  function step(): boolean {
    if (state === 'body') return takeData() && finish();
    if (state === 'chunk') {
      if (takeData()) state = 'chunk-end';
      return true;
    }
    const line = takeLine();
    if (line === null) return false;
    switch (state) {
      case 'status':
        return takeStatus(line);
      case 'fields':
        if (line === '') return beginBody();
        takeField(line);
        return true;
      case 'chunk-size':
        return takeChunkSize(line);
      case 'chunk-end':
        if (line !== '') throw new MalformedAnswer(`a chunk longer than it said: ${excerpt(line)}`);
        return beginChunk();
      case 'trailers':
        if (line === '') return finish();
        if (!FIELD.test(line)) throw new MalformedAnswer(`no trailer: ${excerpt(line)}`);
        return true;
    }
  }

  return {
    feed(bytes) {
      input = at === input.length ? bytes : Buffer.concat([input.subarray(at), bytes]);
      at = 0;
      while (at < input.length && step());
    },
    close() {
      if (state === 'body' && left === Number.POSITIVE_INFINITY) finish();
    },
  };
}
