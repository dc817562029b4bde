// From what clients went through in faults to one lane per transport and fault. Pure.
import type { Transport } from '../../client/transports/transport.ts';
import { type LedgerTotals, sumTotals } from '../load/ledger.ts';
import type { Comparison, Figure, Lane } from '../run/run-file.ts';
import type { RecoveryFault, RecoveryWorkload } from '../scenarios/scenario.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { compareTransports } from './comparisons.ts';
import { sumOf } from './context.ts';
import type { ReceivedBatch, StateChange } from './session-client.ts';
import { type TimedRound, timedFigures } from './timed-figures.ts';

/** When a fault began and ended, on the bench's clock, and what everybody must have in the end. */
export interface FaultTimes {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly lastSeq: number;
}

/** What one client went through, in ms. */
export interface ClientRecovery {
  /** From the fault; null where it never noticed. */
  readonly detectMs: number | null;
  /** From the fault's end; null where it never noticed, or was not connected again. */
  readonly reconnectMs: number | null;
  /** From the fault's end; null where it lacks something. */
  readonly caughtUpMs: number | null;
}

/** What one round of one fault gave for one transport. */
export interface RecoveryRound extends Omit<TimedRound, 'latency'> {
  readonly transport: string;
  readonly fault: RecoveryFault;
  readonly clients: readonly ClientRecovery[];
  readonly messages: number;
  readonly ledger: LedgerTotals;
}

/** @param changes the client's states since it was first connected. */
export function recoveryOf(
  changes: readonly StateChange[],
  batches: readonly ReceivedBatch[],
  { beganAt, endedAt, lastSeq }: FaultTimes,
): ClientRecovery {
  const noticed = changes.find(({ at, state }) => at >= beganAt && state !== 'connected');
  const last = changes.at(-1);
  const caughtUp = batches.find(({ seq }) => seq >= lastSeq);
  // The moment of the end is known only from outside: a client may be a little faster.
  const sinceEnd = (at: number) => Math.max(0, at - endedAt);
  return {
    detectMs: noticed === undefined ? null : noticed.at - beganAt,
    // For good: what broke again was none.
    reconnectMs: noticed === undefined || last?.state !== 'connected' ? null : sinceEnd(last.at),
    caughtUpMs: caughtUp === undefined ? null : sinceEnd(caughtUp.at),
  };
}

export function recoveryResult(
  transports: readonly Pick<Transport, 'name'>[],
  workload: RecoveryWorkload,
  rounds: readonly RecoveryRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = workload.faults.flatMap((fault) =>
    transports.map(({ name }) => {
      const own = rounds.filter((round) => round.transport === name && round.fault === fault);
      return recoveryLane(name, fault, own);
    }),
  );
  return { lanes, ...compareTransports(lanes, 'caughtUpMs') };
}

function recoveryLane(transport: string, fault: RecoveryFault, rounds: readonly RecoveryRound[]): Lane {
  const timed = timedFigures(rounds.map((round) => ({ ...round, latency: null })));
  return {
    transport,
    case: fault,
    rounds: rounds.length,
    clients: rounds[0]?.clients.length ?? 0,
    messages: sumOf(rounds, ({ messages }) => messages),
    ...sumTotals(rounds.map(({ ledger }) => ledger)),
    recovery: {
      ...figure('detectMs', rounds, ({ clients }) => meanOf(clients, ({ detectMs }) => detectMs)),
      ...figure('reconnectMs', rounds, ({ clients }) => meanOf(clients, ({ reconnectMs }) => reconnectMs)),
      ...figure('caughtUpMs', rounds, ({ clients }) => meanOf(clients, ({ caughtUpMs }) => caughtUpMs)),
      ...figure('allCaughtUpMs', rounds, ({ clients }) => lastOf(clients)),
    },
    ...timed,
    warnings: [...timed.warnings, ...partlyNoticed(rounds.flatMap(({ clients }) => clients))],
  };
}

type Name = keyof NonNullable<Lane['recovery']>;

/** @returns the figure under its name, where every round has it. */
function figure(
  name: Name,
  rounds: readonly RecoveryRound[],
  timeOf: (round: RecoveryRound) => number | null,
): { [one in Name]?: Figure } {
  const values = rounds.flatMap((round) => timeOf(round) ?? []);
  return values.length < rounds.length || values.length === 0 ? {} : { [name]: overRounds(values) };
}

/** @returns the mean of the clients that have such a time; null where none has. */
function meanOf(clients: readonly ClientRecovery[], timeOf: (client: ClientRecovery) => number | null): number | null {
  const times = clients.flatMap((client) => timeOf(client) ?? []);
  return times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0) / times.length;
}

/** @returns null where somebody never got everything. */
function lastOf(clients: readonly ClientRecovery[]): number | null {
  const times = clients.flatMap(({ caughtUpMs }) => caughtUpMs ?? []);
  return times.length < clients.length ? null : Math.max(...times);
}

/** Where nobody noticed, the figures are not there, and that says it; where some did, they are not everybody's. */
function partlyNoticed(clients: readonly ClientRecovery[]): string[] {
  const unaware = clients.filter(({ detectMs }) => detectMs === null).length;
  if (unaware === 0 || unaware === clients.length) return [];
  return [
    `${unaware} of ${clients.length} clients did not notice the fault before it was over; the times to detect it and to ` +
      'reconnect are those of the others.',
  ];
}
