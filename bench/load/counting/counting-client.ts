// What clients that only count have in common: they take so little of the loader's time that it can bring a server to
// its limit.
import type { Pace } from '../../../server/protocol/pace.ts';

export interface CountingOptions {
  readonly transport: string;
  readonly pace: Pace;
  /** The server's, `http://HOST:PORT`. */
  readonly origin: string;
  readonly clientId: string;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  /** Milliseconds from the first answer to the next poll; asked when that is there. */
  pollPhaseMs(): number;
  /** Told where the connection ends by itself, once it was open. */
  failed(problem: string): void;
}

export interface CountingClient {
  /** Messages that came since it was opened. */
  readonly count: number;
  close(): void;
}
