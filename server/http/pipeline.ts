// The requests of one connection are served one after the other, each when the one before is answered and written: RFC
// 9112 section 9.3.2 lets a client send them all at once. So a connection holds one poll, and one answer, at a time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HEAD_BYTES } from '../protocol/limits.ts';
import { inTurn } from '../turns.ts';
import { readHead } from './head.ts';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Bytes that may come behind an upgrade while it waits for the answers before it. */
const MOST_BYTES_BEHIND = 64 * 1024;

/** The requests of a connection that wait for those before them. */
interface Queue {
  requests: number;
  headBytes: number;
  last: ServerResponse;
}

export interface Pipeline {
  /** @returns a handler that serves each request in its turn. */
  inTurn(serve: Serve): Serve;
  /**
   * Takes over the socket of an upgrade or a CONNECT from Node when all answers before it are written, with what came
   * behind its head; never where the connection ends before.
   */
  takeOver(socket: Socket, behind: Buffer, take: (behind: Buffer) => void): void;
  /** @returns the last answer that is not wholly written yet, or null. */
  lastUnanswered(socket: Socket): ServerResponse | null;
}

/**
 * `maxUnanswered`: requests of one connection that have no whole answer yet; 0: no limit. `exceeded`: a connection went
 * beyond that, or those that wait have more bytes of heads than one may have, and is to be destroyed.
 */
export function createPipeline(maxUnanswered: number, exceeded: (socket: Socket) => void): Pipeline {
  // Most connections never have one.
  const queues = new WeakMap<Socket, Queue>();

  const wait = (request: IncomingMessage, response: ServerResponse, serve: Serve) => {
    const { socket } = request;
    // Node goes on through the bytes that it has read, also behind the answer that was the last.
    if (socket.destroyed || socket.writableEnded) return;
    const queue = queues.get(socket) ?? { requests: 0, headBytes: 0, last: response };
    queues.set(socket, queue);
    const { bytes } = readHead(request);
    queue.requests += 1;
    queue.headBytes += bytes;
    queue.last = response;
    const tooMany = maxUnanswered > 0 && queue.requests >= maxUnanswered;
    if (tooMany || queue.headBytes > HEAD_BYTES) return exceeded(socket);
    // Node gives a response its socket when the one before is written.
    response.once('socket', () => {
      queue.requests -= 1;
      queue.headBytes -= bytes;
      if (socket.destroyed) return;
      inTurn(() => {
        // A client that has ended its side gets what it was owed; Node then takes no more.
        if (socket.writable) serve(request, response);
        else socket.destroySoon();
      });
    });
  };

  const lastUnanswered = (socket: Socket): ServerResponse | null => {
    const queue = queues.get(socket);
    return queue !== undefined && queue.requests > 0 ? queue.last : answerUnderWay(socket);
  };

  return {
    inTurn: (serve) => (request, response) => {
      if (response.socket === null) wait(request, response, serve);
      else serve(request, response);
    },
    takeOver: (socket, behind, take) => {
      if (socket.destroyed) return;
      // Node has taken its listeners away.
      socket.on('error', () => socket.destroy());
      const before = lastUnanswered(socket);
      if (before === null) return take(behind);
      let bytes = behind;
      const listeners = {
        // Read on, or nobody would notice that the client is gone.
        data: (chunk: Buffer) => {
          bytes = Buffer.concat([bytes, chunk]);
          if (bytes.length > MOST_BYTES_BEHIND) exceeded(socket);
        },
        end: () => void socket.end(),
        drain: () => void answerUnderWay(socket)?.emit('drain'),
      };
      for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
      before.once('finish', () => {
        for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
        if (!socket.readable || !socket.writable) return void socket.destroy();
        socket.pause();
        socket.setTimeout(0);
        // As Node hands a socket over: whoever listens next makes it flow.
        Reflect.set(socket, 'readableFlowing', null);
        take(bytes);
      });
    },
    lastUnanswered,
  };
}

/** @returns the answer that a connection's bytes belong to now. Node names it only here. */
export function answerUnderWay(socket: Socket): ServerResponse | null {
  const { _httpMessage: underWay } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return underWay ?? null;
}
