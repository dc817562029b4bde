// What a scenario is: a workload as data. The runners in load/ play it; adding a scenario of a known kind is adding
// data.
import type { Arrivals } from '../load/pacer.ts';

/** Messages on a fixed schedule, and N clients of one transport at a time that follow the room. */
export interface BroadcastWorkload {
  readonly kind: 'broadcast';
  readonly rounds: number;
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly arrivals: Arrivals;
  readonly textBytes: number;
  /** Many messages before anything is measured: a fresh server's code is slow until it has run often. */
  readonly warmUpMs: number;
  readonly warmUpMessagesPerSecond: number;
  /** Messages at the nominal rate, not measured either, until polls bring no more of the warm-up's. */
  readonly settleMs: number;
  readonly durationMs: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly seed: number;
}

/** No messages at all, and N clients of each transport at once: what silence costs. */
export interface SilenceWorkload {
  readonly kind: 'silence';
  /** Of each transport. */
  readonly clients: number;
  /** In which every polling client has begun. */
  readonly settleMs: number;
  /** A whole number of poll intervals and of holds. */
  readonly durationMs: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly heartbeatMs: number;
  /** Whether hold and heartbeat are shorter than a real lab's, so that the figures are not those of one. */
  readonly shortened: boolean;
  readonly seed: number;
}

/** As many HTTP requests as the server answers, by autocannon, beside a bare server. */
export interface HttpCeilingWorkload {
  readonly kind: 'http-ceiling';
  readonly rounds: number;
  readonly connections: number;
  readonly textBytes: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export type Workload = BroadcastWorkload | SilenceWorkload | HttpCeilingWorkload;

export interface Scenario {
  readonly name: string;
  /** For people: the question that it answers. */
  readonly question: string;
  readonly workload: Workload;
}

/** What a person chooses for a whole run; the scenarios are made from it. */
export interface BenchSettings {
  readonly quick: boolean;
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly durationMs: number;
  readonly rounds: number;
  readonly pollIntervalMs: number;
  readonly seed: number;
}
