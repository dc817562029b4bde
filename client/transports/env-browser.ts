// The browser's parts: fetch, WebSocket and performance.now(). What a browser says of a failure ("Failed to fetch",
// "Load failed") is for its console; here it becomes a sentence for people.
import { SUBPROTOCOL } from '../../server/protocol/limits.ts';
import type { HttpResponse, TransportEnv } from './transport.ts';

/** @param broken what it means that the browser gives no reason. */
function inWords(error: unknown, broken: string): Error {
  if (!(error instanceof DOMException)) return new Error(broken, { cause: error });
  return new Error(error.name === 'TimeoutError' ? 'no answer came in time' : 'it was given up', { cause: error });
}

/** Bytes of an answer that is read as a whole, where its length was told beforehand. */
const MOST_WHOLE_BYTES = 1024 * 1024;
const BROKE_OFF = 'the connection broke off within the answer';

/** Whether the answer ends by itself, and soon. */
function isShort({ headers }: Response): boolean {
  const length = headers.get('content-length');
  return length !== null && headers.get('content-encoding') === null && Number(length) <= MOST_WHOLE_BYTES;
}

/**
 * A stream that is read to its end is cancelled by Chromium where that end comes before the network's word that all is
 * there: its network panel would show every answered poll in red. So what is short is not read as a stream.
 */
async function* wholeOf(response: Response): AsyncGenerator<Uint8Array, void> {
  const whole = await response.arrayBuffer().catch((error: unknown) => {
    throw inWords(error, BROKE_OFF);
  });
  if (whole.byteLength > 0) yield new Uint8Array(whole);
}

async function* chunksOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void> {
  if (stream === null) return;
  // Not every browser can iterate a stream, but all can read one.
  const reader = stream.getReader();
  let complete = false;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw inWords(error, BROKE_OFF);
      });
      if (done) {
        complete = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!complete) await reader.cancel();
  }
}

function toResponse(response: Response): HttpResponse {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: isShort(response) ? wholeOf(response) : chunksOf(response.body),
  };
}

/** @param baseUrl the lab's origin; default: that of the page. */
export function createBrowserEnv(baseUrl: string = location.origin): TransportEnv {
  return {
    async request({ method, path, headers, body, held, signal }) {
      const response = await fetch(new URL(path, baseUrl), {
        method,
        cache: 'no-store',
        // Chromium and Firefox open six connections to one server, and six more for requests without credentials.
        // There are no cookies; but six tabs that listen must not keep a seventh request, a message, from leaving.
        credentials: held === true ? 'omit' : 'same-origin',
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      }).catch((error: unknown) => {
        throw inWords(error, 'the server can’t be reached');
      });
      return toResponse(response);
    },
    openSocket(path, handlers) {
      const url = new URL(path, baseUrl);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(url, SUBPROTOCOL);
      socket.onopen = () => handlers.opened();
      socket.onmessage = (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') handlers.text(event.data);
      };
      socket.onclose = (event) => handlers.closed(event.code, event.reason);
      return {
        send(text) {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close(code = 1000) {
          socket.close(code);
        },
      };
    },
    now: () => performance.now(),
    close() {
      // The browser keeps its connections for itself.
    },
  };
}
