// An environment whose server is the test: it sees each request and socket, and answers when it likes.
import type { HttpRequest, HttpResponse, SocketHandlers, TransportEnv } from '../transports/transport.ts';

export interface FakeExchange {
  readonly request: HttpRequest;
  readonly aborted: boolean;
  /** @param body as JSON, but an iterable goes out as it is. */
  answer(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): void;
  /** There was no answer at all. */
  fail(detail: string): void;
}

export interface FakeSocket {
  readonly path: string;
  readonly handlers: SocketHandlers;
  /** Frames that the client sent, parsed. */
  readonly sent: readonly unknown[];
  readonly closedWith: readonly (number | undefined)[];
  /** Sends a frame to the client. */
  tell(frame: unknown): void;
}

export interface FakeEnv extends TransportEnv {
  readonly exchanges: readonly FakeExchange[];
  readonly sockets: readonly FakeSocket[];
}

async function* once(text: string): AsyncGenerator<Uint8Array, void> {
  if (text !== '') yield new TextEncoder().encode(text);
}

function isIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function toResponse(status: number, body: unknown, headers: Readonly<Record<string, string>>): HttpResponse {
  const whole = body === undefined ? '' : JSON.stringify(body);
  return { status, header: (name) => headers[name] ?? null, body: isIterable(body) ? body : once(whole) };
}

/** Its clock is `Date.now()`, which fake timers move. */
export function createFakeEnv(): FakeEnv {
  const exchanges: FakeExchange[] = [];
  const sockets: FakeSocket[] = [];
  return {
    exchanges,
    sockets,
    request(request) {
      return new Promise((resolve, reject) => {
        request.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        exchanges.push({
          request,
          get aborted() {
            return request.signal?.aborted === true;
          },
          answer: (status, body, headers = {}) => resolve(toResponse(status, body, headers)),
          fail: (detail) => reject(new Error(detail)),
        });
      });
    },
    openSocket(path, handlers) {
      const sent: unknown[] = [];
      const closedWith: (number | undefined)[] = [];
      sockets.push({ path, handlers, sent, closedWith, tell: (frame) => handlers.text(JSON.stringify(frame)) });
      return {
        send(text) {
          sent.push(JSON.parse(text));
        },
        close(code) {
          closedWith.push(code);
        },
      };
    },
    now: () => Date.now(),
    close() {
      // Nothing is held.
    },
  };
}
