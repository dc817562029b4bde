// What the attacker's process is told, and what it says.
import type { AttackCounts } from './stage.ts';

export interface AttackerOrder {
  /** Of the server, `http://HOST:PORT`. */
  readonly origin: string;
  /** The address that all attacks come from. */
  readonly localAddress: string;
  /** The one attack to play; null: all at once. */
  readonly only: string | null;
  readonly seed: number;
}

export interface AttackerDone {
  /** By the attack's name. */
  readonly counts: Readonly<Record<string, AttackCounts>>;
}
