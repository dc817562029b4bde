// What a run is judged by: what was sent, what the server gave its word for, and what each reader was given.
import type { Message } from '../../server/protocol/messages.ts';

/** One text that a client put into its outbox. */
export interface Sent {
  readonly client: string;
  readonly id: string;
  readonly text: string;
  /** How it ended: `unsettled` is still in the outbox, `refused` was given up or refused for good. */
  readonly outcome: 'stored' | 'unsettled' | 'refused';
  /** With `refused`: why. */
  readonly detail?: string;
}

/** A receipt, as it reached the client that was waiting for it. */
export interface SeenReceipt {
  readonly client: string;
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  /** Whether it answered a retry of what was stored before. */
  readonly duplicate: boolean;
}

/** What a reader was given from its beginning, or from a reset, to the next reset. */
export interface Stretch {
  /** Why it began: null for the reader's first one, else the reset's reason. */
  readonly reset: string | null;
  readonly epoch: string;
  /** The position that it began with: the first message owed is the one after this seq. */
  readonly after: number;
  readonly messages: readonly Message[];
}

export interface ReaderHistory {
  readonly name: string;
  /** The row of the ledger that it is counted in. */
  readonly lane: string;
  readonly stretches: readonly Stretch[];
}

export interface History {
  /** Whether the store promises to outlive the server: then a reset, or a new epoch, is a broken promise. */
  readonly durable: boolean;
  /** The end of the log, as the server told it when all was over. */
  readonly head: { readonly epoch: string; readonly seq: number };
  readonly sent: readonly Sent[];
  readonly receipts: readonly SeenReceipt[];
  readonly readers: readonly ReaderHistory[];
}
