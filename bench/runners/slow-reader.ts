// Plays slow readers: on each stream, readers that have stopped beside clients that go on, and the same without them, in
// turn and each with a fresh server. Afterwards some of the stopped read on; the others wait until the server closes them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../../client/transports/transport.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { eventually } from '../load/eventually.ts';
import { schedule } from '../load/pacer.ts';
import { inScope, type Scope } from '../load/scope.ts';
import { type LabUnderTest, startLab } from '../load/server-under-test.ts';
import type { SlowReaderWorkload } from '../scenarios/scenario.ts';
import type { RunContext, Runner } from './context.ts';
import { openRoom, watched } from './measure.ts';
import { playRounds } from './rounds.ts';
import { type AfterwardsRound, type SlowReaderRound, slowReaderResult } from './slow-reader-lanes.ts';
import { openStoppedReaders, type StoppedReaders } from './stopped-readers.ts';

/** Messages before the window, until the server's code is fast and the stopped readers' pipes have begun to fill. */
const SETTLE_MS = 1000;
const SAMPLE_MS = 100;
/** A stopped reader is closed so long after the window at the earliest: within it, it is to be there. */
const STALL_AFTER_MS = 5000;
/** Beyond the time after which it is to be closed. */
const CLOSE_GRACE_MS = 5000;
/** How long readers may take to get everything, once they read on. */
const CATCH_UP_MS = 20_000;
/** No pings within a round: an unanswered one is another reason to close a connection. */
const HEARTBEAT_MS = 120_000;
/** What a round takes beside its schedule: starting, opening, catching up, stopping. */
const ROUND_OVERHEAD_MS = 2500;

/** Neither matters to a stream. */
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

function stallMs({ durationMs }: SlowReaderWorkload): number {
  return SETTLE_MS + durationMs + STALL_AFTER_MS;
}

function playRound(play: Play): Promise<SlowReaderRound> {
  const { workload, context } = play;
  return inScope(context.signal, async (scope) => {
    const flags = [
      ...['--stall-ms', String(stallMs(workload)), '--heartbeat-ms', String(HEARTBEAT_MS)],
      ...['--retain', String(2 * messagesOf(workload))],
    ];
    return measure(play, await scope.open(startLab(flags)), scope);
  });
}

function messagesOf({ messagesPerSecond, durationMs }: SlowReaderWorkload): number {
  return Math.ceil((messagesPerSecond * (SETTLE_MS + durationMs)) / 1000);
}

async function measure(play: Play, lab: LabUnderTest, scope: Scope): Promise<SlowReaderRound> {
  const { transport, round, stoppedReaders, workload, context } = play;
  const { seed, messagesPerSecond, durationMs, textBytes } = workload;
  const { fleet } = context;
  const { signal } = scope;
  const { origin } = lab;
  const neither = { pollIntervalMs: POLL_INTERVAL_MS, waitSeconds: WAIT_SECONDS };
  const room = await openRoom(scope, { fleet, origin, textBytes, ...neither });
  const phasesMs = Array.from({ length: workload.clients }, () => 0);
  const clientIdPrefix = `${transport.name}-going-on`;
  const crowd = await room.openCrowd({ transport: transport.name, origin, clientIdPrefix, phasesMs });
  const stopped: StoppedReaders[] = [];
  const goingToResume = Math.ceil(stoppedReaders / 2);
  for (const readers of stoppedReaders === 0 ? [] : [goingToResume, stoppedReaders - goingToResume]) {
    const opening = openStoppedReaders({ transport, origin, readers, seed: 2 * round + stopped.length, signal });
    stopped.push(await scope.open(opening));
  }

  const before = await lab.stats();
  const stretches = [SETTLE_MS, durationMs].map((ms) => ({ ms, messagesPerSecond }));
  const played = schedule('poisson', stretches, seededRandom(seed * 1000 + round));
  const sampling = new AbortController();
  const sampled = sampleUnwritten(lab, AbortSignal.any([signal, sampling.signal]));
  const { result, loader } = await watched(fleet, (lag) =>
    room.playWindow(lab, [[crowd]], { schedule: played, lag }).finally(() => sampling.abort()),
  );
  const unwrittenBytes = await sampled;
  const after = await lab.stats();
  const [window] = result;
  if (window === undefined) throw new Error('the window gave nothing');
  return {
    transport: transport.name,
    stoppedReaders,
    messages: window.messages,
    latency: window.latency,
    ledger: window.ledger,
    unwrittenBytes,
    heldAtTheEnd: after.slowReaders.count,
    rssGrowthBytes: after.process.rssBytes - before.process.rssBytes,
    afterwards: await playAfterwards(stopped, lab, room.publisher.lastSeq, workload, signal),
    loader,
    failures: window.failures,
  };
}

/** Resolves, once it is told to stop, with the most bytes that were held for each slow reader at a time. */
async function sampleUnwritten(lab: LabUnderTest, stop: AbortSignal): Promise<number> {
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
  lab: LabUnderTest,
  lastSeq: number,
  workload: SlowReaderWorkload,
  signal: AbortSignal,
): Promise<AfterwardsRound[]> {
  const rounds: AfterwardsRound[] = [];
  for (const [index, readers] of stopped.entries()) {
    const isClosed = index > 0;
    if (isClosed) {
      const noneIsHeld = async () => (await lab.stats()).slowReaders.count === 0;
      await eventually(noneIsHeld, stallMs(workload) + CLOSE_GRACE_MS, signal);
    }
    readers.resume();
    await eventually(() => readers.hasAll(lastSeq), CATCH_UP_MS, signal);
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
      workload.rounds *
      transports.filter(({ pace }) => pace === 'stream').length *
      (2 * schedule + STALL_AFTER_MS + 2000)
    );
  },
  async run(workload, context) {
    const { rounds } = workload;
    // A poll is answered whole or not at all: who does not ask is not sent anything.
    const streams = context.transports.filter(({ pace }) => pace === 'stream');
    const each = streams.flatMap((transport) =>
      [0, workload.stoppedReaders].map((stoppedReaders) => ({ transport, stoppedReaders })),
    );
    const name = ({ transport, stoppedReaders }: Pick<Play, 'transport' | 'stoppedReaders'>) =>
      `${transport.name}, ${stoppedReaders} stopped readers`;
    const played = await playRounds(each, { rounds, name, progress: context.progress }, (one, round) =>
      playRound({ ...one, round, workload, context }),
    );
    return slowReaderResult(streams, workload, [...played.values()].flat());
  },
};
