// RFC 6455 by the `ws` package: its WebSocket class with the members of WebSocketConnection added.
import type { Socket } from 'node:net';
import { type RawData, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { inTurn } from '../turns.ts';
import {
  FLOOD_BYTES,
  flushFlood,
  HOLDERS,
  type Holder,
  MAX_UNREAD_ANSWER_BYTES,
  MESSAGE_TOO_LATE,
  UNREAD_ANSWER_COST_BYTES,
  type WebSocketConnection,
  type WebSocketEngine,
  type WebSocketEngineOptions,
  type WebSocketHandlers,
} from './engine.ts';
import { FrameJoiner } from './frame-joiner.ts';
import { MessageDeadline } from './message-deadline.ts';

/** What ws 8.23 knows and @types/ws does not name yet. */
interface WsOptions extends ServerOptions<typeof WsConnection> {
  /** Milliseconds from our close frame until the socket is destroyed. */
  closeTimeout: number;
}

class WsConnection extends WebSocket implements WebSocketConnection {
  // Both are set in `accept`, before anything can happen on the socket. `declare`: no initialisers, so no order to mind.
  declare socket: Socket;
  declare handlers: WebSocketHandlers;
  declare joiner: FrameJoiner;
  declare toWs: (bytes: Buffer) => void;
  declare messageTimeoutMs: number;
  private deadline: MessageDeadline | null = null;
  private unreadAnswerBytes = 0;
  private holders = 0;

  /** The socket's bytes, before ws sees them. */
  received(bytes: Buffer): void {
    const { joiner } = this;
    if (bytes.length < FLOOD_BYTES) joiner.push(bytes, this.toWs);
    else {
      this.socket.cork();
      joiner.push(bytes, this.toWs);
      this.socket.uncork();
      this.hold(HOLDERS.turn);
      inTurn(() => this.release(HOLDERS.turn));
    }
    if (this.deadline === null && !joiner.unfinished) return;
    this.deadline ??= new MessageDeadline(this.messageTimeoutMs, () => this.close(...MESSAGE_TOO_LATE));
    this.deadline.look(joiner.messages, joiner.unfinished);
  }

  ended(): void {
    this.deadline?.stop();
  }

  sendText(text: string): void {
    this.send(text);
    this.holdBack(text.length);
  }

  sendBinary(data: Buffer): void {
    this.send(data);
    this.holdBack(data.length);
  }

  sendFrames(frames: Buffer): void {
    // Straight to the socket: without compression ws's own sender never holds a frame back, so order is kept.
    if (this.readyState === WebSocket.OPEN) this.socket.write(frames);
  }

  hold(by: Holder = HOLDERS.user): void {
    this.holders |= by;
    this.pause();
  }

  release(by: Holder = HOLDERS.user): void {
    this.holders &= ~by;
    if (this.holders === 0 && this.isPaused) this.resume();
  }

  pinged(payload: Buffer): void {
    this.pong(payload);
    this.holdBack(payload.length);
  }

  /** Back-pressure, which ws leaves to its user: a peer that does not read its answers is not read from. */
  private holdBack(answerBytes: number): void {
    flushFlood(this.socket);
    if (!this.socket.writableNeedDrain) {
      this.unreadAnswerBytes = 0;
      return;
    }
    this.unreadAnswerBytes += answerBytes + UNREAD_ANSWER_COST_BYTES;
    if (this.unreadAnswerBytes <= MAX_UNREAD_ANSWER_BYTES || (this.holders & HOLDERS.engine) !== 0) return;
    this.hold(HOLDERS.engine);
    this.socket.once('drain', () => {
      this.unreadAnswerBytes = 0;
      this.release(HOLDERS.engine);
    });
  }
}

// Shared listeners, not closures: ten thousand idle connections keep them once.

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  // CLOSING: we have sent a close frame and could not answer any more.
  if (!(this instanceof WsConnection) || this.readyState !== WebSocket.OPEN || !Buffer.isBuffer(data)) return;
  if (isBinary) this.handlers.binary(data);
  else this.handlers.text(data.toString());
}

function onPing(this: WebSocket, payload: Buffer): void {
  if (this instanceof WsConnection && this.readyState === WebSocket.OPEN) this.pinged(payload);
}

function onPong(this: WebSocket): void {
  if (this instanceof WsConnection && this.readyState === WebSocket.OPEN) this.handlers.pong();
}

function onClose(this: WebSocket, code: number): void {
  if (!(this instanceof WsConnection)) return;
  this.ended();
  this.handlers.closed(code);
}

function onError(): void {
  // Nothing to do: ws sends the close code that is due by itself, and 'close' follows.
}

/** How the listener that all sockets share finds its connection. */
const connectionOf = Symbol('connection');
interface JoinedSocket extends Socket {
  [connectionOf]?: WsConnection;
}

function onData(this: JoinedSocket, bytes: Buffer): void {
  this[connectionOf]?.received(bytes);
}

/** ws has just begun to listen to the socket: it gets from the joiner what came from there. */
function putBefore(connection: WsConnection, socket: JoinedSocket): void {
  const listener = socket.listeners('data').at(-1) as (bytes: Buffer) => void;
  socket.off('data', listener);
  connection.toWs = listener.bind(socket);
  socket[connectionOf] = connection;
  socket.on('data', onData);
}

/** ws knows only `Upgrade: websocket` alone and picks a subprotocol itself; `checkHandshake` has decided both. */
function withDecidedHeaders(headers: NodeJS.Dict<string | string[]>, subprotocol: string | null): void {
  headers['upgrade'] = 'websocket';
  if (subprotocol === null) delete headers['sec-websocket-protocol'];
  else headers['sec-websocket-protocol'] = subprotocol;
}

export function createWsEngine(options: WebSocketEngineOptions): WebSocketEngine {
  const serverOptions: WsOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    WebSocket: WsConnection,
    // Its own are not held back, and it ends a peer that reads, but sent sixty pings at once.
    autoPong: false,
    maxPayload: options.maxMessageBytes,
    maxFragments: options.maxFragments,
    closeTimeout: options.closeTimeoutMs,
  };
  const server = new WebSocketServer(serverOptions);

  return {
    name: 'ws',
    accept(request, socket, head, subprotocol, connect) {
      withDecidedHeaders(request.headers, subprotocol);
      server.handleUpgrade(request, socket, head, (connection) => {
        connection.socket = socket;
        connection.joiner = new FrameJoiner(options.maxMessageBytes);
        connection.messageTimeoutMs = options.messageTimeoutMs;
        putBefore(connection, socket);
        connection.on('message', onMessage);
        connection.on('ping', onPing);
        connection.on('pong', onPong);
        connection.on('close', onClose);
        connection.on('error', onError);
        connection.handlers = connect(connection);
      });
    },
  };
}
