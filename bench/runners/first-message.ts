// Plays first messages: clients without a connection, one after the other, that open a transport behind which a message
// waits for them. Rounds of all transports in turn, each with a fresh server.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../../client/transports/transport.ts';
import { formatCursor } from '../../server/protocol/cursor.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import type { Stats } from '../../server/protocol/messages.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { createPublisher, freshTag } from '../load/publisher.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { inScope } from '../load/scope.ts';
import { type LabUnderTest, openLab } from '../load/server-under-test.ts';
import type { FirstMessageWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder } from '../stats/latency.ts';
import { costsBetween, type RunContext, type Runner } from './context.ts';
import { type DistantTransport, distancesOf, playDistances } from './distances.ts';
import { type FirstMessageRound, firstMessageResult } from './first-message-lanes.ts';
import { watched } from './measure.ts';
import { openOnce } from './opening.ts';

/** Before anything is measured: a fresh server's code is slow until it has run often, and so is the client's. */
const WARM_UP_OPENINGS = 30;
/** How long the server may take to notice that the last client has gone. */
const CLOSING_MS = 1000;
/** What a round takes beside its openings: starting, the round trip, warming up, stopping. */
const ROUND_OVERHEAD_MS = 2000;
/** Between two openings, so that one does not meet the end of the last. */
const PAUSE_MS = 20;
/** An opening's round trips, and the work of both sides. */
const ROUND_TRIPS = 2;
const WORK_MS = 5;

function playRound(
  { transport, distance }: DistantTransport,
  workload: FirstMessageWorkload,
  context: RunContext,
): Promise<FirstMessageRound> {
  return inScope(context.signal, async (scope) => {
    const lab = await openLab(scope, context.target, distance.addedRoundTripMs);
    const roundTripMs = await measureRoundTripMs(lab);
    return { distance, roundTripMs, ...(await measure(transport, lab, workload, scope.signal)) };
  });
}

async function measure(
  transport: Transport,
  lab: LabUnderTest,
  { openings, pollIntervalMs, waitSeconds, textBytes }: FirstMessageWorkload,
  signal: AbortSignal,
): Promise<Omit<FirstMessageRound, 'distance' | 'roundTripMs'>> {
  const tag = freshTag();
  const cursor = await storeOne(lab, textBytes, tag);
  const common = { transport, cursor, pollIntervalMs, waitSeconds, signal };
  // Not from far away: that would only take longer.
  for (let opening = 0; opening < WARM_UP_OPENINGS; opening += 1) {
    await openOnce({ ...common, origin: lab.directOrigin, clientId: `${tag}-warm-${opening}` });
  }

  const latencies = createLatencyRecorder();
  const failures: string[] = [];
  const before = await closedStats(transport, lab, null, signal);
  const { loader } = await watched(null, async () => {
    for (let opening = 0; opening < openings; opening += 1) {
      await sleep(PAUSE_MS, undefined, { signal });
      try {
        latencies.record(await openOnce({ ...common, origin: lab.origin, clientId: `${tag}-${opening}` }));
      } catch (error) {
        signal.throwIfAborted();
        failures.push(`opening ${opening}: ${errorText(error)}`);
      }
    }
  });
  const after = await closedStats(transport, lab, before, signal);
  return {
    transport: transport.name,
    openings,
    latency: latencies.summary(),
    answered: latencies.count,
    costs: costsBetween(before, after, transport.name),
    loader,
    failures,
  };
}

/** Resolves with the cursor before a message that is now stored. */
async function storeOne(lab: LabUnderTest, textBytes: number, tag: string): Promise<string> {
  const publisher = await createPublisher(lab.directOrigin, { textBytes, tag });
  try {
    publisher.publish({ index: 0, intendedAt: clock.now() });
    await publisher.settled();
    const [failure] = publisher.failures;
    if (failure !== undefined) throw new Error(failure);
    const { room } = await lab.stats();
    return formatCursor(room.epoch, publisher.lastSeq - 1);
  } finally {
    publisher.close();
  }
}

/**
 * Resolves with the counters once the closed connections' bytes are counted: where the transport keeps connections open,
 * when no more of them are than before; null: than none.
 */
async function closedStats(
  transport: Transport,
  lab: LabUnderTest,
  before: Stats | null,
  signal: AbortSignal,
): Promise<Stats> {
  const openOf = (stats: Stats) => stats.transports[transport.name]?.open ?? 0;
  let stats = await lab.stats();
  if (transport.pace !== 'stream') return stats;
  const most = before === null ? 0 : openOf(before);
  const areClosed = async () => {
    stats = await lab.stats();
    return openOf(stats) <= most;
  };
  // On somebody else's lab others may come and go.
  await eventually(areClosed, CLOSING_MS, signal);
  return stats;
}

export const firstMessageRunner: Runner<FirstMessageWorkload> = {
  estimateMs: ({ rounds, openings, addedRoundTripsMs }, { transports, target }) =>
    distancesOf(addedRoundTripsMs, target)
      .map(
        ({ addedRoundTripMs }) => openings * (PAUSE_MS + ROUND_TRIPS * addedRoundTripMs + WORK_MS) + ROUND_OVERHEAD_MS,
      )
      .reduce((sum, ms) => sum + ms * rounds * transports.length, 0),
  async run(workload, context) {
    const distances = distancesOf(workload.addedRoundTripsMs, context.target);
    const rounds = await playDistances(distances, workload.rounds, context, (one) => playRound(one, workload, context));
    return firstMessageResult(context.transports, distances, rounds);
  },
};
