// Server-Sent Events: one response that never ends. HTML Living Standard, section 9.2.
import type { ServerResponse } from 'node:http';
import { sendProblem } from '../http/problems.ts';
import { cursorProblem } from '../http/query.ts';
import type { Lab } from '../lab.ts';
import { parseCursor } from '../protocol/cursor.ts';
import type { Hello, Presence, Reset } from '../protocol/messages.ts';
import type { Batch } from '../room/batch.ts';
import { StreamClient } from './stream-client.ts';
import { type Read, type ServerTransport, type TransportHandler, withStore } from './transport.ts';

const NAME = 'sse';
/** Milliseconds that a native EventSource waits before it comes back; drawn anew for every stream. */
const RETRY_MS = { least: 1000, most: 3000 };

const HEADERS = {
  'Content-Type': 'text/event-stream',
  // A proxy that compresses or buffers would hold events back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

const PING = Buffer.from(eventText({ event: 'ping', data: {} }));

export const sse: ServerTransport = { name: NAME, pace: 'stream', create: createSse };

function createSse(lab: Lab): TransportHandler {
  const streams = new Set<StreamClient>();

  return {
    get: (read) => {
      const { response, query, head } = read;
      // A browser that comes back sends it, and it is newer than the address it was opened with.
      const cursor = head.lastEventId ? parseCursor(head.lastEventId) : query.cursor;
      if (head.lastEventId && cursor === null) {
        return sendProblem(response, 'invalid-parameter', cursorProblem('Last-Event-ID'));
      }
      withStore(read, lab.storeTrouble, lab.room.start(cursor, query.history), (start) => {
        const stream = new SseStream(lab, read, streams);
        response.on('close', () => stream.end());
        stream.begin(start, query);
      });
    },
    drain: () => {
      for (const stream of streams) stream.bye(lab.retryMs());
    },
  };
}

class SseStream extends StreamClient {
  readonly #response: ServerResponse;
  #chunked = true;

  constructor(lab: Lab, { request, response, account }: Read, all: Set<StreamClient>) {
    super(lab, request.socket, account, all);
    this.#response = response;
  }

  protected greet(hello: Hello, reset: Reset | null): void {
    const { socket } = this.outlet;
    // One write for the head and the first events.
    socket.cork();
    this.#response.writeHead(200, HEADERS);
    this.#response.flushHeaders();
    // False for a client of HTTP/1.0, whose stream is the bare events.
    this.#chunked = this.#response.chunkedEncoding;
    const retry = Math.round(RETRY_MS.least + this.lab.random() * (RETRY_MS.most - RETRY_MS.least));
    this.#send({ event: 'hello', id: hello.cursor, retry, data: hello });
    if (reset !== null) this.reset(reset);
    socket.uncork();
    this.outlet.wrote();
  }

  protected send(batch: Batch): void {
    this.#write(batch.encoded(this.#chunked ? encodeChunk : encodeEvents));
  }

  protected sendPresence(presence: Presence): void {
    this.#send({ event: 'presence', data: presence });
  }

  protected beat(): void {
    this.#write(this.#chunked ? PING_CHUNK : PING);
  }

  protected stalled(): void {
    this.outlet.socket.destroy();
  }

  reset(reset: Reset): void {
    this.#send({ event: 'reset', id: reset.cursor, data: reset });
  }

  renamed(cursor: string): void {
    this.#send({ event: 'renamed', id: cursor, data: { cursor } });
  }

  failed(): void {
    this.#response.destroy();
  }

  bye(retryMs: number): void {
    // Without `retry` a native EventSource would be back at once.
    this.#send({ event: 'bye', retry: retryMs, data: { retryMs } });
    this.#response.end();
  }

  #send(event: Event): void {
    const bytes = Buffer.from(eventText(event));
    this.#write(this.#chunked ? chunk(bytes) : bytes);
  }

  /** Straight to the socket: a chunk that is built once costs less than `response.write` for every client. */
  #write(bytes: Buffer): void {
    const { socket } = this.outlet;
    // A client that has ended its side has this one ended too, and 'close' follows.
    if (this.#response.writableEnded || this.#response.destroyed || !socket.writable) return;
    socket.write(bytes);
    if (socket.writableCorked === 0) this.outlet.wrote();
  }
}

interface Event {
  readonly event: string;
  readonly id?: string | null;
  readonly retry?: number;
  readonly data: object;
}

/** JSON has no line breaks of its own, so one `data` line is enough. */
function eventText({ event, id, retry, data }: Event): string {
  const idLine = id === undefined || id === null ? '' : `id: ${id}\n`;
  const retryLine = retry === undefined ? '' : `retry: ${retry}\n`;
  return `event: ${event}\n${idLine}${retryLine}data: ${JSON.stringify(data)}\n\n`;
}

function encodeEvents(batch: Batch): Buffer {
  return Buffer.from(batch.jsons.map((json, index) => `id: ${batch.cursorOf(index)}\ndata: ${json}\n\n`).join(''));
}

function encodeChunk(batch: Batch): Buffer {
  return chunk(batch.encoded(encodeEvents));
}

/** RFC 9112 section 7.1. */
function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

const PING_CHUNK = chunk(PING);
