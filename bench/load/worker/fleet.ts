// The bench's worker processes, which hold the simulated clients: crowds of one transport each, spread over the workers.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';
import type { LoaderFigures } from '../../run/run-file.ts';
import { createLatencyRecorder, type LatencyRecorder, type LatencySummary } from '../../stats/latency.ts';
import { clientId } from '../client-pool.ts';
import { monotonicClock as clock } from '../clock.ts';
import { type LedgerTotals, sumTotals } from '../ledger.ts';
import { type EventLoopFigures, worstLoop } from '../loader-watch.ts';
import type {
  Answer,
  Answers,
  AskCommand,
  AskReport,
  Command,
  CrowdReport,
  Envelope,
  OpenCommand,
} from './commands.ts';

export interface CrowdOptions extends Omit<OpenCommand, 'do' | 'crowd' | 'phasesFrom'> {}

/** Clients of one transport on one server. */
export interface Crowd {
  readonly transport: string;
  /** Where they reach the server, `http://HOST:PORT`. */
  readonly origin: string;
  /** When they began to be opened, on the bench's clock. */
  readonly openedAt: number;
  /** When each one polls, in ms from `openedAt` on, modulo the interval. */
  readonly phasesMs: readonly number[];
  readonly clients: number;
  /** By which the server counts them. */
  readonly clientIds: readonly string[];
  /** From now on the deliveries of messages with intended times in [from, to) are recorded. */
  measure(from: number, to: number): Promise<void>;
  /** Resolves with whether every client has everything up to and including that seq. */
  hasAll(seq: number): Promise<boolean>;
  report(lastSeq: number): Promise<CrowdReport[]>;
  /** Resolves once the clients are closed. May be called twice, and when workers are gone. */
  close(): Promise<void>;
}

export interface AskOptions extends Omit<AskCommand, 'do' | 'askers'> {}

/** Connections that only ask and count. */
export interface Askers {
  /** What came since they began. */
  report(): Promise<AskReport>;
  /** Resolves once they are closed. May be called twice, and when workers are gone. */
  close(): Promise<void>;
}

/** What several reports say together. */
export interface MergedReport {
  readonly ledger: LedgerTotals;
  readonly deliveries: number;
  /** Null where nothing was delivered. */
  readonly latency: LatencySummary | null;
  /** Per measured message, of the last of all its receivers; null where nothing was delivered. */
  readonly lastReceiver: LatencySummary | null;
  readonly failures: readonly string[];
}

export interface Fleet {
  /** Resolves once every client has been answered; rejects where one is not, and then none is left open. */
  openCrowd(options: CrowdOptions): Promise<Crowd>;
  /** Resolves once all are connected and have begun to ask; rejects where one can't connect, and then none is left. */
  openAskers(options: AskOptions): Promise<Askers>;
  /** Begins to watch the workers' event loops; the function ends it, and tells the worst of them. */
  watch(): Promise<() => Promise<EventLoopFigures>>;
  /** Rejects when a worker ends without having been told to; never resolves. */
  readonly ended: Promise<never>;
  /** The workers' process ids. */
  readonly pids: readonly number[];
  /** Ends the workers, and resolves once they are gone. */
  stop(): Promise<void>;
}

interface Worker {
  ask<Do extends Command['do']>(command: Extract<Command, { do: Do }>): Promise<Answers[Do]>;
  readonly process: ChildProcess;
  readonly closed: Promise<void>;
}

const STOP_TIMEOUT_MS = 3000;

export function startFleet(count: number): Fleet {
  let stopping = false;
  let fail: (reason: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever waits for it is told; that nobody does is no error.
  ended.catch(() => undefined);
  const workers = Array.from({ length: count }, () =>
    startWorker((how) => {
      if (!stopping) fail(new Error(`a worker of the bench ${how}`));
    }),
  );
  let crowds = 0;
  let asking = 0;
  return {
    ended,
    pids: workers.flatMap((worker) => worker.process.pid ?? []),
    openCrowd: async (options) => {
      crowds += 1;
      const crowd = crowds;
      const openedAt = clock.now();
      const shares = spread(options, crowd, openedAt, workers);
      const close = async () => {
        await Promise.allSettled(shares.map(({ worker }) => worker.ask({ do: 'close', crowd })));
      };
      const opened = await Promise.allSettled(shares.map(({ worker, command }) => worker.ask(command)));
      const refused = opened.find((one) => one.status === 'rejected');
      if (refused !== undefined) {
        await close();
        throw refused.reason;
      }
      const ask = <Do extends Command['do']>(command: Extract<Command, { do: Do }>) =>
        Promise.all(shares.map(({ worker }) => worker.ask<Do>(command)));
      return {
        transport: options.transport,
        origin: options.origin,
        openedAt,
        phasesMs: options.phasesMs,
        clients: options.phasesMs.length,
        clientIds: shares.flatMap(({ command }) =>
          command.phasesMs.map((_, index) => clientId(command.clientIdPrefix, index)),
        ),
        measure: async (from, to) => {
          await ask<'measure'>({ do: 'measure', crowd, from, to });
        },
        hasAll: async (seq) => (await ask<'has-all'>({ do: 'has-all', crowd, seq })).every(Boolean),
        report: (lastSeq) => ask<'report'>({ do: 'report', crowd, lastSeq }),
        close,
      };
    },
    openAskers: async (options) => {
      asking += 1;
      const number = asking;
      const shares = spreadAskers(options, number, workers);
      const close = async () => {
        await Promise.allSettled(shares.map(({ worker }) => worker.ask({ do: 'stop-asking', askers: number })));
      };
      const opened = await Promise.allSettled(shares.map(({ worker, command }) => worker.ask(command)));
      const refused = opened.find((one) => one.status === 'rejected');
      if (refused !== undefined) {
        await close();
        throw refused.reason;
      }
      return {
        report: async () => {
          const reports = await Promise.all(
            shares.map(({ worker }) => worker.ask<'answered'>({ do: 'answered', askers: number })),
          );
          return {
            answered: reports.reduce((sum, { answered }) => sum + answered, 0),
            failures: reports.flatMap(({ failures }) => failures),
          };
        },
        close,
      };
    },
    watch: async () => {
      await Promise.all(workers.map((worker) => worker.ask<'watch'>({ do: 'watch' })));
      return async () =>
        worstLoop(await Promise.all(workers.map((worker) => worker.ask<'unwatch'>({ do: 'unwatch' }))));
    },
    stop: async () => {
      stopping = true;
      for (const worker of workers) worker.process.kill('SIGTERM');
      const timer = setTimeout(() => {
        for (const worker of workers) worker.process.kill('SIGKILL');
      }, STOP_TIMEOUT_MS);
      await Promise.all(workers.map((worker) => worker.closed));
      clearTimeout(timer);
    },
  };
}

/** Clients are dealt out in turn, so that every worker has phases from the whole interval. */
function spread(
  options: CrowdOptions,
  crowd: number,
  phasesFrom: number,
  workers: readonly Worker[],
): { worker: Worker; command: OpenCommand }[] {
  return workers.flatMap((worker, index) => {
    const phasesMs = options.phasesMs.filter((_, client) => client % workers.length === index);
    if (phasesMs.length === 0) return [];
    const clientIdPrefix = `${options.clientIdPrefix}-${index}`;
    return [{ worker, command: { ...options, do: 'open' as const, crowd, phasesFrom, clientIdPrefix, phasesMs } }];
  });
}

/** Each worker has its share of the connections, and of the rate. */
function spreadAskers(
  options: AskOptions,
  askers: number,
  workers: readonly Worker[],
): { worker: Worker; command: AskCommand }[] {
  return workers.flatMap((worker, index) => {
    const connections = Math.floor((options.connections + workers.length - 1 - index) / workers.length);
    if (connections === 0) return [];
    const perSecond = options.perSecond === null ? null : (options.perSecond * connections) / options.connections;
    const clientIdPrefix = `${options.clientIdPrefix}-${index}`;
    const seed = options.seed + index;
    return [
      { worker, command: { ...options, do: 'ask' as const, askers, clientIdPrefix, connections, perSecond, seed } },
    ];
  });
}

function startWorker(ended: (how: string) => void): Worker {
  const child = fork(join(packageRoot(), 'dist/bench/load/worker/main.js'), {
    // A group of its own: Ctrl-C goes to the bench alone.
    detached: true,
    // Thousands of clients leave much garbage that is never old; with room for it, a poll costs a quarter less.
    execArgv: ['--max-semi-space-size=64'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let number = 0;
  let how: string | undefined;
  const closed = new Promise<void>((resolve) => {
    const end = (text: string) => {
      if (how !== undefined) return;
      how = text;
      for (const { reject } of waiting.values()) reject(new Error(`a worker of the bench ${text}`));
      waiting.clear();
      ended(text);
      resolve();
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
  });
  child.on('message', (message) => {
    const answer = message as Answer;
    const asker = waiting.get(answer.number);
    waiting.delete(answer.number);
    if (answer.error === undefined) asker?.resolve(answer.result);
    else asker?.reject(new Error(answer.error));
  });
  return {
    process: child,
    closed,
    ask: <Do extends Command['do']>(command: Extract<Command, { do: Do }>) =>
      new Promise<Answers[Do]>((resolve, reject) => {
        if (how !== undefined) {
          reject(new Error(`a worker of the bench ${how}`));
          return;
        }
        number += 1;
        waiting.set(number, { resolve: (result) => resolve(result as Answers[Do]), reject });
        child.send({ number, command } satisfies Envelope);
      }),
  };
}

/** @returns what the reports of several workers and crowds say together. */
export function mergeReports(reports: readonly CrowdReport[]): MergedReport {
  const latencies: LatencyRecorder = createLatencyRecorder();
  const last = new Map<number, number>();
  for (const report of reports) {
    latencies.add(report.latencies);
    for (const [index, ms] of report.lastReceivers) last.set(index, Math.max(ms, last.get(index) ?? 0));
  }
  const lastReceivers = createLatencyRecorder();
  for (const ms of last.values()) lastReceivers.record(ms);
  return {
    ledger: sumTotals(reports.map(({ ledger }) => ledger)),
    deliveries: reports.reduce((sum, { deliveries }) => sum + deliveries, 0),
    latency: latencies.summary(),
    lastReceiver: lastReceivers.summary(),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

/** @returns the loader's figures of one round: the schedule's lag is the bench's, the rest the worst of all processes. */
export function loaderOf(own: LoaderFigures, workers: EventLoopFigures): LoaderFigures {
  // The bench itself spends the time before each message looking at the clock: its utilisation says nothing.
  const { utilisation } = workers;
  const { eventLoopDelayMs } = worstLoop([{ eventLoopDelayMs: own.eventLoopDelayMs, utilisation: 0 }, workers]);
  return { pacingLagMs: own.pacingLagMs, eventLoopDelayMs, utilisation };
}
