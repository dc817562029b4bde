// Readers of the two streams, for tests: what comes is put in an inbox.
import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { LabServer } from '../lab-server.ts';
import { type Message, type ServerFrame, serverFrameSchema } from '../protocol/messages.ts';
import { Inbox } from './inbox.ts';
import { parsed } from './lab.ts';

export interface SseEvent {
  /** `message` where the event has no name. */
  readonly event: string;
  /** undefined where it has none. */
  readonly id: string | undefined;
  readonly data: string;
}

export interface SseReader {
  readonly response: IncomingMessage;
  readonly events: Inbox<SseEvent>;
  /** The values of all `retry:` fields so far. */
  readonly retries: readonly number[];
  /** Resolves at the end of the response, however it came. */
  readonly closed: Promise<void>;
}

/** Resolves when the stream's head has come. */
export function openSse(
  lab: LabServer,
  query = '',
  options: { readonly headers?: Record<string, string> } = {},
): Promise<SseReader> {
  return new Promise((resolve, reject) => {
    const request = get(`${lab.url}/v1/sse${query}`, { agent: false, ...options }, (response) => {
      const events = new Inbox<SseEvent>();
      const retries: number[] = [];
      const parser = createParser({
        onEvent: ({ event = 'message', id, data }) => events.push({ event, id, data }),
        onRetry: (ms) => retries.push(ms),
      });
      const decoder = new TextDecoder();
      response.on('data', (chunk: Buffer) => parser.feed(decoder.decode(chunk, { stream: true })));
      const closed = new Promise<void>((done) => {
        response.on('close', () => {
          events.end(new Error('the stream has ended'));
          done();
        });
      });
      response.on('error', () => undefined);
      resolve({ response, events, retries, closed });
    });
    request.on('error', reject);
    onTestFinished(() => void request.destroy());
  });
}

/** @returns the message of an unnamed event. */
export function messageOf({ data }: SseEvent): Message {
  return parsed(data);
}

export interface SocketReader {
  readonly socket: WebSocket;
  /** Frames, each checked against the protocol's schema. */
  readonly frames: Inbox<ServerFrame>;
  /** Resolves with the close code and reason that were received. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(frame: object): void;
}

export interface SocketOptions {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
  readonly autoPong?: boolean;
}

/** Resolves when the handshake is done; rejects where it was refused, with the status in the error's message. */
export function openSocket(
  lab: LabServer,
  query = '',
  { protocols = [], ...options }: SocketOptions = {},
): Promise<SocketReader> {
  const url = `${lab.url.replace('http', 'ws')}/v1/websocket${query}`;
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
  onTestFinished(() => socket.terminate());
  const frames = new Inbox<ServerFrame>();
  socket.on('message', (data) => frames.push(serverFrameSchema.parse(JSON.parse(String(data)))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      frames.end(new Error(`the socket was closed with ${code} ${reason}`));
      resolve({ code, reason: reason.toString() });
    });
  });
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => resolve({ socket, frames, closed, send }));
  });
}
