// WebSocket: one connection that stays open, and both sides may speak. The frames of the room over RFC 6455; the
// protocol below them is an engine's.

import type { Identity } from '../guards/tokens.ts';
import { addressOf } from '../http/address.ts';
import { describeIssue } from '../http/schema-problem.ts';
import type { Lab } from '../lab.ts';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { defined } from '../protocol/defined.ts';
import { BODY_BYTES } from '../protocol/limits.ts';
import {
  type ClientFrame,
  clientFrameSchema,
  type Hello,
  type Presence,
  type Reset,
  type ServerFrame,
} from '../protocol/messages.ts';
import { OPCODES } from '../protocol/opcodes.ts';
import { PROBLEM_STATUS, type ProblemCode } from '../protocol/problems.ts';
import type { Batch } from '../room/batch.ts';
import type { WebSocketConnection, WebSocketHandlers } from '../websocket/engine.ts';
import { createEngine } from '../websocket/engines.ts';
import { encodeFrame, encodeText } from '../websocket/frame-encoder.ts';
import { publish } from './publish.ts';
import { StreamClient } from './stream-client.ts';
import { type ServerTransport, type TransportHandler, type UpgradeRead, withStore } from './transport.ts';
import { webSocketRoute } from './web-socket-route.ts';

const NAME = 'websocket';
/** Failed authentications, and publishes without one, after which a socket is closed. */
const MOST_REFUSALS = 10;
const CLOSE_TIMEOUT_MS = 2000;

/** A protocol ping, and a frame that a browser's script can see: one write. */
const HEARTBEAT = Buffer.concat([encodeFrame(OPCODES.ping, Buffer.alloc(0)), encodeText('{"type":"ping"}')]);

export const websocket: ServerTransport = { name: NAME, pace: 'stream', create: createWebSocket };

function createWebSocket(lab: Lab): TransportHandler {
  const { websocketEngine, maxFragments, messageTimeoutMs } = lab.config;
  const engine = createEngine(websocketEngine, {
    maxMessageBytes: BODY_BYTES,
    maxFragments,
    messageTimeoutMs,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
  });
  const clients = new Set<StreamClient>();

  return {
    ...webSocketRoute(engine, (read, accept) => {
      const { query, socket } = read;
      withStore(read, lab.storeTrouble, lab.room.start(query.cursor, query.history), (start) =>
        accept((connection) => {
          const client = new RoomSocket(lab, read, connection, clients);
          if (lab.connections.isOver(socket)) connection.close(CLOSE_CODES.tryAgainLater, 'too many connections');
          else client.begin(start, query);
          return client;
        }),
      );
    }),
    drain: () => {
      for (const client of clients) client.bye(lab.retryMs());
    },
  };
}

/** One client's socket in the room. */
class RoomSocket extends StreamClient implements WebSocketHandlers {
  readonly #read: UpgradeRead;
  readonly #connection: WebSocketConnection;
  #identity: Identity | null = null;
  #refusals = 0;
  /** Publishes that have no answer yet. */
  #publishing = 0;
  #leaving = false;
  #pongDue: NodeJS.Timeout | undefined;

  constructor(lab: Lab, read: UpgradeRead, connection: WebSocketConnection, all: Set<StreamClient>) {
    super(lab, connection.socket, read.account, all);
    this.#read = read;
    this.#connection = connection;
  }

  protected greet(hello: Hello, reset: Reset | null): void {
    this.#send({ type: 'hello', ...hello });
    if (reset !== null) this.reset(reset);
  }

  protected send(batch: Batch): void {
    this.#connection.sendFrames(batch.encoded(encodeFrames));
    this.outlet.wrote();
  }

  protected sendPresence(presence: Presence): void {
    this.#send({ type: 'presence', ...presence });
  }

  protected beat(): void {
    this.#connection.sendFrames(HEARTBEAT);
    this.outlet.wrote();
    this.#pongDue ??= setTimeout(() => this.#connection.terminate(), this.lab.config.pongTimeoutMs);
  }

  protected stalled(): void {
    this.#connection.close(CLOSE_CODES.tryAgainLater, 'too slow: come back with your cursor');
  }

  protected override flushed(): void {
    this.#connection.release();
    super.flushed();
  }

  reset(reset: Reset): void {
    this.#send({ type: 'reset', ...reset });
  }

  renamed(cursor: string): void {
    this.#send({ type: 'renamed', cursor });
  }

  failed(): void {
    this.#connection.close(CLOSE_CODES.internalError, 'the messages can’t be read right now');
  }

  bye(retryMs: number): void {
    this.#send({ type: 'bye', retryMs });
    this.#leaving = true;
    this.#leaveWhenReceipted();
  }

  // What the connection brings.

  text(data: string): void {
    // Who does not read its receipts is not read from either.
    if (!this.outlet.ready) this.#connection.hold();
    const frame = parseFrame(data);
    if ('detail' in frame) this.#refuse('invalid-body', frame.detail, frame.id);
    else if (frame.type === 'authenticate') this.#authenticate(frame.token);
    else void this.#publish(frame);
  }

  binary(): void {
    this.#connection.close(CLOSE_CODES.unsupportedData, 'frames must be text');
  }

  pong(): void {
    clearTimeout(this.#pongDue);
    this.#pongDue = undefined;
  }

  closed(): void {
    clearTimeout(this.#pongDue);
    this.end();
  }

  #authenticate(token: string): void {
    if (this.#identity !== null) {
      this.#refuse('already-authenticated', 'this socket is authenticated already: open another one');
      return;
    }
    this.#identity = this.lab.tokens.verify(token);
    if (this.#identity === null) {
      this.#refuse('token-invalid', 'this token is not one of ours: join again (POST /v1/join)');
    } else this.#send({ type: 'authenticated', uid: this.#identity.uid });
  }

  async #publish({ id, text }: Extract<ClientFrame, { type: 'publish' }>): Promise<void> {
    if (this.#identity === null) return this.#refuse('token-missing', 'authenticate before you publish', id);
    const { account, request } = this.#read;
    const address = addressOf(request, this.lab.config.trustProxy);
    this.#publishing += 1;
    const outcome = await publish(this.lab, {
      identity: this.#identity,
      draft: { id, text },
      via: NAME,
      address,
      account,
    });
    if ('receipt' in outcome) this.#send({ type: 'receipt', ...outcome.receipt });
    else this.#refuse(outcome.code, outcome.detail, id, outcome.retryAfterMs);
    this.#publishing -= 1;
    this.#leaveWhenReceipted();
  }

  #leaveWhenReceipted(): void {
    if (!this.#leaving || this.#publishing > 0) return;
    this.#connection.close(CLOSE_CODES.goingAway, 'the server is shutting down');
  }

  #refuse(code: ProblemCode, detail: string, id?: string, retryAfterMs?: number): void {
    const status = PROBLEM_STATUS[code];
    this.#send({
      type: 'error',
      ...defined({ id }),
      status,
      code,
      detail,
      ...defined({ retryAfterMs: retryAfterMs && Math.ceil(retryAfterMs) }),
    });
    if (status !== 401) return;
    this.#refusals += 1;
    if (this.#refusals >= MOST_REFUSALS) {
      this.#connection.close(CLOSE_CODES.policyViolation, 'too many refused authentications');
    }
  }

  #send(frame: ServerFrame): void {
    this.#connection.sendText(JSON.stringify(frame));
    this.outlet.wrote();
  }
}

function encodeFrames(batch: Batch): Buffer {
  return Buffer.concat(batch.jsons.map((json) => encodeText(`{"type":"message","message":${json}}`)));
}

function parseFrame(data: string): ClientFrame | { readonly detail: string; readonly id?: string } {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { detail: 'a frame must be JSON' };
  }
  const frame = clientFrameSchema.safeParse(value);
  if (frame.success) return frame.data;
  const detail = describeIssue(frame.error);
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  // So that the sender knows which draft was refused.
  return typeof id === 'string' && id.length <= 64 ? { detail, id } : { detail };
}
