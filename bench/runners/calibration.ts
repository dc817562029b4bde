// Plays the calibration: a known delay that must be measured, the same transport twice, which must show no difference,
// and the echo of a raw socket, below which the bench can measure nothing.
import { connect } from 'node:net';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { pace, schedule } from '../load/pacer.ts';
import { inScope } from '../load/scope.ts';
import { openNetwork, startControl, startLab } from '../load/server-under-test.ts';
import { transportSubject } from '../load/subject.ts';
import type { Crowd } from '../load/worker/fleet.ts';
import type { BroadcastWorkload, CalibrationWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder, type LatencySummary } from '../stats/latency.ts';
import { playRound } from './broadcast.ts';
import { type CalibrationRound, calibrationResult } from './calibration-lanes.ts';
import type { RunContext, Runner } from './context.ts';
import { openRoom, type PlayedRound, watched } from './measure.ts';

/** Nothing waits on it, so that what is seen is the bench's and not the transport's. */
const TRANSPORT = { name: 'websocket', pace: 'stream' } as const;
/** How long the last echoes may take. */
const GRACE_MS = 3000;
const LEAD_MS = 50;
const GUARD_MS = 100;
/** What a round takes beside its windows. */
const ROUND_OVERHEAD_MS = 5500;
/** The delay, twice the same, and the echo. */
const WINDOWS = 4;

async function playOnce(workload: CalibrationWorkload, round: number, context: RunContext): Promise<PlayedRound> {
  const broadcast: BroadcastWorkload = {
    ...workload,
    kind: 'broadcast',
    clients: [workload.clients],
    messagesAtOnce: 1,
    warmUpMessagesPerSecond: workload.messagesPerSecond,
    settleMs: 0,
    controls: [],
  };
  const [step] = await playRound(transportSubject(TRANSPORT, null), broadcast, round, context);
  if (step === undefined) throw new Error('the round had no step');
  return step;
}

/**
 * Every message goes to two crowds at once, through an impairment proxy each, of which one adds the delay: so what the
 * machine does to publishing in this very moment is the same for both.
 */
function playDelay(
  workload: CalibrationWorkload,
  round: number,
  { fleet, signal }: RunContext,
): Promise<{ plain: PlayedRound; delayed: PlayedRound }> {
  const { clients, messagesPerSecond, durationMs, warmUpMs, arrivals } = workload;
  return inScope(signal, async (scope) => {
    const lab = await scope.open(startLab());
    const room = await openRoom(scope, { ...workload, fleet, origin: lab.directOrigin });
    const groups: Crowd[][] = [];
    for (const addedMs of [0, workload.addedDelayMs]) {
      const { network } = await openNetwork(scope, lab, round);
      await network.set({ serverToClient: { delayMs: workload.baseDelayMs + addedMs } });
      const phasesMs = Array.from({ length: clients }, () => 0);
      const clientIdPrefix = `calibration-${addedMs}`;
      groups.push([
        await room.openCrowd({ transport: TRANSPORT.name, origin: network.origin, clientIdPrefix, phasesMs }),
      ]);
    }
    const stretches = [warmUpMs, durationMs].map((ms) => ({ ms, messagesPerSecond }));
    const played = schedule(arrivals, stretches, seededRandom(workload.seed * 1000 + round), GUARD_MS);
    const { result, loader } = await watched(fleet, (lag) => room.playWindow(lab, groups, { schedule: played, lag }));
    const [plain, delayed] = result.map((window): PlayedRound => ({ ...window, roundTripMs: null, loader }));
    return { plain: plain as PlayedRound, delayed: delayed as PlayedRound };
  });
}

/** From the intended time of sending to the echo's arrival, on a socket that is open. */
function playEcho(workload: CalibrationWorkload, round: number, context: RunContext): Promise<LatencySummary> {
  const { arrivals, messagesPerSecond, durationMs: ms, textBytes } = workload;
  return inScope(context.signal, async ({ open, atEnd, signal }) => {
    const server = await open(startControl('tcp-echo'));
    const { hostname, port } = new URL(server.origin);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    atEnd(() => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const latencies = createLatencyRecorder();
    const waiting: number[] = [];
    let unread = 0;
    socket.on('data', (part: Buffer) => {
      const at = clock.now();
      unread += part.length;
      for (; unread >= textBytes; unread -= textBytes) {
        const intendedAt = waiting.shift();
        if (intendedAt !== undefined) latencies.record(at - intendedAt);
      }
    });
    const line = Buffer.alloc(textBytes, '.');
    const random = seededRandom(workload.seed * 1000 + round);
    await pace({
      clock,
      startAt: clock.now() + LEAD_MS,
      offsets: schedule(arrivals, [{ ms, messagesPerSecond }], random).offsetsMs,
      send: (_, intendedAt) => {
        waiting.push(intendedAt);
        socket.write(line);
      },
      lag: () => undefined,
      signal,
    });
    const isAnswered = await eventually(() => waiting.length === 0, GRACE_MS, signal);
    const summary = latencies.summary();
    if (summary === null || !isAnswered) throw new Error('the raw echo did not answer');
    return summary;
  });
}

export const calibrationRunner: Runner<CalibrationWorkload> = {
  estimateMs: ({ rounds, durationMs, warmUpMs }) => rounds * (WINDOWS * durationMs + 3 * warmUpMs + ROUND_OVERHEAD_MS),
  async run(workload, context) {
    const rounds: CalibrationRound[] = [];
    for (let round = 0; round < workload.rounds; round += 1) {
      const say = (what: string) => context.progress(`round ${round + 1} of ${workload.rounds}, ${what}`);
      say('a known delay');
      const delay = await playDelay(workload, round, context);
      say('the same transport twice');
      const [first, second] = [await playOnce(workload, round, context), await playOnce(workload, round, context)];
      say('the echo of a raw socket');
      const echo = await playEcho(workload, round, context);
      // The one that comes first is now the one, now the other, so that being first makes no difference.
      const [a, b] = round % 2 === 0 ? [first, second] : [second, first];
      rounds.push({ ...delay, a, b, echo });
    }
    return calibrationResult(TRANSPORT.name, workload, rounds);
  },
};
