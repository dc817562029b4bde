// Plays sending: messages on a schedule, each from one of several clients, published in the transport's own way and
// timed to the server's word that it is stored. Rounds of all transports in turn, each with a fresh server.
import { errorText } from '../../server/protocol/error-text.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { type Mark, markedText } from '../load/marks.ts';
import { pace, schedule } from '../load/pacer.ts';
import { freshTag } from '../load/publisher.ts';
import { measureRoundTripMs } from '../load/round-trip.ts';
import { inScope, type Scope } from '../load/scope.ts';
import { type LabUnderTest, openLab } from '../load/server-under-test.ts';
import type { SendingWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder } from '../stats/latency.ts';
import { costsBetween, type RunContext, type Runner } from './context.ts';
import { type DistantTransport, distancesOf, playDistances } from './distances.ts';
import { watched } from './measure.ts';
import { openSender, type Sender } from './sender.ts';
import { SENDERS, type SendingRound, type SentMessage, sendingResult } from './sending-lanes.ts';

const LEAD_MS = 50;
/** How long the last receipts may take. */
const GRACE_MS = 5000;
/** Messages that one sender sends before anything is measured, at the most. */
const WARM_UP_MESSAGES = 100;
/** What a round takes beside warm-up and window: starting, the round trip, opening, stopping. */
const ROUND_OVERHEAD_MS = 1500;

interface Play extends DistantTransport {
  readonly round: number;
  readonly workload: SendingWorkload;
  readonly context: RunContext;
}

function playRound(play: Play): Promise<SendingRound> {
  const { distance, context } = play;
  return inScope(context.signal, async (scope) => {
    const lab = await openLab(scope, context.target, distance.addedRoundTripMs);
    const roundTripMs = await measureRoundTripMs(lab);
    return { distance, roundTripMs, ...(await measure(play, lab, scope)) };
  });
}

async function measure(
  { transport, distance, workload, round }: Play,
  lab: LabUnderTest,
  { open, signal }: Scope,
): Promise<Omit<SendingRound, 'distance' | 'roundTripMs'>> {
  const tag = freshTag();
  const senders: Sender[] = [];
  // What is under way is not answered any more, and rejects.
  signal.addEventListener('abort', () => {
    for (const sender of senders) sender.close();
  });
  const openSenders = async (origin: string, part: string) => {
    const opened: Sender[] = [];
    for (let index = 0; index < SENDERS; index += 1) {
      const sender = await open(openSender({ transport, origin, clientId: `${tag}-${part}-${index}`, signal }));
      opened.push(sender);
      senders.push(sender);
    }
    return opened;
  };
  const publish = (sender: Sender, part: string, mark: Mark) =>
    sender.publish({ id: `${tag}-${part}-${mark.index}`, text: markedText(tag, mark, workload.textBytes) });

  // Not from far away: that would only take longer.
  const warm = await openSenders(lab.directOrigin, 'warm');
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

  const measured = await openSenders(lab.origin, 'far');
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
  const stretch = { ms: workload.durationMs, messagesPerSecond: workload.messagesPerSecond };
  const { offsetsMs: offsets } = schedule(workload.arrivals, [stretch], random);
  const before = await lab.stats();
  const { result: allAnswered, loader } = await watched(null, async (lag) => {
    const startAt = clock.now() + LEAD_MS;
    await pace({
      ...{ clock, startAt, offsets, lag, signal },
      send: (index, intendedAt) => void send(index, intendedAt),
    });
    return eventually(() => answered === offsets.length, distance.addedRoundTripMs + GRACE_MS, signal);
  });
  if (!allAnswered) failures.push(`${offsets.length - answered} messages were not answered in time`);
  const { requests, bytesIn } = costsBetween(before, await lab.stats(), transport.name);
  return {
    transport: transport.name,
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
  async run(workload, context) {
    const distances = distancesOf(workload.addedRoundTripsMs, context.target);
    const rounds = await playDistances(distances, workload.rounds, context, (one, round) =>
      playRound({ ...one, round, workload, context }),
    );
    return sendingResult(context.transports, distances, workload, rounds);
  },
};
