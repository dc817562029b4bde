// Plays slow readers: on each stream, readers that have stopped beside clients that go on, and the same without them, in
// turn and each with a fresh server. Afterwards some of the stopped read on; the others wait until the server closes them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../../client/transports/transport.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { type LabProcess, startLab } from '../load/lab-server.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { schedule as sendTimes } from '../load/pacer.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { measuredLab } from '../load/subject.ts';
import { type Crowd, loaderOf } from '../load/worker/fleet.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { SlowReaderWorkload } from '../scenarios/scenario.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';
import { type AfterwardsRound, type SlowReaderRound, slowReaderResult } from './slow-reader-lanes.ts';
import { openStoppedReaders, type StoppedReaders } from './stopped-readers.ts';
import { comesTrue, playUnless } from './waiting.ts';
import { playWindow, type WindowSchedule } from './window.ts';

/** Messages before the window, until the server's code is fast and the stopped readers' pipes have begun to fill. */
const SETTLE_MS = 1000;
const LEAD_MS = 50;
const GRACE_MS = 5000;
const QUIET_MS = 50;
const SAMPLE_MS = 100;
/** A stopped reader is closed so long after the window at the earliest: within it, it is to be there. */
const STALL_AFTER_MS = 2000;
/** Beyond the time after which it is to be closed. */
const CLOSE_GRACE_MS = 5000;
/** How long readers may take to get everything, once they read on. */
const CATCH_UP_MS = 20_000;
/** No pings within a round: an unanswered one is another reason to close a connection. */
const HEARTBEAT_MS = 120_000;
/** What a round takes beside its schedule: starting, opening, catching up, stopping. */
const ROUND_OVERHEAD_MS = 2500;

const POLL_INTERVAL_MS = 1000;
const WAIT_SECONDS = 30;

interface Play {
  readonly transport: Transport;
  readonly round: number;
  /** 0: the run without them. */
  readonly stoppedReaders: number;
  readonly workload: SlowReaderWorkload;
  readonly context: RunContext;
}

/** What a round leaves open, to be closed in any case. */
interface Open {
  publisher?: Publisher;
  crowd?: Crowd;
  readonly stopped: StoppedReaders[];
}

function stallMs({ durationMs }: SlowReaderWorkload): number {
  return SETTLE_MS + durationMs + STALL_AFTER_MS;
}

async function run(name: string, workload: SlowReaderWorkload, context: RunContext): Promise<ScenarioResult> {
  // A poll is answered whole or not at all: who does not ask is not sent anything.
  const streams = context.transports.filter(({ streams: isStream }) => isStream);
  const each = streams.flatMap((transport) =>
    [0, workload.stoppedReaders].map((stoppedReaders) => ({ transport, stoppedReaders })),
  );
  const rounds: SlowReaderRound[] = [];
  for (let round = 0; round < workload.rounds; round += 1) {
    for (const { transport, stoppedReaders } of round % 2 === 0 ? each : each.toReversed()) {
      context.progress(
        `round ${round + 1} of ${workload.rounds}, ${transport.name}, ${stoppedReaders} stopped readers`,
      );
      rounds.push(await playRound({ transport, round, stoppedReaders, workload, context }));
    }
  }
  return { name, settings: workloadSettings(workload), ...slowReaderResult(streams, workload, rounds) };
}

async function playRound(play: Play): Promise<SlowReaderRound> {
  const { workload, context } = play;
  const lab = await startLab([
    ...['--stall-ms', String(stallMs(workload)), '--heartbeat-ms', String(HEARTBEAT_MS)],
    ...['--retain', String(2 * messagesOf(workload))],
  ]);
  const open: Open = { stopped: [] };
  try {
    const ended = Promise.race([lab.ended, context.fleet.ended]);
    return await playUnless(ended, context.signal, (signal) => measure(play, lab, open, signal));
  } finally {
    open.publisher?.close();
    await open.crowd?.close();
    for (const readers of open.stopped) readers.close();
    await lab.stop();
  }
}

function messagesOf({ messagesPerSecond, durationMs }: SlowReaderWorkload): number {
  return Math.ceil((messagesPerSecond * (SETTLE_MS + durationMs)) / 1000);
}

async function measure(play: Play, lab: LabProcess, open: Open, signal: AbortSignal): Promise<SlowReaderRound> {
  const { transport, round, stoppedReaders, workload, context } = play;
  const tag = freshTag();
  const publisher = await createPublisher(lab.origin, { textBytes: workload.textBytes, tag });
  open.publisher = publisher;
  open.crowd = await context.fleet.openCrowd({
    transport: transport.name,
    origin: lab.origin,
    clientIdPrefix: `${transport.name}-going-on`,
    phasesMs: Array.from({ length: workload.clients }, () => 0),
    phasesFrom: clock.now(),
    pollIntervalMs: POLL_INTERVAL_MS,
    waitSeconds: WAIT_SECONDS,
    tag,
  });
  const goingToResume = Math.ceil(stoppedReaders / 2);
  for (const readers of stoppedReaders === 0 ? [] : [goingToResume, stoppedReaders - goingToResume]) {
    const seed = 2 * round + open.stopped.length;
    open.stopped.push(await openStoppedReaders({ transport, origin: lab.origin, readers, seed, signal }));
  }

  const before = await lab.stats();
  const own = watchLoader();
  const unwatch = await context.fleet.watch();
  const sampling = new AbortController();
  const sampled = sampleUnwritten(lab, AbortSignal.any([signal, sampling.signal]));
  const playing = playWindow({
    server: measuredLab(lab),
    publisher,
    groups: [{ crowds: [open.crowd], byTheClock: false }],
    schedule: scheduleOf(workload, round),
    firstIndex: 0,
    startAt: clock.now() + LEAD_MS,
    deliveryTimeoutMs: GRACE_MS,
    quietMs: QUIET_MS,
    lag: own.lag,
    signal,
  }).finally(() => sampling.abort());
  const [[result], unwrittenBytes] = await Promise.all([playing, sampled]);
  const after = await lab.stats();
  const loader = loaderOf(own.stop(), await unwatch());
  if (result === undefined) throw new Error('the window gave nothing');
  return {
    transport: transport.name,
    stoppedReaders,
    messages: result.messages,
    latency: result.latency,
    ledger: result.ledger,
    unwrittenBytes,
    heldAtTheEnd: after.slowReaders.count,
    rssGrowthBytes: after.process.rssBytes - before.process.rssBytes,
    afterwards: await playAfterwards(open.stopped, lab, publisher.lastSeq, workload, signal),
    loader,
    failures: [...publisher.failures, ...result.failures],
  };
}

function scheduleOf({ seed, messagesPerSecond, durationMs }: SlowReaderWorkload, round: number): WindowSchedule {
  const random = seededRandom(seed * 1000 + round);
  const stretch = (fromMs: number, ms: number) =>
    sendTimes('poisson', messagesPerSecond, ms, random).map((offset) => fromMs + offset);
  return {
    fromMs: SETTLE_MS,
    toMs: SETTLE_MS + durationMs,
    offsetsMs: [...stretch(0, SETTLE_MS), ...stretch(SETTLE_MS, durationMs)],
  };
}

/** Resolves, once it is told to stop, with the most bytes that were held for each slow reader at a time. */
async function sampleUnwritten(lab: LabProcess, stop: AbortSignal): Promise<number> {
  let most = 0;
  while (!stop.aborted) {
    const { count, unwrittenBytes } = (await lab.stats()).slowReaders;
    if (count > 0) most = Math.max(most, unwrittenBytes / count);
    // That it is told to stop is how it ends.
    await sleep(SAMPLE_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return most;
}

/** The first of the groups reads on at once, the second when the server has closed its connections. */
async function playAfterwards(
  stopped: readonly StoppedReaders[],
  lab: LabProcess,
  lastSeq: number,
  workload: SlowReaderWorkload,
  signal: AbortSignal,
): Promise<AfterwardsRound[]> {
  const rounds: AfterwardsRound[] = [];
  for (const [index, readers] of stopped.entries()) {
    const isClosed = index > 0;
    if (isClosed) {
      const noneIsHeld = async () => (await lab.stats()).slowReaders.count === 0;
      await comesTrue(noneIsHeld, stallMs(workload) + CLOSE_GRACE_MS, signal);
    }
    readers.resume();
    await comesTrue(() => readers.hasAll(lastSeq), CATCH_UP_MS, signal);
    rounds.push({
      isClosed,
      readers: readers.count,
      lost: readers.lost,
      ledger: readers.totals(lastSeq),
      failures: readers.failures,
    });
  }
  return rounds;
}

export const slowReaderRunner: Runner<SlowReaderWorkload> = {
  estimateMs: (workload, { transports }) => {
    const schedule = SETTLE_MS + workload.durationMs + ROUND_OVERHEAD_MS;
    return (
      workload.rounds * transports.filter(({ streams }) => streams).length * (2 * schedule + STALL_AFTER_MS + 2000)
    );
  },
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
