// A client of a stream that only counts the messages that come: a plain socket whose bytes are read into one buffer
// that all such clients of a process share. It answers no heartbeat, so it must not stay for longer than one.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { readPath } from '../../../client/transports/http/read-path.ts';
import { HEARTBEAT_SECONDS, SUBPROTOCOL } from '../../../server/protocol/limits.ts';
import type { CountingClient, CountingOptions } from './counting-client.ts';
import { createMessageCounter } from './message-counter.ts';

/** What comes at one time is read in so many pieces. */
const shared = Buffer.allocUnsafe(64 * 1024);
/** Of the first bytes, in which the stream says that it is open. */
const GREETING_BYTES = 4096;
/** Stands in the greeting of every stream. */
const GREETING = 'hello';

/** The headers with which a stream that is no plain answer is asked for. */
const UPGRADES: ReadonlyMap<string, () => string> = new Map([
  [
    'websocket',
    () =>
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n`,
  ],
]);
const PLAIN = () => 'Connection: keep-alive\r\nAccept: text/event-stream\r\n';

/** Resolves once the stream has greeted; rejects where it does not. */
export function openCountingStream(options: CountingOptions): Promise<CountingClient> {
  const { transport, origin, clientId } = options;
  const { hostname, port, host } = new URL(origin);
  const counter = createMessageCounter();
  let count = 0;
  let greeting: string | null = '';
  let closed = false;
  return new Promise((resolve, reject) => {
    const end = (problem: string) => {
      if (closed) return;
      closed = true;
      socket.destroy();
      if (greeting === null) options.failed(problem);
      else reject(new Error(`${problem}${greeting === '' ? '' : `: ${JSON.stringify(greeting.slice(0, 80))}`}`));
    };
    const take = (bytes: Buffer) => {
      count += counter.feed(bytes);
      if (greeting === null) return;
      greeting += bytes.toString('latin1');
      if (greeting.includes(GREETING)) {
        greeting = null;
        resolve({
          get count() {
            return count;
          },
          close: () => {
            closed = true;
            socket.destroy();
          },
        });
      } else if (greeting.length > GREETING_BYTES) end('was not greeted');
    };
    const socket = connect({
      ...{ host: hostname, port: Number(port), noDelay: true },
      onread: {
        buffer: shared,
        callback: (length) => {
          take(shared.subarray(0, length));
          return true;
        },
      },
    });
    socket.on('error', (error) => end(error.message));
    socket.on('close', () => end('the server ended the connection'));
    const path = `${readPath(transport, { clientId, history: 0 }, null)}&heartbeat=${HEARTBEAT_SECONDS.max}`;
    const headers = UPGRADES.get(transport) ?? PLAIN;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers()}\r\n`);
  });
}
