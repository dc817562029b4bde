// What every runner is given, and what all runners share.
import type { Transport } from '../../client/transports/transport.ts';
import type { Stats, TransportStats } from '../../server/protocol/messages.ts';
import type { Fleet } from '../load/worker/fleet.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { Workload } from '../scenarios/scenario.ts';

export interface RunContext {
  readonly transports: readonly Transport[];
  /** A lab deployed elsewhere, as an origin; null: runners start their own. */
  readonly target: string | null;
  /** The processes that hold the clients. */
  readonly fleet: Fleet;
  /** Aborted: stop at once, leave nothing behind, and reject. */
  readonly signal: AbortSignal;
  /** Says what is being done now. */
  progress(step: string): void;
}

/** What a scenario gave. */
export type PlayedScenario = Pick<ScenarioResult, 'lanes' | 'comparisons' | 'claims' | 'pinned'>;

/** Plays one kind of workload. */
export interface Runner<Kind extends Workload> {
  /** About how long it takes, in ms. */
  estimateMs(workload: Kind, context: Pick<RunContext, 'transports' | 'target'>): number;
  run(workload: Kind, context: RunContext): Promise<PlayedScenario>;
}

/** What one transport cost between two readings of the server's counters. */
export interface Costs {
  readonly requests: number;
  readonly delivered: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of the whole server process, in microseconds. */
  readonly cpuUs: number;
}

const NOTHING: Pick<TransportStats, 'requests' | 'delivered' | 'bytesIn' | 'bytesOut'> = {
  requests: 0,
  delivered: 0,
  bytesIn: 0,
  bytesOut: 0,
};

export function costsBetween(before: Stats, after: Stats, transport: string): Costs {
  const from = before.transports[transport] ?? NOTHING;
  const to = after.transports[transport] ?? NOTHING;
  const cpu = ({ process: { cpuUserUs, cpuSystemUs } }: Stats) => cpuUserUs + cpuSystemUs;
  return {
    requests: to.requests - from.requests,
    delivered: to.delivered - from.delivered,
    bytesIn: to.bytesIn - from.bytesIn,
    bytesOut: to.bytesOut - from.bytesOut,
    cpuUs: cpu(after) - cpu(before),
  };
}

/** @returns the sum of one figure of each round. */
export function sumOf<Round>(rounds: readonly Round[], figure: (round: Round) => number): number {
  return rounds.reduce((sum, round) => sum + figure(round), 0);
}

/** Failures that would all say the same are cut short. */
const SHOWN_FAILURES = 3;

export function failureWarnings(failures: readonly string[]): string[] {
  const more = failures.length - SHOWN_FAILURES;
  return [...failures.slice(0, SHOWN_FAILURES), ...(more > 0 ? [`… and ${more} more failures`] : [])];
}
