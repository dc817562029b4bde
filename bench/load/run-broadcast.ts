// Plays a broadcast: rounds of all transports in turn, there and back (A B C D, D C B A), each with a fresh server.
import type { Transport } from '../../client/transports/transport.ts';
import type { ScenarioResult } from '../report/run-file.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder } from '../stats/latency.ts';
import { seededRandom, stratifiedPhases } from '../stats/random.ts';
import { type BroadcastRound, broadcastLanes } from './broadcast-lanes.ts';
import { type ClientPool, openClientPool } from './client-pool.ts';
import { monotonicClock as clock } from './clock.ts';
import { costsBetween, type RunContext, type Runner, workloadSettings } from './context.ts';
import { type Lab, startLab } from './lab-server.ts';
import { type LoaderWatch, watchLoader } from './loader-watch.ts';
import { pace, schedule } from './pacer.ts';
import { createPublisher, messageIndex, type Publisher } from './publisher.ts';
import { measureRoundTripMs } from './round-trip.ts';

/** From the clients' being open to the first message. */
const LEAD_MS = 50;
/** How long the last messages may take on top of a poll interval, before they count as missing. */
const GRACE_MS = 5000;
/** How long to wait for duplicates once everything has come. */
const LINGER_MS = 100;
/** What a round takes beside warm-up and window: starting, opening, the last deliveries, stopping. */
const OVERHEAD_MS = 1500;

async function run(name: string, workload: BroadcastWorkload, context: RunContext): Promise<ScenarioResult> {
  const { transports } = context;
  const results = new Map<string, BroadcastRound[]>(transports.map((transport) => [transport.name, []]));
  for (let round = 0; round < workload.rounds; round += 1) {
    const order = round % 2 === 0 ? transports : transports.toReversed();
    for (const transport of order) {
      context.progress(`round ${round + 1} of ${workload.rounds}, ${transport.name}`);
      results.get(transport.name)?.push(await playRound(transport, workload, round, context.signal));
    }
  }
  return { name, settings: workloadSettings(workload), lanes: broadcastLanes(transports, workload, results) };
}

async function playRound(
  transport: Transport,
  workload: BroadcastWorkload,
  round: number,
  signal: AbortSignal,
): Promise<BroadcastRound> {
  const lab = await startLab();
  let publisher: Publisher | undefined;
  try {
    const roundTripMs = await measureRoundTripMs(lab);
    publisher = await createPublisher(lab.origin, workload.textBytes);
    return { roundTripMs, ...(await measure(transport, workload, round, lab, publisher, signal)) };
  } finally {
    publisher?.close();
    await lab.stop();
  }
}

async function measure(
  transport: Transport,
  workload: BroadcastWorkload,
  round: number,
  lab: Lab,
  publisher: Publisher,
  signal: AbortSignal,
): Promise<Omit<BroadcastRound, 'roundTripMs'>> {
  const { clients, pollIntervalMs, warmUpMs, settleMs, durationMs } = workload;
  // The same schedule and phases for every transport of a round.
  const random = seededRandom(workload.seed * 1000 + round);
  const stretch = (fromMs: number, ms: number, messagesPerSecond: number) =>
    schedule(workload.arrivals, messagesPerSecond, ms, random).map((offset) => fromMs + offset);
  const unmeasured = [
    ...stretch(0, warmUpMs, workload.warmUpMessagesPerSecond),
    ...stretch(warmUpMs, settleMs, workload.messagesPerSecond),
  ];
  const windowMs = warmUpMs + settleMs;
  const measured = stretch(windowMs, durationMs, workload.messagesPerSecond);
  const offsets = [...unmeasured, ...measured];
  const phases = stratifiedPhases(clients, pollIntervalMs, random);

  const latencies = createLatencyRecorder();
  let startAt = Number.NaN;
  const openedFrom = clock.now();
  const pool = await openClientPool({
    transport,
    origin: lab.origin,
    clients,
    pollIntervalMs,
    waitSeconds: workload.waitSeconds,
    // Counted from the same moment for all, however long it takes to open them.
    pollPhaseMs: (client) => {
      const behind = ((phases[client] as number) - (clock.now() - openedFrom)) % pollIntervalMs;
      return behind < 0 ? behind + pollIntervalMs : behind;
    },
    received: (messages, at) => {
      for (const message of messages) {
        const index = messageIndex(message.text);
        if (index >= unmeasured.length) latencies.record(at - startAt - (offsets[index] as number));
      }
    },
    signal,
  });
  try {
    startAt = clock.now() + LEAD_MS;
    let watch: LoaderWatch | undefined;
    const lag = (ms: number) => watch?.lag(ms);
    const begin = async () => {
      await clock.sleepUntil(startAt + windowMs, signal);
      watch = watchLoader();
      return { watched: watch, before: await lab.stats() };
    };
    const end = async () => {
      await clock.sleepUntil(startAt + windowMs + durationMs, signal);
      return lab.stats();
    };
    const pacing = pace({ clock, startAt, offsets, send: publisher.publish, lag, signal });
    const [{ watched, before }, after] = await Promise.race([Promise.all([begin(), end(), pacing]), lab.ended]);
    const loader = watched.stop();
    await Promise.race([publisher.settled(), lab.ended]);
    await allDelivered(pool, publisher.lastSeq, pollIntervalMs + GRACE_MS, signal);
    // What comes twice, comes soon after.
    await clock.sleepUntil(clock.now() + LINGER_MS, signal);
    return {
      messages: measured.length,
      ledger: pool.totals(publisher.lastSeq),
      latency: latencies.summary(),
      costs: costsBetween(before, after, transport.name),
      loader,
      failures: [...publisher.failures, ...pool.failures],
    };
  } finally {
    pool.close();
  }
}

/** Waits until every client has everything, or the time is over: what is missing then, the ledger says. */
async function allDelivered(pool: ClientPool, lastSeq: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = clock.now() + timeoutMs;
  while (!pool.allHaveUpTo(lastSeq) && clock.now() < deadline) await clock.sleepUntil(clock.now() + 10, signal);
}

export const broadcastRunner: Runner<BroadcastWorkload> = {
  estimateMs: ({ rounds, warmUpMs, settleMs, durationMs }, transports) =>
    rounds * transports * (warmUpMs + settleMs + durationMs + OVERHEAD_MS),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
