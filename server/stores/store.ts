// What a store promises: an append-only, bounded log that is as durable as the store says before anybody hears of it.
import type { Cursor } from '../protocol/cursor.ts';
import type { Message, Receipt, ResetReason } from '../protocol/messages.ts';

/** A value that is there at once where the store is in this process, and a promise of it where it is not. */
export type MaybePromise<T> = T | Promise<T>;

/** @returns `next` of the value: at once where the value is there, so that hot paths stay synchronous. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The store is away, or can't be opened; the message says why, and where there is something to do about it, what. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** A draft with all that the server knows of its sender. */
export interface StoreDraft {
  readonly id: string;
  readonly from: string;
  readonly name: string;
  readonly text: string;
  readonly via: string;
}

/** `conflict`: the id is taken, by another sender or for another text. */
export type AppendResult = { readonly outcome: 'stored'; readonly receipt: Receipt } | { readonly outcome: 'conflict' };

/** What the log holds: seqs from `oldest` to `head`; an empty log has `oldest` = `head` + 1. */
export interface Span {
  /** What stands before the dot of the cursors that are given now. */
  readonly epoch: string;
  readonly oldest: number;
  readonly head: number;
  /** Only of a store that can come back with less than it had. */
  readonly lives?: Lives;
}

/** The generations of a log: each began at what had been kept of the one before. */
export interface Lives {
  /** What the names of all of them begin with. */
  readonly prefix: string;
  /** The last seq of each older generation that the log still has. */
  readonly ends: ReadonlyMap<string, number>;
}

/** Positions have another name from now on. */
export interface Renaming {
  /** As of Span. */
  readonly epoch: string;
  /** Positions up to this seq go on, under the new name; what came after it is void. −1: all are void. */
  readonly upTo: number;
  /** The newest seq that was told of and is not void: commits go on after it. */
  readonly head: number;
  /** What readers of void positions are told. */
  readonly reason: ResetReason;
}

/** Its members never throw: where the store is away they reject. */
export interface Store {
  /** The secret of tokens. It lives as long as the log, so that tokens stay valid for as long as cursors do. */
  readonly secret: Buffer;
  /**
   * Removes duplicates, numbers and keeps, all or nothing. Resolves when the message is as durable as the store
   * promises, and after it was told to the commit listener; rejects where the store is away, and then nothing is known.
   */
  append(draft: StoreDraft): Promise<AppendResult>;
  /**
   * What the log holds, at the least as far as it takes to judge the cursor: a store that several nodes share may answer
   * from what it was told last where the cursor lies within that.
   */
  span(cursor?: Cursor | null): MaybePromise<Span>;
  /** Resolves where messages can be read and kept; rejects where the store is away. */
  ready(): MaybePromise<void>;
  /** @returns up to `limit` messages whose seq is above `after`, in order, without a gap from `after` unless trimmed. */
  read(after: number, limit: number): MaybePromise<readonly Message[]>;
  /** Tells of every commit once, in order, from the first to the last message. There is one listener: the room. */
  onCommit(listener: (messages: readonly Message[]) => void): void;
  /**
   * Tells that positions were renamed, before any commit under the new name, and never between a promise of its own and
   * what is done with it at once. Only of a store that can come back with less than it had; its one listener is the room.
   */
  onRename?(listener: (renaming: Renaming) => void): void;
  /** Resolves when everything accepted is kept and resources are freed. */
  close(): Promise<void>;
}
