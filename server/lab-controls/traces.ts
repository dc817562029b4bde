// Traces: what a client's *own* connections and requests were on the wire, told to it alone. A trace is a stream
// (GET /v1/lab/trace) with an id that nobody can guess; whoever puts it into a request has that request traced to it.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createFrameSplitter } from '../websocket-by-hand/frame-splitter.ts';

/** Bytes of a frame's payload that are told, at the most. */
export const TRACED_PAYLOAD_BYTES = 16_384;
/** Bytes that may wait in a trace's own stream; more, and the trace ends. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
/** Traces that may be open at a time. */
export const MOST_TRACES = 100;

const HEAD_END = '\r\n\r\n';

/** One trace: numbered connections and exchanges, told as events. */
export interface Trace {
  /** Follows a socket that is about to become a WebSocket, from its handshake to its end. */
  webSocket(request: IncomingMessage, socket: Socket): void;
  /** Follows one request and its response. */
  exchange(request: IncomingMessage, response: ServerResponse): void;
}

export interface Traces {
  /** Answers with a stream of events; the trace ends with it. @returns false where there are too many. */
  open(response: ServerResponse): boolean;
  /** @param id as a request gives it; null: it asks for none. */
  find(id: string | null): Trace | undefined;
  /** Ends all. */
  close(): void;
}

export function createTraces(): Traces {
  const traces = new Map<string, Trace>();
  const streams = new Set<ServerResponse>();
  return {
    open: (response) => {
      if (traces.size >= MOST_TRACES) return false;
      const id = randomBytes(16).toString('base64url');
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform' });
      const tell = (event: string, data: object) => {
        if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
        else response.write(`event: ${event}\ndata: ${JSON.stringify({ at: wallClockMs(), ...data })}\n\n`);
      };
      traces.set(id, createTrace(tell));
      streams.add(response);
      response.on('close', () => {
        traces.delete(id);
        streams.delete(response);
      });
      tell('hello', { trace: id });
      return true;
    },
    find: (id) => (id === null ? undefined : traces.get(id)),
    close: () => {
      for (const stream of streams) stream.end();
    },
  };
}

/** @returns ms since 1970, with fractions, by a clock that is never set. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** @param tell takes what happens; it stamps it with the time. */
export function createTrace(tell: (event: string, data: object) => void): Trace {
  let count = 0;

  return {
    webSocket: (request, socket) => {
      count += 1;
      const connection = count;
      const splitter = (direction: 'in' | 'out') =>
        createFrameSplitter(TRACED_PAYLOAD_BYTES, ({ header, payload, payloadBytes }) =>
          tell('frame', {
            connection,
            direction,
            header: header.toString('base64'),
            payload: payload.toString('base64'),
            payloadBytes,
          }),
        );
      const [splitIn, splitOut] = [splitter('in'), splitter('out')];
      let response = '';
      socket.on('data', splitIn);
      tapWrites(socket, (bytes) => {
        if (response.endsWith(HEAD_END)) return splitOut(bytes);
        response += bytes.toString('latin1');
        if (response.endsWith(HEAD_END)) {
          tell('handshake', {
            connection,
            route: routeOf(request),
            target: request.url,
            request: requestHead(request),
            response,
          });
        }
      });
      socket.on('close', () => tell('closed', { connection }));
    },

    exchange: (request, response) => {
      count += 1;
      const exchange = count;
      const { method } = request;
      const body: Buffer[] = [];
      const requested = () => {
        const text = requestHead(request) + Buffer.concat(body).toString();
        tell('request', {
          exchange,
          method,
          route: routeOf(request),
          target: request.url,
          text,
          bytes: Buffer.byteLength(text),
        });
      };
      if (method === 'POST') {
        request.on('data', (chunk: Buffer) => body.push(chunk));
        request.on('end', requested);
      } else requested();
      const untap = tapWrites(request.socket, (bytes) => {
        tell('response', { exchange, text: bytes.toString(), bytes: bytes.length });
      });
      response.on('close', () => {
        untap();
        tell('ended', { exchange });
      });
    },
  };
}

function routeOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

/** The request's head as it came: Node keeps names, values and their order as they were. */
function requestHead(request: IncomingMessage): string {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Sees every write to the socket, in order, before it happens. @returns what ends that. */
function tapWrites(socket: Socket, seen: (bytes: Buffer) => void): () => void {
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
