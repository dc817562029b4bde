// What the bench tells a worker process, and what it is answered.
import type { EncodedLatencies } from '../../stats/latency.ts';
import type { LedgerTotals } from '../ledger.ts';
import type { EventLoopFigures } from '../loader-watch.ts';

/** Some clients of one transport. */
export interface OpenCommand {
  readonly do: 'open';
  readonly crowd: number;
  readonly transport: string;
  /** Of the server, `http://HOST:PORT`. */
  readonly origin: string;
  /** The ids' common beginning. */
  readonly clientIdPrefix: string;
  /** When each client polls, in ms from `phasesFrom` on, modulo the interval; its length says how many clients there are. */
  readonly phasesMs: readonly number[];
  /** On the bench's clock. */
  readonly phasesFrom: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  /** Of the messages that count. */
  readonly tag: string;
  /**
   * Given: the clients only count the messages after this seq, which costs little of the loader's time and tells no
   * latencies. It must be that of the last one stored.
   */
  readonly countsFrom?: number;
}

/** From now on the deliveries of messages with intended times in [from, to) are recorded; what was before is forgotten. */
export interface MeasureCommand {
  readonly do: 'measure';
  readonly crowd: number;
  readonly from: number;
  readonly to: number;
}

/** Connections that ask for what is empty, see askers.ts. */
export interface AskCommand {
  readonly do: 'ask';
  readonly askers: number;
  /** Of the server, `http://HOST:PORT`. */
  readonly origin: string;
  /** Without the client's id. */
  readonly path: string;
  readonly clientIdPrefix: string;
  readonly connections: number;
  /** Of all together, at random times; null: each again as soon as it was answered. */
  readonly perSecond: number | null;
  /** Within which the first ones of these are sent. */
  readonly spreadMs: number;
  readonly seed: number;
}

export type Command =
  | OpenCommand
  | AskCommand
  | { readonly do: 'answered'; readonly askers: number }
  | { readonly do: 'stop-asking'; readonly askers: number }
  | MeasureCommand
  | { readonly do: 'has-all'; readonly crowd: number; readonly seq: number }
  | { readonly do: 'report'; readonly crowd: number; readonly lastSeq: number }
  | { readonly do: 'close'; readonly crowd: number }
  | { readonly do: 'watch' }
  | { readonly do: 'unwatch' };

/** What a crowd's clients got so far. */
export interface CrowdReport {
  readonly ledger: LedgerTotals;
  /** Recorded since the last `measure`. */
  readonly deliveries: number;
  readonly latencies: EncodedLatencies;
  /** Per measured message, the latency of its last receiver, in ms. */
  readonly lastReceivers: readonly (readonly [index: number, latencyMs: number])[];
  readonly failures: readonly string[];
}

/** Since they began. */
export interface AskReport {
  readonly answered: number;
  readonly failures: readonly string[];
}

export interface Answers {
  readonly ask: null;
  readonly answered: AskReport;
  readonly 'stop-asking': null;
  readonly open: null;
  readonly measure: null;
  readonly 'has-all': boolean;
  readonly report: CrowdReport;
  readonly close: null;
  readonly watch: null;
  readonly unwatch: EventLoopFigures;
}

/** A command under way; the answer has the same number. */
export interface Envelope {
  readonly number: number;
  readonly command: Command;
}

export interface Answer {
  readonly number: number;
  readonly result?: unknown;
  /** Where the command failed. */
  readonly error?: string;
}
