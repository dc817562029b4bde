// What every weighing of one message needs, and what it gives.
import type { TransportEnv } from '../../transports/transport.ts';
import type { TabIdentity } from '../identity.ts';
import type { Piece } from './message-parts.ts';
import type { TraceLog } from './trace-log.ts';

/** The same over all transports, so that the payloads can be compared. */
export const WEIGHED_TEXT = 'One message, to be weighed.';

/** What one message took over one transport. */
export interface Weight {
  /** Before any message, once for many of them. */
  readonly opening: readonly Piece[];
  /** Publishing it, receipt included. */
  readonly publish: readonly Piece[];
  readonly delivery: readonly Piece[];
  /** Asking while there is nothing: what a polling client does most of the time. */
  readonly empty: readonly Piece[];
}

export interface Scale {
  readonly env: TransportEnv;
  readonly identity: TabIdentity;
  readonly clientId: string;
  /** Of a new trace, so that its first exchange or connection has the number 1. */
  readonly log: TraceLog;
  /** Of the message to be sent. */
  readonly id: string;
}
