// One client's HTTP connections: kept alive, each with one request at a time, and as many as it has requests under way.
import { connect } from 'node:net';
import { type HttpResponse, RESEND_WITHIN_MS } from '../../client/transports/transport.ts';
import { createAnswerParser } from './raw-answer-parser.ts';
import { createIncomingBody, type IncomingBody } from './raw-body.ts';

export interface RawTarget {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
}

/** A request, and who waits for its answer. */
export interface RawExchange {
  /** All of it: head and body. */
  readonly text: string;
  /** Aborting it fails the exchange and ends its connection. */
  readonly signal: AbortSignal | undefined;
  /** Told as soon as the answer's head is there. */
  resolve(response: HttpResponse): void;
  /** Told where that never comes. */
  reject(error: Error): void;
}

export interface RawConnections {
  send(exchange: RawExchange): void;
  /** Ends all connections; what is under way fails, and so does what is sent later. */
  close(): void;
}

interface Connection {
  send(exchange: RawExchange): void;
  /** Ends it, and what is under way on it. */
  fail(error: Error): void;
}

export function createRawConnections(target: RawTarget): RawConnections {
  const open = new Set<Connection>();
  const idle: Connection[] = [];
  /** What each signal would end. It is listened to but once, because it may be that of all polls of a client. */
  const watched = new WeakMap<AbortSignal, Set<() => void>>();
  let closed = false;

  function abortsOf(signal: AbortSignal): Set<() => void> {
    const known = watched.get(signal);
    if (known !== undefined) return known;
    const aborts = new Set<() => void>();
    watched.set(signal, aborts);
    signal.addEventListener('abort', () => {
      for (const abort of aborts) abort();
    });
    return aborts;
  }

  function openConnection(): Connection {
    const socket = connect({ ...target, noDelay: true });
    /** What is under way, and the body of its answer once that has begun. */
    let exchange: RawExchange | null = null;
    let body: IncomingBody | null = null;
    /** Whether it has served before, so that the server may have closed it in the meantime. */
    let reused = false;
    /** Whether anything came in answer to the request at hand. */
    let heard = false;
    /** By the time of day. */
    let sentAt = 0;

    const parser = createAnswerParser({
      head(status, headers) {
        const begun = createIncomingBody({
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          abandoned: () => fail(new Error('its reader left')),
        });
        body = begun;
        exchange?.resolve({ status, header: (name) => headers.get(name) ?? null, body: begun });
      },
      data: (bytes) => body?.push(bytes),
      end(reusable) {
        const ended = body;
        release();
        ended?.end();
        // An answer that came before all of the request was taken leaves the rest of it in the way.
        if (!reusable || socket.writableLength > 0) {
          discard();
          return;
        }
        if (socket.isPaused()) socket.resume();
        reused = true;
        idle.push(connection);
      },
    });

    function release(): RawExchange | null {
      const released = exchange;
      if (released?.signal !== undefined) abortsOf(released.signal).delete(onAbort);
      exchange = null;
      body = null;
      return released;
    }

    function discard(): void {
      socket.destroy();
      open.delete(connection);
      const place = idle.indexOf(connection);
      if (place !== -1) idle.splice(place, 1);
    }

    function fail(error: Error): void {
      const begun = body;
      const failed = release();
      discard();
      if (begun === null) failed?.reject(error);
      else begun.fail(error);
    }

    function onAbort(): void {
      fail(new Error('aborted'));
    }

    /** The connection broke. Where the server closed it just as it was used again, another is tried, as browsers do. */
    function lose(error: Error): void {
      const soon = Date.now() - sentAt < RESEND_WITHIN_MS;
      const again = reused && !heard && soon ? release() : null;
      fail(error);
      if (again !== null) openConnection().send(again);
    }

    const connection: Connection = {
      send(next) {
        exchange = next;
        heard = false;
        sentAt = Date.now();
        if (next.signal !== undefined) abortsOf(next.signal).add(onAbort);
        socket.write(next.text);
      },
      fail,
    };
    open.add(connection);
    socket.on('data', (bytes: Buffer) => {
      heard = true;
      try {
        if (exchange === null) discard();
        else parser.feed(bytes);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('end', () => parser.close());
    socket.on('error', lose);
    socket.on('close', () => lose(new Error('the connection closed before the answer was complete')));
    return connection;
  }

  return {
    send(exchange) {
      if (closed) exchange.reject(new Error('the environment is closed'));
      else if (exchange.signal?.aborted === true) exchange.reject(new Error('aborted'));
      else (idle.pop() ?? openConnection()).send(exchange);
    },
    close() {
      closed = true;
      for (const connection of open) connection.fail(new Error('the environment was closed'));
    },
  };
}
