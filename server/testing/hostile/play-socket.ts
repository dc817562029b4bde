// Plays a hostile WebSocket client, which reads like a good one.
import { type ServerFrame, serverFrameSchema } from '../../protocol/messages.ts';
import { clientFrame } from '../../websocket/client-frames.ts';
import { openRaw, type RawClient } from '../raw-client.ts';
import type { Outcome, SocketCase, Step } from './frames.ts';
import { mustBe } from './play.ts';
import { bytesOf, goodRequests, type Target } from './request.ts';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const NO_CODE = 1005;

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Resolves when every step had its outcome. */
export async function playSocket(url: string, target: Target, one: SocketCase): Promise<void> {
  const client = await openRaw(url);
  try {
    const socket = new Peer(client, target);
    await socket.begin(one);
    for (const step of one.steps) if (await socket.play(step)) return;
    if (one.leaves === 'reset') client.socket.resetAndDestroy();
    else client.socket.end();
    await client.closed;
  } finally {
    client.socket.destroy();
  }
}

class Peer {
  readonly #client: RawClient;
  readonly #target: Target;
  #refusals = 0;

  constructor(client: RawClient, target: Target) {
    this.#client = client;
    this.#target = target;
  }

  async begin({ query, reset, authenticates }: SocketCase): Promise<void> {
    const handshake = goodRequests(this.#target)['websocket'];
    if (handshake === undefined) return;
    this.#client.send(bytesOf({ ...handshake, params: [query] }));
    mustBe('the handshake', (await this.#client.head()).status, 101);
    mustBe('the first frame', (await this.#text('hello')).type, 'hello');
    if (reset !== null) mustBe(query, (await this.#text('reset')).reason, reset);
    if (!authenticates) return;
    const { token } = this.#target;
    this.#client.send(
      clientFrame({ opcode: TEXT, payload: Buffer.from(JSON.stringify({ type: 'authenticate', token })) }),
    );
    await this.#text('authenticated');
  }

  /** Resolves with whether the socket is closed by it. */
  async play({ what, bytes, outcome }: Step): Promise<boolean> {
    this.#client.send(bytes);
    switch (outcome.kind) {
      case 'error':
        await this.#refused(what, outcome);
        return false;
      case 'receipt':
        mustBe(what, (await this.#text('receipt')).id, outcome.id);
        return false;
      case 'pong': {
        const { opcode, payload } = await this.#next();
        mustBe(what, [opcode, payload.toString('hex')], [PONG, outcome.payload]);
        return false;
      }
      case 'refusals':
        while (this.#refusals < outcome.count) await this.#refused(what, { code: outcome.code, id: undefined });
        await this.#closed(what, 1008);
        return true;
      case 'close':
        await this.#closed(what, outcome.code);
        return true;
    }
  }

  async #refused(
    what: string,
    { code, id }: Pick<Extract<Outcome, { kind: 'error' }>, 'code'> & { readonly id: string | null | undefined },
  ) {
    const error = await this.#text('error', what);
    mustBe(what, error.code, code);
    if (id !== undefined) mustBe(what, error.id ?? null, id);
    if (/\n\s+at |node:|\.[jt]s\b/.test(error.detail)) throw new Error(`${what}\n  tells ${error.detail}`);
    if (error.status === 401) this.#refusals += 1;
  }

  /** Resolves when the server has closed with this code, and ended the connection. */
  async #closed(what: string, code: number): Promise<void> {
    const { opcode, payload } = await this.#next();
    mustBe(`${what}: ${payload.toString('latin1').slice(0, 300)}`, opcode, CLOSE);
    mustBe(what, payload.length < 2 ? NO_CODE : payload.readUInt16BE(), code);
    this.#client.send(clientFrame({ opcode: CLOSE, payload: payload.subarray(0, 2) }));
    await this.#client.closed;
  }

  /** Resolves with the next frame that is of this type, and no message of somebody else. */
  async #text<T extends ServerFrame['type']>(type: T, what: string = type): Promise<Extract<ServerFrame, { type: T }>> {
    const { opcode, payload } = await this.#next();
    mustBe(`${what}: ${payload.toString('latin1').slice(0, 300)}`, opcode, TEXT);
    const frame = serverFrameSchema.parse(JSON.parse(payload.toString()));
    mustBe(`${what}: ${payload.toString().slice(0, 300)}`, frame.type, type);
    return frame as Extract<ServerFrame, { type: T }>;
  }

  /** Resolves with the next frame but for heartbeats and the room's messages. */
  async #next(): Promise<Frame> {
    for (;;) {
      const frame = await this.#frame();
      const isNews =
        frame.opcode === TEXT && /^\{"type":"(message|ping)"/.test(frame.payload.toString('latin1', 0, 20));
      if (!isNews && frame.opcode !== PING) return frame;
    }
  }

  async #frame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.#client.bytes(2);
    if (second < 126) return { opcode: first & 15, payload: await this.#client.bytes(second) };
    const length = await this.#client.bytes(second === 126 ? 2 : 8);
    const bytes = second === 126 ? length.readUInt16BE() : Number(length.readBigUInt64BE());
    return { opcode: first & 15, payload: await this.#client.bytes(bytes) };
  }
}
