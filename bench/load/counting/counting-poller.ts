// A client that polls and only counts the messages that come: of an answer it reads the cursor at its beginning, whether
// there is more at its end, and how many messages are between. Asks by the clock, or again at once where it is held.
import { connect } from 'node:net';
import { readPath } from '../../../client/transports/http/read-path.ts';
import { createAnswerParser } from '../raw-answer-parser.ts';
import type { CountingClient, CountingOptions } from './counting-client.ts';
import { createMessageCounter } from './message-counter.ts';

const CURSOR = /^\{"cursor":"([^"]*)"/;
/** Of the ends of an answer that are read. */
const HEAD_CHARACTERS = 64;
const TAIL_CHARACTERS = 16;
const MORE = '"more":true';

/** Resolves once the first poll has been answered; rejects where it is not. */
export function openCountingPoller(options: CountingOptions): Promise<CountingClient> {
  const { transport, origin, clientId, pace, waitSeconds, pollIntervalMs } = options;
  const { hostname, port, host } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let cursor: string | null = null;
  let count = 0;
  let begun = false;
  let closed = false;
  let slotAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let status = 0;
  let head = '';
  let tail = '';
  let counter = createMessageCounter();

  function ask(): void {
    const wait = pace === 'held' && begun ? waitSeconds : undefined;
    socket.write(
      `GET ${readPath(transport, { clientId, history: 0 }, cursor, wait)} HTTP/1.1\r\n` +
        `Host: ${host}\r\nConnection: keep-alive\r\n\r\n`,
    );
  }

  /** Slots that have passed while an answer was read are left out. */
  function askByTheClock(): void {
    const now = performance.now();
    slotAt += pollIntervalMs * Math.max(1, Math.ceil((now - slotAt) / pollIntervalMs));
    timer = setTimeout(ask, slotAt - now);
  }

  return new Promise((resolve, reject) => {
    const end = (problem: string) => {
      if (closed) return;
      close();
      if (begun) options.failed(problem);
      else reject(new Error(problem));
    };
    const close = () => {
      closed = true;
      clearTimeout(timer);
      socket.destroy();
    };
    const begin = () => {
      begun = true;
      const first = options.pollPhaseMs();
      slotAt = performance.now() + first;
      timer = setTimeout(ask, first);
      resolve({
        get count() {
          return count;
        },
        close,
      });
    };
    const parser = createAnswerParser({
      head: (given) => {
        status = given;
        [head, tail, counter] = ['', '', createMessageCounter()];
      },
      data: (bytes) => {
        const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        count += counter.feed(piece);
        if (head.length < HEAD_CHARACTERS) head += piece.toString('latin1', 0, HEAD_CHARACTERS);
        tail = `${tail}${piece.toString('latin1', Math.max(0, piece.length - TAIL_CHARACTERS))}`.slice(
          -TAIL_CHARACTERS,
        );
      },
      end: (reusable) => {
        if (!reusable || (status !== 200 && status !== 204)) {
          end(`a poll was answered with ${status}`);
          return;
        }
        if (status === 200) cursor = CURSOR.exec(head)?.[1] ?? cursor;
        if (!begun) begin();
        else if (pace === 'held' || (status === 200 && tail.includes(MORE))) ask();
        else askByTheClock();
      },
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        parser.feed(bytes);
      } catch (error) {
        end(error instanceof Error ? error.message : String(error));
      }
    });
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('the server ended the connection'));
    ask();
  });
}
