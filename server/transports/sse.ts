// Server-Sent Events: one response that never ends. HTML Living Standard, section 9.2.
import type { ServerResponse } from 'node:http';
import { sendProblem } from '../http/problems.ts';
import { cursorProblem, type Query } from '../http/query.ts';
import { heartbeatMsOf, type Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import { parseCursor } from '../protocol/cursor.ts';
import type { Hello, Presence, Reset } from '../protocol/messages.ts';
import type { Batch } from '../room/batch.ts';
import type { Follower, Sink } from '../room/follower.ts';
import type { Start } from '../room/start.ts';
import { Outlet } from '../streams/outlet.ts';
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

export const sse: ServerTransport = { name: NAME, streams: true, create: createSse };

function createSse(lab: Lab): TransportHandler {
  const streams = new Set<SseStream>();

  return {
    get: (read) => {
      const { response, query, head } = read;
      // A browser that comes back sends it, and it is newer than the address it was opened with.
      const cursor = head.lastEventId ? parseCursor(head.lastEventId) : query.cursor;
      if (head.lastEventId && cursor === null) {
        return sendProblem(response, 'invalid-parameter', cursorProblem('Last-Event-ID'));
      }
      withStore(read, lab.log, lab.room.start(cursor, query.history), (start) => open(read, start));
    },
    drain: () => {
      for (const stream of streams) stream.bye(lab.retryMs());
    },
  };

  function open(read: Read, start: Start): void {
    const stream = new SseStream(lab, read);
    streams.add(stream);
    read.response.on('close', () => {
      streams.delete(stream);
      stream.end();
    });
    stream.begin(start, read.query);
    // The shutdown began while the store was asked.
    if (lab.draining) stream.bye(lab.retryMs());
  }
}

class SseStream implements Sink {
  readonly #lab: Lab;
  readonly #response: ServerResponse;
  readonly #account: Account;
  readonly #outlet: Outlet;
  readonly #endings: (() => void)[] = [];
  #follower: Follower | undefined;
  #owedPresence: Presence | null = null;
  #chunked = true;
  #over = false;

  constructor(lab: Lab, { request, response, account }: Read) {
    this.#lab = lab;
    this.#response = response;
    this.#account = account;
    this.#outlet = new Outlet(
      request.socket,
      lab.stalls,
      () => this.#flushed(),
      () => request.socket.destroy(),
    );
  }

  begin(start: Start, query: Query): void {
    const heartbeatMs = heartbeatMsOf(this.#lab.config, query);
    this.#account.add('open', 1);
    const { socket } = this.#outlet;
    // One write for the head and the first events.
    socket.cork();
    this.#response.writeHead(200, HEADERS);
    this.#response.flushHeaders();
    // False for a client of HTTP/1.0, whose stream is the bare events.
    this.#chunked = this.#response.chunkedEncoding;
    const hello: Hello = {
      cursor: start.reset === null ? start.cursor : null,
      heartbeatMs,
    };
    const retry = Math.round(RETRY_MS.least + this.#lab.random() * (RETRY_MS.most - RETRY_MS.least));
    this.#send(eventText({ event: 'hello', id: hello.cursor, retry, data: hello }));
    if (start.reset !== null) this.reset(start.reset);
    socket.uncork();
    this.#outlet.wrote();
    this.#endings.push(this.#lab.heartbeat.add(heartbeatMs, () => this.#beat()));
    if (query.presence) this.#endings.push(this.#lab.presence.subscribe((now) => this.#presence(now)));
    this.#follower = this.#lab.room.follow(start, this, query.history);
  }

  ready(): boolean {
    return this.#outlet.ready;
  }

  deliver(batch: Batch): void {
    this.#write(batch.encoded(this.#chunked ? encodeChunk : encodeEvents));
    this.#account.add('delivered', batch.messages.length);
  }

  reset(reset: Reset): void {
    this.#send(eventText({ event: 'reset', id: reset.cursor, data: reset }));
  }

  failed(): void {
    this.#response.destroy();
  }

  bye(retryMs: number): void {
    // Without `retry` a native EventSource would be back at once.
    this.#send(eventText({ event: 'bye', retry: retryMs, data: { retryMs } }));
    this.#response.end();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#follower?.stop();
    this.#outlet.end();
    for (const ending of this.#endings) ending();
    this.#account.add('open', -1);
  }

  #beat(): void {
    // What is unwritten will be the sign of life, or the reason to close.
    if (this.#outlet.ready) this.#write(this.#chunked ? PING_CHUNK : PING);
  }

  #presence(presence: Presence): void {
    if (this.#outlet.ready) this.#send(eventText({ event: 'presence', data: presence }));
    else this.#owedPresence = presence;
  }

  #flushed(): void {
    const owed = this.#owedPresence;
    this.#owedPresence = null;
    if (owed !== null) this.#presence(owed);
    this.#follower?.resume();
  }

  #send(text: string): void {
    const bytes = Buffer.from(text);
    this.#write(this.#chunked ? chunk(bytes) : bytes);
  }

  /** Straight to the socket: a chunk that is built once costs less than `response.write` for every client. */
  #write(bytes: Buffer): void {
    // A client that has ended its side has this one ended too, and 'close' follows.
    if (this.#over || this.#response.writableEnded || !this.#outlet.socket.writable) return;
    this.#outlet.socket.write(bytes);
    if (this.#outlet.socket.writableCorked === 0) this.#outlet.wrote();
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
