// What a race is set to: its network, its clients, and who talks.

export interface NetworkConditions {
  readonly roundTripMs: number;
  /** Each round trip takes up to so much longer. */
  readonly jitterMs: number;
  /** Packets vanish, and nobody is told. */
  readonly silence: boolean;
  /** New connections are refused: offline. */
  readonly refuse: boolean;
  /** A proxy ends what has been quiet for so long; null: there is none. */
  readonly idleCutMs: number | null;
  /** A proxy buffers answers. */
  readonly holdAnswers: boolean;
}

/** Bursts of messages by the server's bot; 0 messages: it is silent. */
export interface TalkingBot {
  readonly messages: number;
  readonly gapMs: number;
  readonly everyMs: number;
}
