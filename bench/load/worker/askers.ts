// Connections that only ask and count answers, in as little CPU as can be: the head of a request as it stands, and of an
// answer nothing but that it is an empty one. Either at random times, or again as soon as the last one was answered.
import { connect, type Socket } from 'node:net';
import { seededRandom } from '../../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../clock.ts';
import type { AskCommand } from './commands.ts';

export interface WorkerAskers {
  /** So many empty answers have come since the beginning. */
  readonly answered: number;
  /** What went wrong, a line each. */
  readonly failures: readonly string[];
  close(): void;
}

const EMPTY = 'HTTP/1.1 204';
const HEAD_END = '\r\n\r\n';
/** Opened at one time: more would run into the server's accept queue. */
const OPENED_AT_ONCE = 100;

/** Resolves once all are connected and have begun to ask; rejects, with none left open, where one can't connect. */
export async function openAskers(command: AskCommand): Promise<WorkerAskers> {
  const { origin, path, clientIdPrefix, connections, perSecond, spreadMs, seed } = command;
  const { hostname, port, host } = new URL(origin);
  const random = seededRandom(seed);
  const sockets: Socket[] = [];
  const idle: (() => void)[] = [];
  const failures: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const over = new AbortController();
  let answered = 0;
  /** Due, while every connection was waiting for an answer. */
  let owed = 0;

  function close(): void {
    over.abort();
    for (const timer of timers) clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  }

  function fail(problem: string): void {
    if (over.signal.aborted) return;
    failures.push(problem);
    close();
  }

  function serve(socket: Socket, index: number): () => void {
    const separator = path.includes('?') ? '&' : '?';
    const request =
      `GET ${path}${separator}client=${clientIdPrefix}-${index} HTTP/1.1\r\n` +
      `Host: ${host}\r\nConnection: keep-alive\r\n\r\n`;
    const ask = () => void socket.write(request, 'latin1');
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      heard += part;
      if (heard.length >= EMPTY.length && !heard.startsWith(EMPTY)) {
        fail(`an empty answer was expected, not ${heard.split('\r\n')[0]}`);
        return;
      }
      if (!heard.endsWith(HEAD_END)) return;
      heard = '';
      answered += 1;
      if (perSecond === null) ask();
      else if (owed === 0) idle.push(ask);
      else {
        owed -= 1;
        ask();
      }
    });
    socket.on('error', ({ message }) => fail(message));
    socket.on('close', () => fail('the server closed a connection'));
    return ask;
  }

  try {
    for (let first = 0; first < connections; first += OPENED_AT_ONCE) {
      const count = Math.min(OPENED_AT_ONCE, connections - first);
      const opened = Array.from({ length: count }, () => {
        const socket = connect({ host: hostname, port: Number(port), noDelay: true });
        sockets.push(socket);
        return connected(socket);
      });
      await Promise.all(opened);
    }
  } catch (error) {
    close();
    throw error;
  }
  const asks = sockets.map(serve);
  if (perSecond === null) {
    for (const ask of asks) timers.add(setTimeout(ask, random() * spreadMs));
  } else {
    idle.push(...asks);
    void askAtRandom(perSecond, random, over.signal, () => {
      const ask = idle.shift();
      if (ask === undefined) owed += 1;
      else ask();
    });
  }
  return {
    get answered() {
      return answered;
    },
    failures,
    close,
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
  });
}

/** A Poisson process, in an open loop: what is overdue is asked at once. Resolves when the signal aborts. */
async function askAtRandom(
  perSecond: number,
  random: () => number,
  signal: AbortSignal,
  ask: () => void,
): Promise<void> {
  let dueAt = clock.now();
  try {
    while (!signal.aborted) {
      dueAt += (-Math.log(1 - random()) * 1000) / perSecond;
      await clock.sleepUntil(dueAt, signal);
      ask();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
