// From the rounds of a broadcast to one lane per transport. Pure.
import type { Transport } from '../../client/transports/transport.ts';
import type { Lane, LoaderFigures } from '../report/run-file.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { type LatencyName, type LatencySummary, mapLatencies } from '../stats/latency.ts';
import { deviationWarning, type Prediction, predict } from '../stats/models.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { type Costs, failureWarnings, sumOf } from './context.ts';
import { addTotals, EMPTY_LEDGER, type LedgerTotals } from './ledger.ts';
import { loaderWarnings, medianLoader } from './loader-watch.ts';

/** What one round of one transport gave. */
export interface BroadcastRound {
  /** Intended within the measured window. */
  readonly messages: number;
  readonly ledger: LedgerTotals;
  /** Null where nothing was delivered. */
  readonly latency: LatencySummary | null;
  /** Within the measured window. */
  readonly costs: Costs;
  readonly roundTripMs: number;
  readonly loader: LoaderFigures;
  readonly failures: readonly string[];
}

type NamedTransport = Pick<Transport, 'name' | 'streams'>;

/** Beyond these a deviation from the prediction is warned of. */
const LATENCY_TOLERANCE = { share: 0.05, atLeastUs: 5000 };
const REQUEST_TOLERANCE = { share: 0.05, atLeast: 0.01 };

export function broadcastLanes(
  transports: readonly NamedTransport[],
  workload: BroadcastWorkload,
  results: ReadonlyMap<string, readonly BroadcastRound[]>,
): Lane[] {
  const measured = transports.map(({ name }) => measuredLane(name, workload, results.get(name) ?? []));
  const oneWayDelayMs = baseDelayMs(measured.filter((_, index) => transports[index]?.streams));
  return measured.map((lane, index) => {
    const name = (transports[index] as NamedTransport).name;
    return withPrediction(lane, name, workload, results.get(name) ?? [], oneWayDelayMs);
  });
}

/** CPU time of the server for one message to all clients. */
function fanOutMs(lane: Lane): number {
  return ((lane.clients ?? 0) * (lane.serverCpuUsPerDelivery?.value ?? 0)) / 1000;
}

/** On a stream nothing waits for a poll: its latency is the delay itself, and half the fan-out. */
function baseDelayMs(streams: readonly Lane[]): number {
  const delays = streams.flatMap((lane) =>
    lane.latencyUs === undefined ? [] : Math.max(0, lane.latencyUs.mean.value / 1000 - fanOutMs(lane) / 2),
  );
  return delays.length === 0 ? 0 : Math.min(...delays);
}

function measuredLane(transport: string, workload: BroadcastWorkload, rounds: readonly BroadcastRound[]): Lane {
  const ledger = rounds.map((round) => round.ledger).reduce(addTotals, EMPTY_LEDGER);
  const messages = sumOf(rounds, (round) => round.messages);
  const loader = medianLoader(rounds.map((round) => round.loader));
  const summaries = rounds.flatMap((round) => round.latency ?? []);
  const perDelivery = (cost: (round: BroadcastRound) => number) =>
    overRounds(rounds.map((round) => cost(round) / Math.max(1, round.costs.delivered)));
  return {
    transport,
    rounds: rounds.length,
    clients: workload.clients,
    messages,
    messagesPerSecond: tidy((messages * 1000) / (rounds.length * workload.durationMs)),
    ...ledger,
    ...(summaries.length === 0
      ? {}
      : {
          latencyUs: mapLatencies((name) => overRounds(summaries.map((summary) => summary[name]))),
        }),
    requests: sumOf(rounds, (round) => round.costs.requests),
    requestsPerDelivery: perDelivery((round) => round.costs.requests),
    bytesIn: sumOf(rounds, (round) => round.costs.bytesIn),
    bytesOut: sumOf(rounds, (round) => round.costs.bytesOut),
    bytesPerDelivery: perDelivery((round) => round.costs.bytesIn + round.costs.bytesOut),
    serverCpuUsPerDelivery: perDelivery((round) => round.costs.cpuUs),
    loader,
    ...(loaderWarnings(loader).length > 0 ? { spoiled: true } : {}),
    warnings: [...failureWarnings(rounds.flatMap((round) => round.failures)), ...loaderWarnings(loader)],
  };
}

function withPrediction(
  lane: Lane,
  transport: string,
  workload: BroadcastWorkload,
  rounds: readonly BroadcastRound[],
  oneWayDelayMs: number,
): Lane {
  const { clients, durationMs } = workload;
  const delivered = sumOf(rounds, (round) => round.costs.delivered);
  const clientMs = clients * durationMs * rounds.length;
  const prediction = predict(transport, {
    pollIntervalMs: workload.pollIntervalMs,
    holdMs: workload.waitSeconds * 1000,
    gapMs: sumOf(rounds, (round) => round.roundTripMs) / Math.max(1, rounds.length),
    oneWayDelayMs,
    fanOutMs: fanOutMs(lane),
    messagesPerMs: delivered / clientMs,
  });
  if (prediction === null) return lane;
  const predicted = {
    ...predictedLatency(prediction),
    requests: Math.round(prediction.requestsPerMs * clientMs),
    requestsPerDelivery: tidy((prediction.requestsPerMs * clientMs) / Math.max(1, delivered)),
  };
  // What the bench itself spoiled needs no other reason to be looked for.
  if (lane.spoiled === true) return { ...lane, predicted };
  const warnings = [
    lane.latencyUs === undefined || predicted.latencyUs === undefined
      ? null
      : deviationWarning('The mean latency', lane.latencyUs.mean.value, predicted.latencyUs.mean, {
          share: LATENCY_TOLERANCE.share,
          // Half of the fan-out is the model's guess; the bench's own part in it is not in the model.
          atLeast: LATENCY_TOLERANCE.atLeastUs + fanOutMs(lane) * 1000,
        }),
    deviationWarning(
      'The number of requests per delivery',
      lane.requestsPerDelivery?.value ?? 0,
      predicted.requestsPerDelivery,
      REQUEST_TOLERANCE,
    ),
  ].filter((warning) => warning !== null);
  return { ...lane, predicted, warnings: [...lane.warnings, ...warnings] };
}

function predictedLatency({ latency }: Prediction): { latencyUs?: Record<LatencyName, number> } {
  return latency === undefined ? {} : { latencyUs: mapLatencies((name) => tidy(latency[name] * 1000)) };
}
