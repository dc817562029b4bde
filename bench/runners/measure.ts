// What is measured in one life of a server: messages on a schedule, crowds of clients that get them, and readings of the
// server's counters at either end of the window. Several windows may follow one another: with more clients, at other
// rates, or until two of them agree.
import { transports } from '../../client/transports/index.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { type Clock, monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { type LedgerTotals, totalsSince } from '../load/ledger.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { pace, type Schedule } from '../load/pacer.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import type { Scope } from '../load/scope.ts';
import type { Edge, Reading, ServerUnderTest } from '../load/server-under-test.ts';
import { type Crowd, type Fleet, loaderOf, type MergedReport, mergeReports } from '../load/worker/fleet.ts';
import type { LoaderFigures } from '../run/run-file.ts';

/** What one window gave for one transport or control, and what it cost. */
export interface PlayedWindow extends MergedReport {
  readonly clients: number;
  /** Messages intended within the window. */
  readonly messages: number;
  readonly before: Reading;
  /** Of clients that ask by the clock, at the window's end; of others, once all is quiet. */
  readonly after: Reading;
  /** At the window's end, whatever is still under way. */
  readonly atEnd: Reading;
  readonly schedule: Schedule;
  /** When the schedule began, on the bench's clock. */
  readonly startAt: number;
  /** What was stored of the schedule's messages; null where one was not. */
  readonly stored: readonly (Message | null)[];
  /** When each client polls, in ms from the beginning of the schedule, modulo the interval. */
  readonly phasesMs: readonly number[];
  /** When the first clients were opened, in ms from the beginning of the schedule. */
  readonly openedMs: number;
  /** Host and port, as the clients address them. */
  readonly host: string;
  readonly clientIds: readonly string[];
}

/** What one round of one transport or control gave. */
export interface PlayedRound extends PlayedWindow {
  /** Null where it was not measured. */
  readonly roundTripMs: number | null;
  readonly loader: LoaderFigures;
}

export interface RoomOptions {
  readonly fleet: Fleet;
  /** Where it is published, `http://HOST:PORT`. */
  readonly origin: string;
  readonly textBytes: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
}

export interface CrowdPlan {
  readonly transport: string;
  /** Where the clients reach the server, `http://HOST:PORT`. */
  readonly origin: string;
  readonly clientIdPrefix: string;
  /** When each one polls, modulo the interval; its length says how many clients there are. */
  readonly phasesMs: readonly number[];
  /** Whether they only count what comes; what is published while they are opened would be missed. */
  readonly counts?: boolean;
  /** The processes that hold them, where those are not the room's. */
  readonly fleet?: Fleet;
}

/** A server's room with its one publisher, for as long as the scope lasts. */
export interface MeasuredRoom {
  readonly publisher: Publisher;
  /** Resolves once every client has been answered. */
  openCrowd(plan: CrowdPlan): Promise<Crowd>;
  /**
   * Resolves when every message has been delivered or is given up.
   * @param groups crowds of one transport each, whose figures belong together. @returns of each group, in order.
   */
  playWindow(server: ServerUnderTest, groups: readonly (readonly Crowd[])[], window: Window): Promise<PlayedWindow[]>;
}

export interface Window {
  readonly schedule: Schedule;
  /** Takes how late each message within the window was sent, in ms. */
  lag(ms: number): void;
  /** How far away clients are, beside what they are anyway: answers, and requests after them, take so much longer. */
  readonly addedRoundTripMs?: number;
  /** That messages are sent by; where there are many a second, one that does not keep a core busy. */
  readonly pacedBy?: Clock;
}

/** From the clients' being open to the first message. */
const LEAD_MS = 50;
/** How long the last messages may take on top of a poll interval, before they count as missing. */
const GRACE_MS = 5000;
/** For duplicates, and for what deliveries cause; then counters are read. */
const QUIET_MS = 100;

/** Those whose clients ask at a fixed rate, whatever happens. */
const byTheClock: ReadonlySet<string> = new Set(
  transports.flatMap(({ name, pace }) => (pace === 'clock' ? [name] : [])),
);

/** Watches how busy the bench is, and with it the fleet where that holds the clients, while something is played. */
export async function watched<Result>(
  fleet: Fleet | null,
  play: (lag: (ms: number) => void) => Promise<Result>,
): Promise<{ readonly result: Result; readonly loader: LoaderFigures }> {
  const own = watchLoader();
  const unwatch = await fleet?.watch();
  const result = await play(own.lag);
  const loader = own.stop();
  return { result, loader: unwatch === undefined ? loader : loaderOf(loader, await unwatch()) };
}

export async function openRoom(scope: Scope, options: RoomOptions): Promise<MeasuredRoom> {
  const { fleet, origin, textBytes, pollIntervalMs, waitSeconds } = options;
  const { signal } = scope;
  scope.failWith(fleet.ended);
  const tag = freshTag();
  const publisher = await scope.open(createPublisher(origin, { textBytes, tag }));

  return {
    publisher,
    openCrowd: ({ counts = false, fleet: theirs = fleet, ...plan }) => {
      const counting = counts ? { countsFrom: publisher.lastSeq } : {};
      return scope.open(theirs.openCrowd({ ...plan, ...counting, pollIntervalMs, waitSeconds, tag }));
    },
    async playWindow(server, groups, { schedule, lag, addedRoundTripMs = 0, pacedBy = clock }) {
      const { offsetsMs, fromMs, toMs } = schedule;
      const startAt = clock.now() + LEAD_MS;
      const [from, to] = [startAt + fromMs, startAt + toMs];
      const firstIndex = publisher.stored.size + publisher.failures.length;
      const failuresBefore = publisher.failures.length;
      const ledgersBefore = await Promise.all(groups.map((crowds) => ledgerOf(crowds, publisher.lastSeq)));
      await Promise.all(groups.flat().map((crowd) => crowd.measure(from, to)));

      const pacing = pace({
        clock: pacedBy,
        startAt,
        offsets: offsetsMs,
        send: (index, intendedAt) => publisher.publish({ index: firstIndex + index, intendedAt }),
        lag: (ms) => {
          if (clock.now() >= from) lag(ms);
        },
        signal,
      });
      const readAt = async (at: number, edge: Edge) => {
        await clock.sleepUntil(at, signal);
        return server.read(edge);
      };
      const [before, afterByTheClock] = await Promise.all([readAt(from, 'begin'), readAt(to, 'end'), pacing]);
      await publisher.settled();

      const { lastSeq } = publisher;
      const stored = offsetsMs.map((_, index) => publisher.stored.get(firstIndex + index) ?? null);
      const finish = async (crowds: readonly Crowd[], index: number): Promise<PlayedWindow> => {
        // What is missing when the time is over, the ledger says.
        await eventually(() => haveAll(crowds, lastSeq), pollIntervalMs + addedRoundTripMs + GRACE_MS, signal);
        await clock.sleepUntil(clock.now() + QUIET_MS + 2 * addedRoundTripMs, signal);
        // Clients that ask by the clock are counted exactly at the window's ends; of others all that belongs to the
        // window's messages is counted whole, when all is quiet.
        const after = crowds.some(({ transport }) => byTheClock.has(transport))
          ? afterByTheClock
          : await server.read('end');
        const merged = mergeReports(await reportsOf(crowds, lastSeq));
        return {
          ...merged,
          ledger: totalsSince(merged.ledger, ledgersBefore[index] as LedgerTotals),
          failures: [...publisher.failures.slice(failuresBefore), ...merged.failures],
          messages: offsetsMs.filter((offset) => offset >= fromMs && offset < toMs).length,
          clients: crowds.reduce((sum, crowd) => sum + crowd.clients, 0),
          ...{ before, after, atEnd: afterByTheClock, schedule, startAt, stored },
          phasesMs: crowds.flatMap((crowd) => crowd.phasesMs.map((phase) => crowd.openedAt + phase - startAt)),
          openedMs: Math.min(...crowds.map(({ openedAt }) => openedAt)) - startAt,
          host: new URL(crowds[0]?.origin ?? origin).host,
          clientIds: crowds.flatMap(({ clientIds }) => clientIds),
        };
      };
      return Promise.all(groups.map(finish));
    },
  };
}

/** Resolves with whether every client has everything up to and including that seq. */
export async function haveAll(crowds: readonly Crowd[], seq: number): Promise<boolean> {
  return (await Promise.all(crowds.map((crowd) => crowd.hasAll(seq)))).every(Boolean);
}

async function reportsOf(crowds: readonly Crowd[], lastSeq: number) {
  return (await Promise.all(crowds.map((crowd) => crowd.report(lastSeq)))).flat();
}

async function ledgerOf(crowds: readonly Crowd[], lastSeq: number): Promise<LedgerTotals> {
  return mergeReports(await reportsOf(crowds, lastSeq)).ledger;
}
