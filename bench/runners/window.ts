// One measured window on one server: messages on a schedule, crowds of clients that get them, and readings of the
// server's counters at either end.
import { type Clock, monotonicClock } from '../load/clock.ts';
import { EMPTY_LEDGER, type LedgerTotals } from '../load/ledger.ts';
import { pace } from '../load/pacer.ts';
import type { Publisher } from '../load/publisher.ts';
import type { Edge, MeasuredServer, Reading } from '../load/subject.ts';
import { type Crowd, type MergedReport, mergeReports } from '../load/worker/fleet.ts';

/** Send times in ms from the beginning of the schedule. */
export interface WindowSchedule {
  /** All messages, those before the window too, in order. */
  readonly offsetsMs: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Crowds whose figures belong together. */
export interface Group {
  readonly crowds: readonly Crowd[];
  /**
   * Whether the clients ask by the clock: then the counters are read exactly at the window's ends. Else they are read
   * when all is quiet, so that what belongs to the window's messages is counted whole.
   */
  readonly byTheClock: boolean;
}

export interface WindowOptions {
  readonly server: MeasuredServer;
  readonly publisher: Publisher;
  readonly groups: readonly Group[];
  readonly schedule: WindowSchedule;
  /** The place of the schedule's first message among all of this publisher. */
  readonly firstIndex: number;
  /** When the schedule begins, on the clock. */
  readonly startAt: number;
  /** How long the last messages may take before they count as missing. */
  readonly deliveryTimeoutMs: number;
  /** After everybody has everything, until what that has caused has come to rest too. */
  readonly quietMs: number;
  lag(ms: number): void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** What a group got, and what it cost. */
export interface GroupResult extends MergedReport {
  /** Messages intended within the window. */
  readonly messages: number;
  readonly before: Reading;
  readonly after: Reading;
}

const POLL_MS = 10;

/** @returns whether the transport's clients ask at a fixed rate, whatever happens. */
export function asksByTheClock(transport: string): boolean {
  return transport === 'short-polling';
}

/** Resolves when every message has been delivered or is given up; rejects where the server ends or the signal aborts. */
export async function playWindow(options: WindowOptions): Promise<GroupResult[]> {
  const local = new AbortController();
  const signal = AbortSignal.any([options.signal, local.signal]);
  try {
    return await Promise.race([play({ ...options, signal }), options.server.ended]);
  } finally {
    // Where the server ended, whatever still waits for the clock is not to go on.
    local.abort(new Error('the window is over'));
  }
}

async function play(options: WindowOptions): Promise<GroupResult[]> {
  const { server, publisher, groups, schedule, startAt, firstIndex, signal, clock = monotonicClock } = options;
  const { offsetsMs, fromMs, toMs } = schedule;
  const [from, to] = [startAt + fromMs, startAt + toMs];
  const ledgersBefore = await Promise.all(groups.map((group) => ledgerOf(group, publisher.lastSeq)));
  await Promise.all(groups.flatMap(({ crowds }) => crowds.map((crowd) => crowd.measure(from, to))));

  const pacing = pace({
    clock,
    startAt,
    offsets: offsetsMs,
    send: (index, intendedAt) => publisher.publish({ index: firstIndex + index, intendedAt }),
    lag: (ms) => {
      if (clock.now() >= from) options.lag(ms);
    },
    signal,
  });
  const readAt = async (at: number, edge: Edge) => {
    await clock.sleepUntil(at, signal);
    return server.read(edge);
  };
  const [before, afterByTheClock] = await Promise.all([readAt(from, 'begin'), readAt(to, 'end'), pacing]);
  await publisher.settled();

  const afters = await Promise.all(
    groups.map(async (group) => {
      await allDelivered(group, publisher.lastSeq, options, clock);
      await clock.sleepUntil(clock.now() + options.quietMs, signal);
      return group.byTheClock ? afterByTheClock : server.read('end');
    }),
  );
  const messages = offsetsMs.filter((offset) => offset >= fromMs && offset < toMs).length;
  return Promise.all(
    groups.map(async ({ crowds }, index) => {
      const reports = await Promise.all(crowds.map((crowd) => crowd.report(publisher.lastSeq)));
      const merged = mergeReports(reports.flat());
      const ledger = ledgerSince(merged.ledger, ledgersBefore[index] ?? EMPTY_LEDGER);
      return { ...merged, ledger, messages, before, after: afters[index] as Reading };
    }),
  );
}

async function ledgerOf({ crowds }: Group, lastSeq: number): Promise<LedgerTotals> {
  const reports = await Promise.all(crowds.map((crowd) => crowd.report(lastSeq)));
  return mergeReports(reports.flat()).ledger;
}

function ledgerSince(now: LedgerTotals, before: LedgerTotals): LedgerTotals {
  return {
    expected: now.expected - before.expected,
    delivered: now.delivered - before.delivered,
    missing: now.missing - before.missing,
    duplicated: now.duplicated - before.duplicated,
    outOfOrder: now.outOfOrder - before.outOfOrder,
  };
}

/** Waits until every client has everything, or the time is over: what is missing then, the ledger says. */
async function allDelivered(
  { crowds }: Group,
  lastSeq: number,
  { deliveryTimeoutMs, signal }: WindowOptions,
  clock: Clock,
): Promise<void> {
  const deadline = clock.now() + deliveryTimeoutMs;
  const hasAll = async () => (await Promise.all(crowds.map((crowd) => crowd.hasAll(lastSeq)))).every(Boolean);
  while (!(await hasAll()) && clock.now() < deadline) await clock.sleepUntil(clock.now() + POLL_MS, signal);
}
