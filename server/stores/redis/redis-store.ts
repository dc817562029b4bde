// The redis store: one log for several nodes, in a Redis that may come back with less than it acknowledged. The scripts
// decide; a node only follows: it reads the log's end, and answers from what it has read where that is enough.
import { randomBytes } from 'node:crypto';
import type { RedisAddress } from '../../command/redis-address.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import type { Message } from '../../protocol/messages.ts';
import {
  type AppendResult,
  type MaybePromise,
  type Renaming,
  type Span,
  type Store,
  type StoreDraft,
  StoreError,
} from '../store.ts';
import { type AppendOptions, appendArguments, appendReply } from './append-call.ts';
import { createDraftQueue } from './draft-queue.ts';
import { type Entry, entriesOf, messageOf } from './entries.ts';
import { type Link, scriptOf } from './link.ts';
import { createLinkKeeper, type LinkKeeper } from './link-keeper.ts';
import { redisProblem, redisRefusal, unsafeSettings } from './problems.ts';
import { createReadBack } from './read-back.ts';
import { differences, isGood, isOfLog, type LogRecord, parseRecord } from './record.ts';
import { APPEND, OPEN } from './scripts.ts';

export interface RedisStoreOptions extends AppendOptions {
  readonly address: RedisAddress;
  /** Messages that are kept, where the log is new; of another the record decides. */
  readonly retain: number;
  /** Milliseconds that the id of a message is remembered, at the least; likewise. */
  readonly dedupeWindowMs: number;
  /** Milliseconds that Redis may take for an answer. */
  readonly timeoutMs: number;
  /** As of LinkKeeperParts. */
  readonly startMs?: number;
  /** Tells the person who runs the lab what is unsafe, and what has changed. */
  readonly say: (line: string) => void;
}

const append = scriptOf(APPEND);
const open = scriptOf(OPEN);

/** After so many ms without a message the tail looks whether it still waits at the right log. */
const BLOCK_MS = 1000;
/** Messages that the tail takes at once. */
const TAIL_COUNT = 1000;
/** Scripts that found another log, or another life of its data: nothing was done, and it is opened anew. */
const OPEN_ANEW: readonly unknown[] = ['no-log', 'other-life', 'other-generation'];

/** Rejects with a StoreError where Redis can't be reached, or can't be used. */
export async function createRedisStore(options: RedisStoreOptions): Promise<Store> {
  const store = new RedisStore(options);
  await store.begin();
  return store;
}

class RedisStore implements Store {
  readonly secret: Buffer = randomBytes(32);
  readonly #options: RedisStoreOptions;
  readonly #shown: string;
  readonly #keys: readonly string[];
  readonly #queue = createDraftQueue<StoreDraft, AppendResult>(
    (drafts) => this.#send(drafts),
    () => this.#keeper.link !== null,
  );
  readonly #keeper: LinkKeeper;
  readonly #pending = new Set<Promise<AppendResult>>();
  #record: LogRecord | null = null;
  #span: Span = { epoch: '', oldest: 1, head: 0 };
  readonly #readBack = createReadBack();
  readonly #said = new Set<string>();
  #closed = false;
  /** The record that is asked for in this turn. */
  #asking: Promise<Span> | null = null;
  #listener: (messages: readonly Message[]) => void = () => undefined;
  #renamed: (renaming: Renaming) => void = () => undefined;

  constructor(options: RedisStoreOptions) {
    this.#options = options;
    this.#shown = options.address.shown;
    // One hash tag, so that they belong together wherever keys are spread.
    this.#keys = ['lab', 'log', 'ids', 'order', 'gens'].map((name) => this.#key(name));
    this.#keeper = createLinkKeeper({
      ...options,
      open: (link) => this.#begin(link),
      began: (link) => {
        void this.#follow(link);
        this.#queue.pump();
      },
      ended: (error) => this.#readBack.fail(error),
      failed: (error) => this.#queue.fail(error),
    });
  }

  begin(): Promise<void> {
    return this.#keeper.begin();
  }

  append(draft: StoreDraft): Promise<AppendResult> {
    if (this.#keeper.away !== null || this.#closed) {
      return Promise.reject(this.#keeper.away ?? new StoreError(`the store ${this.#shown} is closed`));
    }
    const result = this.#queue.add(draft);
    this.#pending.add(result);
    const settled = () => void this.#pending.delete(result);
    result.then(settled, settled);
    return result;
  }

  span(cursor?: Cursor | null): MaybePromise<Span> {
    const record = this.#known;
    if (cursor === undefined || cursor === null || isGood(record, this.#span.head, cursor)) return this.#span;
    this.#asking ??= this.#ask();
    return this.#asking;
  }

  async ready(): Promise<void> {
    const link = await this.#keeper.current();
    // Whether it can be written says only a write.
    await link.command(['HSET', this.#key('lab'), 'checked', String(Date.now())]).catch((error: unknown) => {
      throw redisProblem(this.#shown, error);
    });
    await this.#ask();
  }

  async read(after: number, limit: number): Promise<readonly Message[]> {
    const link = await this.#keeper.current();
    const from = Math.max(after, this.#span.oldest - 1);
    const args = ['XRANGE', this.#key('log'), `${from + 1}-0`, '+', 'COUNT', String(limit)];
    const reply = await link.command(args).catch((error: unknown) => {
      throw redisProblem(this.#shown, error);
    });
    const messages = this.#ofLog(entriesOf(reply)).map(messageOf);
    // What is missing was trimmed; unless this connection leads to another log than the one that was opened.
    if (messages[0]?.seq !== from + 1 && from < (await this.#ask()).head && this.#keeper.link !== link) {
      throw new StoreError(`the store ${this.#shown} was opened anew`);
    }
    return messages;
  }

  onCommit(listener: (messages: readonly Message[]) => void): void {
    this.#listener = listener;
  }

  onRename(listener: (renaming: Renaming) => void): void {
    this.#renamed = listener;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#pending);
    this.#keeper.close();
  }

  get #known(): LogRecord {
    if (this.#record === null) throw new StoreError(`the store ${this.#shown} is not open`);
    return this.#record;
  }

  #key(name: string): string {
    return `{${this.#options.address.room}}:${name}`;
  }

  /** Opens the log over a link, and looks what its Redis is like. */
  async #begin(link: Link): Promise<() => void> {
    for (const line of unsafeSettings(this.#shown, String(await link.command(['INFO'])))) this.#sayOnce(line);
    const record = await this.#open(link);
    return () => this.#take(record);
  }

  async #open(link: Link, by: 'commands' | 'tail' = 'commands'): Promise<LogRecord> {
    const { retain, dedupeWindowMs } = this.#options;
    const name = () => randomBytes(6).toString('hex');
    // The secret that all nodes have goes into a log that is new because Redis lost the old one: tokens stay valid.
    const args = [name(), this.secret.toString('base64'), String(retain), String(dedupeWindowMs), name()];
    const record = parseRecord(await link.run(open, this.#keys, args, by));
    if (typeof record === 'string') throw redisRefusal(this.#shown, record);
    return record;
  }

  #take(record: LogRecord): void {
    const before = this.#record;
    this.#record = record;
    record.secret.copy(this.secret);
    for (const line of differences(record, this.#options, this.#key('lab'))) {
      this.#sayOnce(`the log in ${this.#shown} ${line}`);
    }
    if (before === null || before.name === record.name) {
      this.#moveTo(before === null ? record.head : this.#span.head);
      return;
    }
    const isSameLog = before.epoch === record.epoch;
    const upTo = isSameLog ? (record.lives.ends.get(before.name) ?? -1) : -1;
    this.#moveTo(upTo < 0 ? record.head : Math.min(this.#span.head, upTo));
    const { head } = this.#span;
    this.#renamed({ epoch: record.name, upTo, head, reason: isSameLog ? 'rolled-back' : 'epoch-changed' });
  }

  #moveTo(head: number): void {
    const { name, retain, lives } = this.#known;
    this.#span = { epoch: name, oldest: Math.max(1, head - retain + 1), head, lives };
  }

  #sayOnce(line: string): void {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#options.say(line);
  }

  /** The record is read anew, and the log opened anew where it is another one. */
  #ask(): Promise<Span> {
    return new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.#asking = null;
      for (;;) {
        const link = await this.#keeper.current();
        let record: LogRecord;
        try {
          record = await this.#open(link);
        } catch (error) {
          const problem = redisProblem(this.#shown, error);
          this.#keeper.lost(link, problem);
          throw problem;
        }
        if (this.#keeper.link === link && record.name === this.#known.name) {
          const head = Math.max(record.head, this.#span.head);
          return { ...this.#span, head, oldest: Math.max(1, head - record.retain + 1) };
        }
        this.#keeper.lost(link, redisRefusal(this.#shown, 'other-generation'));
      }
    });
  }

  /** Waits at the end of the log for as long as the link lasts. */
  async #follow(link: Link): Promise<void> {
    try {
      while (!link.over) {
        const { head } = this.#span;
        const place = ['STREAMS', this.#key('log'), `${head}-0`];
        const args = ['XREAD', 'COUNT', String(TAIL_COUNT), 'BLOCK', String(BLOCK_MS), ...place];
        const reply = await link.wait(args, BLOCK_MS);
        if (this.#keeper.link !== link) return;
        if (reply !== null) this.#commit(link, entriesOf((reply as [[string, unknown]])[0][1]));
        // Beyond a log that has become shorter it would wait in silence.
        else await this.#check(link);
      }
    } catch (error) {
      this.#keeper.lost(link, error);
    }
  }

  async #check(link: Link): Promise<void> {
    const record = await this.#open(link, 'tail');
    if (this.#keeper.link !== link) return;
    if (record.name !== this.#known.name) this.#keeper.lost(link, redisRefusal(this.#shown, 'other-generation'));
    else {
      this.#record = record;
      this.#moveTo(this.#span.head);
    }
  }

  #commit(link: Link, entries: readonly Entry[]): void {
    const messages = this.#ofLog(entries).map(messageOf);
    const last = messages.at(-1);
    if (last !== undefined) {
      this.#moveTo(last.seq);
      this.#listener(messages);
      this.#readBack.reached(last.seq);
    }
    if (messages.length < entries.length) this.#keeper.lost(link, redisRefusal(this.#shown, 'other-generation'));
  }

  /** @returns the entries up to the first that is not of the log as this node knows it. */
  #ofLog(entries: readonly Entry[]): readonly Entry[] {
    const record = this.#known;
    const strange = entries.findIndex(({ generation, seq }) => !isOfLog(record, generation, seq));
    return strange < 0 ? entries : entries.slice(0, strange);
  }

  /** null: nothing was done, and the log is being opened anew. */
  async #send(drafts: readonly StoreDraft[]): Promise<readonly AppendResult[] | null> {
    const link = this.#keeper.link;
    if (link === null) return null;
    const { name, generation } = this.#known;
    const args = appendArguments(generation, drafts, this.#options);
    const reply = await link.run(append, this.#keys, args).catch((error: unknown) => {
      throw redisProblem(this.#shown, error);
    });
    const appended = appendReply(reply, name, drafts);
    if (typeof appended === 'string') {
      const refusal = redisRefusal(this.#shown, appended);
      if (appended !== 'many-ids') this.#keeper.lost(link, refusal);
      if (OPEN_ANEW.includes(appended)) return null;
      throw refusal;
    }
    if (this.#keeper.link !== link) throw new StoreError(`the store ${this.#shown} was opened anew meanwhile`);
    if (appended.last > this.#span.head) await this.#readBack.wait(appended.last);
    return appended.results;
  }
}
