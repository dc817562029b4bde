// A proxy that buffers: an answer, head and body, waits until it is complete or a buffer is full. It stands before the
// pipe from the server to the client and looks at the requests too, because an answer to HEAD has no body.
import { answerBodyEnd, MessageFramer, requestBodyEnd } from './message-framer.ts';
import type { Gate } from './pipe.ts';

/** Bytes of an answer after which a buffering proxy passes them on: one buffer of nginx's default. */
export const HELD_BYTES = 8192;
/** Requests whose method is remembered until their answer comes; beyond, an answer is taken for one to GET. */
const MOST_METHODS = 1000;

export class AnswerHold implements Gate {
  readonly #pass: (bytes: Buffer) => void;
  readonly #methods: string[] = [];
  readonly #requests = new MessageFramer((head) => {
    const method = head.slice(0, head.indexOf(' '));
    if (this.#methods.length < MOST_METHODS) this.#methods.push(method);
    return requestBodyEnd(head);
  });
  readonly #answers = new MessageFramer((head) => {
    const method = this.#methods[0];
    // An interim answer is followed by another to the same request.
    if (!/^HTTP\/1\.[01] 1/.test(head)) this.#methods.shift();
    return answerBodyEnd(head, method);
  });
  #holds: boolean;
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @param pass takes what goes on. */
  constructor(pass: (bytes: Buffer) => void, holds: boolean) {
    this.#pass = pass;
    this.#holds = holds;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Sees bytes of the client; framing is followed even while nothing is held, so that holding can begin at any time. */
  request(bytes: Buffer): void {
    if (!this.#requests.isTunnel) this.#requests.push(bytes);
  }

  /** Takes bytes of the server. */
  take(bytes: Buffer): void {
    const complete = this.#answers.isTunnel ? bytes.length : this.#answers.push(bytes);
    const passing = this.#holds ? complete : bytes.length;
    this.#keep(bytes.subarray(0, passing));
    if (passing > 0) this.flush();
    this.#keep(bytes.subarray(passing));
    if (this.#heldBytes >= HELD_BYTES) this.flush();
  }

  set(holds: boolean): void {
    this.#holds = holds;
    if (!holds) this.flush();
  }

  /** Passes on what is held: the answer goes no further, or nothing is held any more. */
  flush(): void {
    if (this.#heldBytes === 0) return;
    const bytes = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    this.#pass(bytes);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }
}
