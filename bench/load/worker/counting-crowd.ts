// A worker's clients of one transport that only count what they get.
import type { Transport } from '../../../client/transports/transport.ts';
import { createLatencyRecorder } from '../../stats/latency.ts';
import { clientId } from '../client-pool.ts';
import { monotonicClock as clock } from '../clock.ts';
import type { CountingClient } from '../counting/counting-client.ts';
import { openCountingPoller } from '../counting/counting-poller.ts';
import { openCountingStream } from '../counting/counting-stream.ts';
import type { OpenCommand } from './commands.ts';
import type { WorkerCrowd } from './crowd.ts';

/** Opened at one time: more would run into the server's accept queue. */
const OPENED_AT_ONCE = 100;

/**
 * Resolves once every client has been answered; rejects, with none left open, where one is not. Nothing may be published
 * meanwhile.
 */
export async function openCountingCrowd(
  command: OpenCommand,
  { name, pace }: Pick<Transport, 'name' | 'pace'>,
): Promise<WorkerCrowd> {
  const { origin, phasesMs, phasesFrom, pollIntervalMs, waitSeconds, clientIdPrefix, countsFrom = 0 } = command;
  const clients: CountingClient[] = [];
  const failures: string[] = [];
  /** Of those that are closed, what they had counted. */
  let counts: number[] | null = null;
  let before = 0;
  const close = () => {
    counts ??= clients.map(({ count }) => count);
    for (const client of clients) client.close();
  };
  const countsNow = () => counts ?? clients.map(({ count }) => count);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

  const openOne = pace === 'stream' ? openCountingStream : openCountingPoller;
  const open = (index: number) =>
    openOne({
      ...{ transport: name, pace, origin, pollIntervalMs, waitSeconds },
      clientId: clientId(clientIdPrefix, index),
      pollPhaseMs: () => {
        const behind = ((phasesMs[index] as number) - (clock.now() - phasesFrom)) % pollIntervalMs;
        return behind < 0 ? behind + pollIntervalMs : behind;
      },
      failed: (problem) => failures.push(`${name} client ${index}: ${problem}`),
    });
  for (let first = 0; first < phasesMs.length; first += OPENED_AT_ONCE) {
    const indices = phasesMs.slice(first, first + OPENED_AT_ONCE).map((_, place) => first + place);
    const opened = await Promise.allSettled(indices.map(open));
    for (const one of opened) if (one.status === 'fulfilled') clients.push(one.value);
    const refused = opened.findIndex((one) => one.status === 'rejected');
    const result = opened[refused];
    if (result?.status === 'rejected') {
      close();
      throw new Error(`${name} client ${first + refused}: ${String(result.reason)}`);
    }
  }
  return {
    measure: () => {
      before = sum(countsNow());
    },
    hasAll: (seq) => countsNow().every((count) => count >= seq - countsFrom),
    report: (lastSeq) => {
      const owed = Math.max(0, lastSeq - countsFrom);
      const all = countsNow();
      const delivered = sum(all.map((count) => Math.min(count, owed)));
      const expected = owed * all.length;
      return {
        // Who only counts sees no order; and one that is missing hides one that came twice.
        ledger: {
          ...{ expected, delivered, missing: expected - delivered, outOfOrder: 0 },
          duplicated: sum(all.map((count) => Math.max(0, count - owed))),
        },
        deliveries: sum(all) - before,
        latencies: createLatencyRecorder().encode(),
        lastReceivers: [],
        failures,
      };
    },
    close,
  };
}
