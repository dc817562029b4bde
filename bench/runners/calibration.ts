// Plays the calibration: a known delay that must be measured, the same transport twice, which must show no difference,
// and the echo of a raw socket, below which the bench can measure nothing.
import { connect } from 'node:net';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { startChildServer } from '../load/child-server.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { type ImpairedNetwork, startImpairment } from '../load/impaired.ts';
import { startLab } from '../load/lab-server.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { pace, schedule as sendTimes } from '../load/pacer.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { measuredLab, transportSubject } from '../load/subject.ts';
import { type Crowd, loaderOf } from '../load/worker/fleet.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { BroadcastWorkload, CalibrationWorkload } from '../scenarios/scenario.ts';
import { createLatencyRecorder, type LatencySummary } from '../stats/latency.ts';
import { playRound } from './broadcast.ts';
import { type CalibrationRound, calibrationResult } from './calibration-lanes.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';
import type { PlayedRound } from './measured-lane.ts';
import { playWindow } from './window.ts';

/** Nothing waits on it, so that what is seen is the bench's and not the transport's. */
const TRANSPORT = { name: 'websocket', streams: true };
const GRACE_MS = 3000;
const QUIET_MS = 50;
const LEAD_MS = 50;
const GUARD_MS = 100;
/** What a round takes beside its windows. */
const ROUND_OVERHEAD_MS = 5500;
/** The delay, twice the same, and the echo. */
const WINDOWS = 4;
/** What only predictions need. */
const NOT_PREDICTED = { phasesMs: [], stored: [], startAt: 0, openedMs: 0, host: '', clientIds: [] };

async function run(name: string, workload: CalibrationWorkload, context: RunContext): Promise<ScenarioResult> {
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
  return { name, settings: workloadSettings(workload), ...calibrationResult(TRANSPORT.name, workload, rounds) };
}

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
async function playDelay(
  workload: CalibrationWorkload,
  round: number,
  context: RunContext,
): Promise<{ plain: PlayedRound; delayed: PlayedRound }> {
  const { clients, textBytes, messagesPerSecond, durationMs, warmUpMs, arrivals } = workload;
  const lab = await startLab();
  const networks: ImpairedNetwork[] = [];
  const crowds: Crowd[] = [];
  let publisher: Publisher | undefined;
  try {
    const tag = freshTag();
    for (const addedMs of [0, workload.addedDelayMs]) {
      const network = await startImpairment(lab.origin, round);
      networks.push(network);
      await network.set({ serverToClient: { delayMs: workload.baseDelayMs + addedMs } });
      crowds.push(await openCrowd(workload, network, `calibration-${addedMs}`, tag, context));
    }
    publisher = await createPublisher(lab.origin, { textBytes, tag });
    const random = seededRandom(workload.seed * 1000 + round);
    const fromMs = warmUpMs + GUARD_MS;
    const schedule = {
      fromMs,
      toMs: fromMs + durationMs,
      offsetsMs: [
        ...sendTimes(arrivals, messagesPerSecond, warmUpMs, random),
        ...sendTimes(arrivals, messagesPerSecond, durationMs, random).map((offset) => fromMs + offset),
      ],
    };
    const own = watchLoader();
    const unwatch = await context.fleet.watch();
    const playing = playWindow({
      server: measuredLab(lab),
      publisher,
      groups: crowds.map((crowd) => ({ crowds: [crowd], byTheClock: false })),
      schedule,
      firstIndex: 0,
      startAt: clock.now() + LEAD_MS,
      deliveryTimeoutMs: GRACE_MS,
      quietMs: QUIET_MS,
      lag: own.lag,
      signal: context.signal,
    });
    const results = await Promise.race([playing, context.fleet.ended, ...networks.map((network) => network.ended)]);
    const loader = loaderOf(own.stop(), await unwatch());
    const [plain, delayed] = results.map(
      (result): PlayedRound => ({ ...result, clients, roundTripMs: null, loader, schedule, ...NOT_PREDICTED }),
    );
    return { plain: plain as PlayedRound, delayed: delayed as PlayedRound };
  } finally {
    publisher?.close();
    await Promise.all(crowds.map((crowd) => crowd.close()));
    await Promise.all(networks.map((network) => network.stop()));
    await lab.stop();
  }
}

function openCrowd(
  { clients, pollIntervalMs, waitSeconds }: CalibrationWorkload,
  network: ImpairedNetwork,
  clientIdPrefix: string,
  tag: string,
  { fleet }: RunContext,
): Promise<Crowd> {
  return fleet.openCrowd({
    transport: TRANSPORT.name,
    origin: network.origin,
    clientIdPrefix,
    phasesMs: Array.from({ length: clients }, () => 0),
    phasesFrom: clock.now(),
    pollIntervalMs,
    waitSeconds,
    tag,
  });
}

/** From the intended time of sending to the echo's arrival, on a socket that is open. */
async function playEcho(workload: CalibrationWorkload, round: number, context: RunContext): Promise<LatencySummary> {
  const server = await startChildServer('bench/controls/tcp-echo.js', []);
  const { hostname, port } = new URL(server.origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  try {
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
      for (; unread >= workload.textBytes; unread -= workload.textBytes) {
        const intendedAt = waiting.shift();
        if (intendedAt !== undefined) latencies.record(at - intendedAt);
      }
    });
    const line = Buffer.alloc(workload.textBytes, '.');
    const random = seededRandom(workload.seed * 1000 + round);
    await pace({
      clock,
      startAt: clock.now() + LEAD_MS,
      offsets: sendTimes(workload.arrivals, workload.messagesPerSecond, workload.durationMs, random),
      send: (_, intendedAt) => {
        waiting.push(intendedAt);
        socket.write(line);
      },
      lag: () => undefined,
      signal: context.signal,
    });
    const deadline = clock.now() + GRACE_MS;
    while (waiting.length > 0 && clock.now() < deadline) await clock.sleepUntil(clock.now() + 1, context.signal);
    const summary = latencies.summary();
    if (summary === null || waiting.length > 0) throw new Error('the raw echo did not answer');
    return summary;
  } finally {
    socket.destroy();
    await server.stop();
  }
}

export const calibrationRunner: Runner<CalibrationWorkload> = {
  estimateMs: ({ rounds, durationMs, warmUpMs }) => rounds * (WINDOWS * durationMs + 3 * warmUpMs + ROUND_OVERHEAD_MS),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
