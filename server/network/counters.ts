// What the proxy counts.

export interface DirectionCounters {
  /** Bytes that went on to the receiver. */
  bytes: number;
  halfCloses: number;
}

export interface Counters {
  /** Connections so far, without those refused. */
  connections: number;
  /** Connections that were reset at once because of `refuse`. */
  refused: number;
  /** Connections that were reset because of `cutAfterBytes`, `cutMeanMs` or by command. */
  cuts: number;
  /** Connections that were ended because of `idleCutMs`. */
  idleCuts: number;
  /** Connections for which the target could not be reached. */
  targetFailures: number;
  readonly clientToServer: DirectionCounters;
  readonly serverToClient: DirectionCounters;
}

export function createCounters(): Counters {
  return {
    connections: 0,
    refused: 0,
    cuts: 0,
    idleCuts: 0,
    targetFailures: 0,
    clientToServer: { bytes: 0, halfCloses: 0 },
    serverToClient: { bytes: 0, halfCloses: 0 },
  };
}
