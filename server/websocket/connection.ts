// One WebSocket on a TCP socket, after its handshake: answers pings, closes as RFC 6455 section 7 says, and holds back
// a peer that sends without reading.
import type { Socket } from 'node:net';
import { ABNORMAL_CLOSURE, NO_CLOSE_CODE, OPCODES } from '../protocol/opcodes.ts';
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
  type WebSocketEngineOptions,
  type WebSocketHandlers,
} from './engine.ts';
import { FrameDecoder, type FrameSink } from './frame-decoder.ts';
import { encodeClose, encodeFrame, encodeText } from './frame-encoder.ts';
import { MessageDeadline } from './message-deadline.ts';
import { VIOLATIONS, type ViolationCode } from './violations.ts';

const NO_PAYLOAD = Buffer.alloc(0);
const PING = encodeFrame(OPCODES.ping, NO_PAYLOAD);
const EMPTY_CLOSE = encodeFrame(OPCODES.close, NO_PAYLOAD);

/** How the listeners below, which all connections share, find theirs. A closure each would be memory each. */
const connectionOf = Symbol('connection');
interface TakenSocket extends Socket {
  [connectionOf]?: Connection;
}

/** Section 7: `closing` from the first close frame, sent or received, or from the end of the TCP stream. */
type State = 'open' | 'closing';

/** Takes over a socket that the 101 was written to. */
export function createConnection(
  socket: Socket,
  options: WebSocketEngineOptions,
  connect: (connection: WebSocketConnection) => WebSocketHandlers,
): WebSocketConnection {
  return new Connection(socket, options, connect);
}

class Connection implements WebSocketConnection, FrameSink {
  readonly socket: TakenSocket;
  private readonly handlers: WebSocketHandlers;
  private readonly decoder: FrameDecoder;
  private readonly closeTimeoutMs: number;
  private readonly messageTimeoutMs: number;
  private deadline: MessageDeadline | null = null;
  private closeTimer: NodeJS.Timeout | null = null;
  private state: State = 'open';
  private codeReceived = ABNORMAL_CLOSURE;
  /** Bytes of answers written since the socket was last drained. */
  private unreadAnswerBytes = 0;
  private holders = 0;

  constructor(
    socket: TakenSocket,
    options: WebSocketEngineOptions,
    connect: (connection: WebSocketConnection) => WebSocketHandlers,
  ) {
    this.socket = socket;
    this.closeTimeoutMs = options.closeTimeoutMs;
    this.messageTimeoutMs = options.messageTimeoutMs;
    this.decoder = new FrameDecoder(options, this);
    socket[connectionOf] = this;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('data', onData);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
    this.handlers = connect(this);
  }

  sendText(text: string): void {
    if (this.state === 'open') this.answer(encodeText(text));
  }

  sendBinary(data: Buffer): void {
    if (this.state === 'open') this.answer(encodeFrame(OPCODES.binary, data));
  }

  sendFrames(frames: Buffer): void {
    if (this.state === 'open') this.socket.write(frames);
  }

  ping(): void {
    if (this.state === 'open') this.socket.write(PING);
  }

  hold(by: Holder = HOLDERS.user): void {
    this.holders |= by;
    this.socket.pause();
  }

  release(by: Holder = HOLDERS.user): void {
    this.holders &= ~by;
    if (this.holders === 0 && this.socket.isPaused()) this.socket.resume();
  }

  close(code: number, reason: string): void {
    if (this.state === 'open') this.startClosing(encodeClose(code, reason));
  }

  terminate(): void {
    this.state = 'closing';
    this.decoder.stop();
    this.socket.destroy();
  }

  // What the decoder finds. Once we are closing, only the peer's close frame is of interest.

  onText(data: string): void {
    if (this.state === 'open') this.handlers.text(data);
  }

  onBinary(data: Buffer): void {
    if (this.state === 'open') this.handlers.binary(data);
  }

  /** Section 5.5.2: answer as soon as is practical. */
  onPing(payload: Buffer): void {
    if (this.state === 'open') this.answer(encodeFrame(OPCODES.pong, payload));
  }

  onPong(): void {
    if (this.state === 'open') this.handlers.pong();
  }

  /** Section 5.5.1: a close frame is answered with one, which echoes the code. Then the server ends TCP first (7.1.1). */
  onClose(code: number): void {
    this.codeReceived = code;
    if (this.state === 'open') this.startClosing(code === NO_CLOSE_CODE ? EMPTY_CLOSE : encodeClose(code));
    this.socket.end();
  }

  /** Section 7.1.7. What the peer still sends is read and dropped, or TCP would reset and our close frame be lost. */
  onViolation(code: ViolationCode): void {
    if (this.state === 'open') this.startClosing(encodeClose(VIOLATIONS[code].closeCode, code));
    this.socket.end();
  }

  // What the socket tells.

  received(bytes: Buffer): void {
    const { decoder } = this;
    if (bytes.length < FLOOD_BYTES) decoder.push(bytes);
    else {
      this.socket.cork();
      decoder.push(bytes);
      this.socket.uncork();
      this.hold(HOLDERS.turn);
      inTurn(() => this.release(HOLDERS.turn));
    }
    if (this.deadline === null && !decoder.unfinished) return;
    this.deadline ??= new MessageDeadline(this.messageTimeoutMs, () => this.close(...MESSAGE_TOO_LATE));
    this.deadline.look(decoder.messages, decoder.unfinished);
  }

  drained(): void {
    this.unreadAnswerBytes = 0;
    this.release(HOLDERS.engine);
  }

  /** Without a close frame before it, this is an abnormal closure, whatever TCP thinks of it (7.1.5). */
  ended(): void {
    this.state = 'closing';
    this.armCloseTimer();
    this.socket.end();
  }

  closed(): void {
    if (this.closeTimer !== null) clearTimeout(this.closeTimer);
    this.deadline?.stop();
    this.state = 'closing';
    this.decoder.stop();
    this.handlers.closed(this.codeReceived);
  }

  private startClosing(closeFrame: Buffer): void {
    this.state = 'closing';
    this.socket.write(closeFrame);
    this.armCloseTimer();
  }

  /** However slow the peer is to answer, to read what is unwritten, or to end TCP: this is as long as we wait. */
  private armCloseTimer(): void {
    this.closeTimer ??= setTimeout(destroy, this.closeTimeoutMs, this.socket);
  }

  /** Back-pressure: a peer that sends but does not read its answers is not read from until it does. */
  private answer(frame: Buffer): void {
    const isRead = this.socket.write(frame);
    flushFlood(this.socket);
    if (isRead) {
      this.unreadAnswerBytes = 0;
      return;
    }
    this.unreadAnswerBytes += frame.length + UNREAD_ANSWER_COST_BYTES;
    if (this.unreadAnswerBytes > MAX_UNREAD_ANSWER_BYTES) this.hold(HOLDERS.engine);
  }
}

function onData(this: TakenSocket, bytes: Buffer): void {
  this[connectionOf]?.received(bytes);
}

function onDrain(this: TakenSocket): void {
  this[connectionOf]?.drained();
}

function onEnd(this: TakenSocket): void {
  this[connectionOf]?.ended();
}

function onError(): void {
  // Nothing to do: 'close' follows, and tells of the end without a close frame, 1006.
}

function onClose(this: TakenSocket): void {
  this[connectionOf]?.closed();
}

function destroy(socket: Socket): void {
  socket.destroy();
}
