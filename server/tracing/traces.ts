// Traces: what a client's *own* connections and requests were on the wire, told to it alone. A trace is a stream
// (GET /v1/lab/trace) with an id that nobody can guess; whoever puts it into a request has that request traced to it.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { LabConfig } from '../config.ts';
import { Gathering } from '../gathering.ts';
import { BODY_BYTES } from '../protocol/limits.ts';
import { createFrameSplitter } from '../websocket/frame-splitter.ts';
import { createPlaces } from './places.ts';
import { requestHead, routeOf, tapWrites } from './wire-taps.ts';

/** Bytes of one write, or of a frame's payload, that are told, at the most. */
export const TRACED_BYTES = 16_384;

const HEAD_END = '\r\n\r\n';

/** One trace: numbered connections and exchanges, told as events. */
export interface Trace {
  /** Follows a socket that is about to become a WebSocket, from its handshake to its end. */
  webSocket(request: IncomingMessage, socket: Socket): void;
  /** Follows one request and its response, and nothing else that goes over its socket. */
  exchange(request: IncomingMessage, response: ServerResponse): void;
}

export interface Traces {
  /** Answers with a stream of events; the trace ends with it. Where there are too many, the one unused longest ends. */
  open(response: ServerResponse): void;
  /** @param id as a request gives it; null: it asks for none. */
  find(id: string | null): Trace | undefined;
  /** Ends all. */
  close(): void;
}

export type TraceLimits = Pick<LabConfig, 'maxTraces' | 'maxTracedAtOnce' | 'traceUnreadBytes'>;

interface OpenTrace {
  readonly trace: Trace;
  readonly stream: ServerResponse;
}

/** Tells an event's data; who tells stamps it with the time. */
type Tell = (event: string, data: object) => void;

export function createTraces({ maxTraces, maxTracedAtOnce, traceUnreadBytes }: TraceLimits): Traces {
  const traces = new Map<string, OpenTrace>();
  const places = createPlaces<OpenTrace>(maxTraces, ({ stream }) => stream.end());
  return {
    open: (response) => {
      const id = randomBytes(16).toString('base64url');
      const tell: Tell = (event, data) => {
        // What is followed goes on when the stream has ended, or is ending.
        if (response.writableEnded || response.destroyed) return;
        if (response.writableLength > traceUnreadBytes) response.destroy();
        else response.write(`event: ${event}\ndata: ${JSON.stringify({ at: wallClockMs(), ...data })}\n\n`);
      };
      const open = { trace: createTrace(tell, maxTracedAtOnce), stream: response };
      traces.set(id, open);
      places.take(open);
      response.on('close', () => {
        traces.delete(id);
        places.leave(open);
      });
      response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store, no-transform',
        'X-Content-Type-Options': 'nosniff',
      });
      tell('hello', { trace: id });
    },
    find: (id) => {
      const found = id === null ? undefined : traces.get(id);
      if (found !== undefined) places.use(found);
      return found?.trace;
    },
    close: () => {
      for (const { stream } of traces.values()) stream.end();
    },
  };
}

/** @returns ms since 1970, with fractions, by a clock that is never set. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** `most`: connections and exchanges that it follows at a time; it tells nothing of more. */
export function createTrace(tell: Tell, most: number): Trace {
  return new FollowingTrace(tell, most);
}

class FollowingTrace implements Trace {
  readonly tell: Tell;
  readonly #most: number;
  #count = 0;
  /** Connections and exchanges that are followed now. */
  #followed = 0;

  constructor(tell: Tell, most: number) {
    this.tell = tell;
    this.#most = most;
  }

  webSocket(request: IncomingMessage, socket: Socket): void {
    if (!this.#follows()) return;
    const connection = this.#count;
    const splitter = (direction: 'in' | 'out') =>
      createFrameSplitter(TRACED_BYTES, ({ header, payload, payloadBytes }) =>
        this.tell('frame', {
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
        this.tell('handshake', {
          connection,
          route: routeOf(request),
          target: request.url,
          request: requestHead(request),
          response,
        });
      }
    });
    socket.on('close', () => {
      this.#followed -= 1;
      this.tell('closed', { connection });
    });
  }

  exchange(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#follows()) return;
    const exchange = this.#count;
    this.#request(exchange, request);
    let untap: (() => void) | null = null;
    let isOver = false;
    const begin = (socket: Socket) => {
      untap = tapWrites(socket, (bytes) => {
        this.tell('response', { exchange, text: told(bytes), bytes: bytes.length });
      });
    };
    const end = () => {
      if (isOver) return;
      isOver = true;
      untap?.();
      this.#followed -= 1;
      this.tell('ended', { exchange });
    };
    // Behind another request it has no socket yet. Before Node's own listener, which gives the socket to the next one.
    if (response.socket === null) response.once('socket', begin);
    else begin(response.socket);
    response.prependListener('finish', end);
    response.prependListener('close', end);
  }

  #follows(): boolean {
    if (this.#followed >= this.#most) return false;
    this.#followed += 1;
    this.#count += 1;
    return true;
  }

  #request(exchange: number, request: IncomingMessage): void {
    const { method } = request;
    const tell = (body: Buffer, bodyBytes: number) => {
      const head = requestHead(request);
      const bytes = Buffer.byteLength(head) + bodyBytes;
      const text = head + body.toString();
      this.tell('request', { exchange, method, route: routeOf(request), target: request.url, text, bytes });
    };
    if (method !== 'POST') {
      tell(Buffer.alloc(0), 0);
      return;
    }
    const body = new Gathering();
    let bodyBytes = 0;
    request.on('data', (chunk: Buffer) => {
      // What is longer is refused, but read to its end.
      body.add(chunk, 0, Math.max(0, Math.min(chunk.length, BODY_BYTES - bodyBytes)));
      bodyBytes += chunk.length;
    });
    request.on('end', () => tell(body.take(), bodyBytes));
  }
}

function told(bytes: Buffer): string {
  return bytes.toString('utf8', 0, TRACED_BYTES);
}
