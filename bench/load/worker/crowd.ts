// A worker's clients of one transport, and what they got: latencies, last receivers, ledgers.
import type { Transport } from '../../../client/transports/transport.ts';
import type { Message } from '../../../server/protocol/messages.ts';
import { createLatencyRecorder, type LatencyRecorder } from '../../stats/latency.ts';
import { openClientPool } from '../client-pool.ts';
import { monotonicClock as clock } from '../clock.ts';
import { readMark } from '../marks.ts';
import type { CrowdReport, OpenCommand } from './commands.ts';

export interface WorkerCrowd {
  /** Forgets what was recorded, and records messages with intended times in [from, to). */
  measure(from: number, to: number): void;
  hasAll(seq: number): boolean;
  report(lastSeq: number): CrowdReport;
  close(): void;
}

/** Resolves once every client has been answered; rejects, with none left open, where one is not. */
export async function openCrowd(command: OpenCommand, transport: Transport): Promise<WorkerCrowd> {
  const { tag, pollIntervalMs, phasesMs, phasesFrom } = command;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  let latencies: LatencyRecorder = createLatencyRecorder();
  let lastReceivers = new Map<number, number>();

  function received(messages: readonly Message[], at: number): void {
    for (const message of messages) {
      const mark = readMark(tag, message.text);
      if (mark === null || mark.intendedAt < from || mark.intendedAt >= to) continue;
      const latencyMs = at - mark.intendedAt;
      latencies.record(latencyMs);
      if (latencyMs > (lastReceivers.get(mark.index) ?? 0)) lastReceivers.set(mark.index, latencyMs);
    }
  }

  const pool = await openClientPool({
    transport,
    origin: command.origin,
    clients: phasesMs.length,
    clientIdPrefix: command.clientIdPrefix,
    pollIntervalMs,
    waitSeconds: command.waitSeconds,
    // Counted from the same moment for all, however long it takes to open them.
    pollPhaseMs: (client) => {
      const behind = ((phasesMs[client] as number) - (clock.now() - phasesFrom)) % pollIntervalMs;
      return behind < 0 ? behind + pollIntervalMs : behind;
    },
    received,
    signal: new AbortController().signal,
  });
  return {
    measure: (windowFrom, windowTo) => {
      [from, to] = [windowFrom, windowTo];
      latencies = createLatencyRecorder();
      lastReceivers = new Map();
    },
    hasAll: (seq) => pool.allHaveUpTo(seq),
    report: (lastSeq) => ({
      ledger: pool.totals(lastSeq),
      deliveries: latencies.count,
      latencies: latencies.encode(),
      lastReceivers: [...lastReceivers],
      failures: pool.failures,
    }),
    close: () => pool.close(),
  };
}
