// Plays sending: messages on a schedule, each from one of several clients, published in the transport's own way and
// timed to the server's word that it is stored. Rounds of all transports in turn, each with a fresh server.
import type { Transport } from '../../client/transports/transport.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { type Mark, markedText } from '../load/marks.ts';
import { pace, schedule } from '../load/pacer.ts';
import { freshTag } from '../load/publisher.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { SendingWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder } from '../stats/latency.ts';
import { costsBetween, type RunContext, type Runner, workloadSettings } from './context.ts';
import { type Distance, distancesOf, type FarLab, startFarLab } from './far-lab.ts';
import { openSender, type Sender } from './sender.ts';
import { SENDERS, type SendingRound, type SentMessage, sendingResult } from './sending-lanes.ts';
import { comesTrue, playUnless } from './waiting.ts';

const LEAD_MS = 50;
/** How long the last receipts may take. */
const GRACE_MS = 5000;
/** Messages that one sender sends before anything is measured, at the most. */
const WARM_UP_MESSAGES = 100;
/** What a round takes beside warm-up and window: starting, the round trip, opening, stopping. */
const ROUND_OVERHEAD_MS = 1500;

interface Play {
  readonly transport: Transport;
  readonly distance: Distance;
  readonly round: number;
  readonly workload: SendingWorkload;
  readonly context: RunContext;
}

async function run(name: string, workload: SendingWorkload, context: RunContext): Promise<ScenarioResult> {
  const distances = distancesOf(workload.addedRoundTripsMs, context.target);
  const each = distances.flatMap((distance) => context.transports.map((transport) => ({ transport, distance })));
  const rounds: SendingRound[] = [];
  for (let round = 0; round < workload.rounds; round += 1) {
    for (const { transport, distance } of round % 2 === 0 ? each : each.toReversed()) {
      const where = distance.lane.case === undefined ? '' : ` at ${distance.lane.case}`;
      context.progress(`round ${round + 1} of ${workload.rounds}, ${transport.name}${where}`);
      rounds.push(await playRound({ transport, distance, round, workload, context }));
    }
  }
  return {
    name,
    settings: workloadSettings(workload),
    ...sendingResult(context.transports, distances, workload, rounds),
  };
}

async function playRound(play: Play): Promise<SendingRound> {
  const { distance, context } = play;
  const far = await startFarLab(context.target, distance);
  const senders: Sender[] = [];
  try {
    return await playUnless(far.ended, context.signal, (signal) => measure(play, far, senders, signal));
  } finally {
    for (const sender of senders) sender.close();
    await far.stop();
  }
}

/** @param senders gets those that were opened, to be closed in any case. */
async function measure(play: Play, far: FarLab, senders: Sender[], signal: AbortSignal): Promise<SendingRound> {
  const { transport, distance, workload, round } = play;
  // What is under way is not answered any more, and rejects.
  signal.addEventListener('abort', () => {
    for (const sender of senders) sender.close();
  });
  const tag = freshTag();
  const open = async (origin: string, part: string) => {
    const opened: Sender[] = [];
    for (let index = 0; index < SENDERS; index += 1) {
      const sender = await openSender({ transport, origin, clientId: `${tag}-${part}-${index}`, signal });
      senders.push(sender);
      opened.push(sender);
    }
    return opened;
  };
  const publish = (sender: Sender, part: string, mark: Mark) =>
    sender.publish({ id: `${tag}-${part}-${mark.index}`, text: markedText(tag, mark, workload.textBytes) });

  // Not from far away: that would only take longer.
  const warm = await open(far.lab.origin, 'warm');
  const warmUntil = clock.now() + workload.warmUpMs;
  await Promise.all(
    warm.map(async (sender, own) => {
      for (let sent = 0; sent < WARM_UP_MESSAGES && clock.now() < warmUntil; sent += 1) {
        signal.throwIfAborted();
        await publish(sender, 'warm', { index: sent * SENDERS + own, intendedAt: clock.now() });
      }
    }),
  );
  for (const sender of warm) sender.close();

  const measured = await open(far.origin, 'far');
  // A sender's first message also opens a connection, or proves who sends.
  await Promise.all(measured.map((sender, index) => publish(sender, 'first', { index, intendedAt: clock.now() })));

  const latencies = createLatencyRecorder();
  const sent: SentMessage[] = [];
  const failures: string[] = [];
  let answered = 0;
  const send = async (index: number, intendedAt: number) => {
    const message: SentMessage = { sender: index % SENDERS, receipt: null };
    sent.push(message);
    try {
      message.receipt = await publish(measured[message.sender] as Sender, 'sent', { index, intendedAt });
      latencies.record(clock.now() - intendedAt);
    } catch (error) {
      failures.push(`message ${index} was not stored: ${errorText(error)}`);
    }
    answered += 1;
  };

  const random = seededRandom(workload.seed * 1000 + round);
  const offsets = schedule(workload.arrivals, workload.messagesPerSecond, workload.durationMs, random);
  const before = await far.lab.stats();
  const watch = watchLoader();
  await pace({
    clock,
    startAt: clock.now() + LEAD_MS,
    offsets,
    send: (index, intendedAt) => void send(index, intendedAt),
    lag: watch.lag,
    signal,
  });
  const allAnswered = await comesTrue(() => answered === offsets.length, distance.addedRoundTripMs + GRACE_MS, signal);
  const loader = watch.stop();
  if (!allAnswered) failures.push(`${offsets.length - answered} messages were not answered in time`);
  const { requests, bytesIn } = costsBetween(before, await far.lab.stats(), transport.name);
  return {
    transport: transport.name,
    distance,
    roundTripMs: far.roundTripMs,
    latency: latencies.summary(),
    // As it is now: what is answered when the senders are closed comes too late.
    sent: sent.map((message) => ({ ...message })),
    requests,
    bytesIn,
    loader,
    failures: [...failures],
  };
}

export const sendingRunner: Runner<SendingWorkload> = {
  estimateMs: ({ rounds, addedRoundTripsMs, warmUpMs, durationMs }, { transports, target }) =>
    distancesOf(addedRoundTripsMs, target)
      .map(({ addedRoundTripMs }) => warmUpMs + durationMs + ROUND_OVERHEAD_MS + 10 * addedRoundTripMs)
      .reduce((sum, ms) => sum + ms * rounds * transports.length, 0),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
