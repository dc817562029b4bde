// One raw TCP connection of an attack: sends whatever it is given, and reads only when it is told to.
import { connect, type Socket } from 'node:net';
import type { Stage } from './stage.ts';

/** Every answer begins with it. */
const ANSWER = 'HTTP/1.1 ';

export class Wire {
  readonly socket: Socket;
  /** Answers that were read so far. */
  answers = 0;
  /** What was read last. */
  last = '';
  /** Resolves when the connection has ended, however. */
  readonly closed: Promise<void>;
  readonly #signal: AbortSignal;
  #waiting: (() => void) | null = null;

  /** Resolves with a connection that reads nothing yet, or with null where none is to be had. */
  static open(stage: Stage, port: number): Promise<Wire | null> {
    const { host, localAddress, signal, counts } = stage;
    if (signal.aborted) return Promise.resolve(null);
    const socket = connect({ host, port, localAddress, noDelay: true });
    return new Promise((resolve) => {
      socket.once('error', () => {
        counts.refused += 1;
        resolve(null);
      });
      socket.once('connect', () => {
        counts.connections += 1;
        socket.removeAllListeners('error');
        resolve(new Wire(socket, stage));
      });
    });
  }

  private constructor(socket: Socket, { signal, counts }: Stage) {
    this.socket = socket;
    this.#signal = signal;
    const end = () => void socket.destroy();
    signal.addEventListener('abort', end);
    socket.on('error', end);
    socket.on('end', end);
    socket.on('data', (bytes: Buffer) => {
      this.last = bytes.toString('latin1');
      this.answers += this.last.split(ANSWER).length - 1;
      this.#waiting?.();
    });
    socket.pause();
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        signal.removeEventListener('abort', end);
        counts.bytesSent += socket.bytesWritten;
        counts.bytesRead += socket.bytesRead;
        this.#waiting?.();
        resolve();
      });
    });
    if (signal.aborted) end();
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** Reads, and drops, whatever comes from now on. */
  read(): this {
    this.socket.resume();
    return this;
  }

  /** Resolves when the bytes have gone to the system, at the latest after so many ms. @returns whether to go on. */
  async send(bytes: string | Buffer, patienceMs = 20_000): Promise<boolean> {
    if (!this.isOpen) return false;
    if (!this.socket.write(bytes)) await this.#until('drain', patienceMs);
    return this.isOpen;
  }

  /** Sends requests, and resolves when as many answers have come, or two seconds later. @returns whether to go on. */
  async ask(requests: readonly string[]): Promise<boolean> {
    const wanted = this.answers + requests.length;
    await this.read().send(requests.join(''));
    const deadline = performance.now() + 2000;
    while (this.isOpen && this.answers < wanted && performance.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#waiting = null;
    }
    return this.isOpen;
  }

  /** Waits. @returns whether to go on. */
  async wait(ms: number): Promise<boolean> {
    await this.#until('close', ms);
    return this.isOpen && !this.#signal.aborted;
  }

  destroy(): void {
    this.socket.destroy();
  }

  #until(event: 'drain' | 'close', ms: number): Promise<void> {
    const { socket } = this;
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        for (const one of [event, 'close']) socket.off(one, over);
        resolve();
      };
      const timer = setTimeout(over, ms);
      for (const one of [event, 'close']) socket.on(one, over);
    });
  }
}
