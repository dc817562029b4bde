// Where attacks take place, and what is counted of each.

export interface AttackCounts {
  connections: number;
  /** Connections that could not be made. */
  refused: number;
  bytesSent: number;
  bytesRead: number;
}

export interface Stage {
  /** Of the server. */
  readonly host: string;
  readonly port: number;
  /** Where all attacks come from. */
  readonly localAddress: string;
  /** Of the attacker, from the server's own join. */
  readonly token: string;
  /** A position in the room's log. */
  readonly cursor: string;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  readonly counts: AttackCounts;
  readonly random: () => number;
}
