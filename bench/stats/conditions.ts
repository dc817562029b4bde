// What a round or a silence was played with and what was measured of its machine: what predictions follow from.
import type { Message } from '../../server/protocol/messages.ts';

export type Arrivals = 'poisson' | 'periodic';

/** A round as it was played, and what was measured of its machine. */
export interface RoundConditions {
  /** All messages, those before the window too, in order; in ms from the beginning of the schedule. */
  readonly schedule: {
    readonly offsetsMs: readonly number[];
    readonly fromMs: number;
    readonly toMs: number;
    /** Whether messages come in groups: the closed forms are of those that come each by itself. */
    readonly inGroups: boolean;
  };
  readonly arrivals: Arrivals;
  /** What became of each message; null where it was not stored: then it is in no prediction. */
  readonly stored: readonly (Message | null)[];
  /** Whether the counters were read when all was quiet after the window; else exactly at its end. */
  readonly untilQuiet: boolean;
  readonly clients: number;
  /** When a poll of each client leaves it, in ms from the beginning of the schedule; any of its polls. */
  readonly phasesMs: readonly number[];
  readonly pollIntervalMs: number;
  readonly holdMs: number;
  /** Measured, of an empty request on an open connection. */
  readonly roundTripMs: number;
  /** What a client takes from an answer to its next request beyond what is in the round trip; default 0. */
  readonly turnaroundMs?: number;
  /** From publishing to receipt where nothing waits and nobody else is served: see `oneWayDelayFrom`. */
  readonly oneWayDelayMs: number;
  /**
   * The same for the streams themselves, where it is known from elsewhere (another case, another transport). Absent: what
   * was measured on the streams is no prediction of them, so their latency is left out.
   */
  readonly streamDelayMs?: number;
  /** CPU time of the server for one message to all clients. */
  readonly fanOutMs: number;
  /** What bytes depend on; null: they are not predicted. */
  readonly wire: WireConditions | null;
}

export interface WireConditions {
  readonly epoch: string;
  /** The room's head when the schedule began: 0 in a fresh one. */
  readonly firstSeq: number;
  /** Of a poll, `pollRequestBytes` in the mean of the clients; null where the clients' requests are not known. */
  readonly requestBytes: number | null;
  /** Signs of life on streams in the counted time, of all clients together; default none. */
  readonly heartbeats?: number;
}

export interface SilenceConditions {
  readonly clients: number;
  readonly elapsedMs: number;
  readonly pollIntervalMs: number;
  readonly holdMs: number;
  readonly roundTripMs: number;
  readonly heartbeatMs: number;
  /** As in `WireConditions`. */
  readonly requestBytes: number | null;
}
