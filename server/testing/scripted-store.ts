// A store whose every move is made by the test: when it commits, when it tells of it, and when its reads come back.
import type { Message } from '../protocol/messages.ts';
import type { AppendResult, MaybePromise, Renaming, Span, Store } from '../stores/store.ts';
import { messageWith } from './messages.ts';

export class ScriptedStore implements Store {
  readonly secret: Buffer = Buffer.alloc(32);
  epoch = 'e';
  /** Whether reads wait for `settle`, as those of a store in another process do. */
  isAsync = false;
  /** Whether reads fail. */
  isAway = false;
  retain: number;
  /** How often messages were read. */
  reads = 0;
  readonly #log: Message[] = [];
  readonly #untold: Message[][] = [];
  readonly #asked: (() => void)[] = [];
  readonly #ends = new Map<string, number>();
  #listener: (messages: readonly Message[]) => void = () => undefined;
  #renamed: (renaming: Renaming) => void = () => undefined;

  constructor(retain = Number.MAX_SAFE_INTEGER) {
    this.retain = retain;
  }

  get head(): number {
    return this.#log.length;
  }

  /** Reads that wait for `settle`. */
  get asked(): number {
    return this.#asked.length;
  }

  /** Commits so many messages, and tells nobody yet. */
  commit(count: number, text?: string): void {
    const messages = Array.from({ length: count }, (_, index) => messageWith(this.head + 1 + index, text));
    this.#log.push(...messages);
    this.#untold.push(messages);
  }

  /** Tells of the oldest commit that was not told yet. @returns false where there is none. */
  tell(): boolean {
    const messages = this.#untold.shift();
    if (messages === undefined) return false;
    this.#listener(messages);
    return true;
  }

  /** What was not told yet never is, as of a log that was away for long. */
  forgetUntold(): void {
    this.#untold.length = 0;
  }

  /** Commits, and tells at once of all that was not told yet. */
  write(count: number, text?: string): void {
    this.commit(count, text);
    while (this.tell());
  }

  /** What came after a seq is lost, and positions have another name, `e-…`. What was not told yet never is. */
  rollBack(upTo: number, epoch: string, reason: Renaming['reason'] = 'rolled-back'): void {
    for (const [name, end] of this.#ends) this.#ends.set(name, Math.min(end, upTo));
    this.#ends.set(this.epoch, upTo);
    this.epoch = epoch;
    this.#log.length = Math.max(0, upTo);
    this.forgetUntold();
    this.#renamed({ epoch, upTo, head: this.head, reason });
  }

  /** Lets the oldest read come back, with what the store holds now. @returns false where there is none. */
  settle(): boolean {
    const asked = this.#asked.shift();
    asked?.();
    return asked !== undefined;
  }

  span(): MaybePromise<Span> {
    return this.#answer(() => ({
      epoch: this.epoch,
      oldest: this.#oldest(),
      head: this.head,
      ...(this.#ends.size === 0 ? {} : { lives: { prefix: 'e-', ends: this.#ends } }),
    }));
  }

  ready(): MaybePromise<void> {
    return this.#answer(() => undefined);
  }

  read(after: number, limit: number): MaybePromise<readonly Message[]> {
    this.reads += 1;
    return this.#answer(() => {
      const first = Math.max(after, this.#oldest() - 1);
      return this.#log.slice(first, Math.max(first, after + limit));
    });
  }

  onCommit(listener: (messages: readonly Message[]) => void): void {
    this.#listener = listener;
  }

  onRename(listener: (renaming: Renaming) => void): void {
    this.#renamed = listener;
  }

  append(): Promise<AppendResult> {
    return Promise.reject(new Error('the test commits'));
  }

  async close(): Promise<void> {
    while (this.settle());
  }

  #oldest(): number {
    return Math.max(1, this.head - this.retain + 1);
  }

  #answer<T>(value: () => T): MaybePromise<T> {
    if (!this.isAsync && !this.isAway) return value();
    return new Promise((resolve, reject) => {
      const answer = () => (this.isAway ? reject(new Error('the store is away')) : resolve(value()));
      if (this.isAsync) this.#asked.push(answer);
      else answer();
    });
  }
}
