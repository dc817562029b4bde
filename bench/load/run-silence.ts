// Plays a silence: clients of all transports at once on one server, and not one message.
import type { Transport } from '../../client/transports/transport.ts';
import type { Lane, ScenarioResult } from '../report/run-file.ts';
import type { SilenceWorkload } from '../scenarios/scenario.ts';
import { deviationWarning, predict } from '../stats/models.ts';
import { tidy } from '../stats/over-rounds.ts';
import { seededRandom, stratifiedPhases } from '../stats/random.ts';
import { type ClientPool, openClientPool } from './client-pool.ts';
import { monotonicClock as clock } from './clock.ts';
import {
  type Costs,
  costsBetween,
  failureWarnings,
  type RunContext,
  type Runner,
  workloadSettings,
} from './context.ts';
import { type Lab, startLab } from './lab-server.ts';

const MS_PER_HOUR = 3_600_000;
/** The polls' phases lie within this share of the settling time, so that none is at the edge of the window. */
const PHASE_SHARE = 0.8;
const REQUEST_TOLERANCE = { share: 0.02, atLeast: 0.5 };
/** What the scenario takes beside settling and window. */
const OVERHEAD_MS = 2000;

async function run(name: string, workload: SilenceWorkload, context: RunContext): Promise<ScenarioResult> {
  const { transports, signal } = context;
  const lab = await startLab(['--heartbeat-ms', `${workload.heartbeatMs}`]);
  const pools: ClientPool[] = [];
  try {
    for (const transport of transports) {
      context.progress(`opening ${workload.clients} clients of ${transport.name}`);
      pools.push(await openSilentPool(transport, workload, lab, signal));
    }
    context.progress('settling');
    await Promise.race([clock.sleepUntil(clock.now() + workload.settleMs, signal), lab.ended]);
    const before = await lab.stats();
    context.progress(`${workload.durationMs / 1000} s of silence`);
    await Promise.race([clock.sleepUntil(clock.now() + workload.durationMs, signal), lab.ended]);
    const after = await lab.stats();
    return {
      name,
      settings: workloadSettings(workload),
      lanes: transports.map((transport, index) =>
        silentLane(transport.name, workload, costsBetween(before, after, transport.name), pools[index]?.failures ?? []),
      ),
    };
  } finally {
    for (const pool of pools) pool.close();
    await lab.stop();
  }
}

function openSilentPool(
  transport: Transport,
  workload: SilenceWorkload,
  lab: Lab,
  signal: AbortSignal,
): Promise<ClientPool> {
  const { clients, pollIntervalMs, waitSeconds, settleMs } = workload;
  const phases = stratifiedPhases(clients, settleMs * PHASE_SHARE, seededRandom(workload.seed));
  return openClientPool({
    transport,
    origin: lab.origin,
    clients,
    pollIntervalMs,
    waitSeconds,
    pollPhaseMs: (client) => phases[client] as number,
    signal,
  });
}

export function silentLane(
  transport: string,
  workload: SilenceWorkload,
  costs: Costs,
  failures: readonly string[],
): Lane {
  const { clients, durationMs } = workload;
  const perClientHour = (amount: number) => tidy((amount / (clients * durationMs)) * MS_PER_HOUR);
  const requestsPerClientHour = perClientHour(costs.requests);
  const prediction = predict(transport, {
    pollIntervalMs: workload.pollIntervalMs,
    holdMs: workload.waitSeconds * 1000,
    gapMs: 0,
    oneWayDelayMs: 0,
    fanOutMs: 0,
    messagesPerMs: 0,
  });
  const predicted =
    prediction === null
      ? {}
      : {
          predicted: {
            requests: tidy(prediction.requestsPerMs * clients * durationMs),
            requestsPerClientHour: tidy(prediction.requestsPerMs * MS_PER_HOUR),
          },
        };
  const deviation =
    predicted.predicted === undefined
      ? null
      : deviationWarning(
          'The number of requests',
          requestsPerClientHour,
          predicted.predicted.requestsPerClientHour,
          REQUEST_TOLERANCE,
        );
  return {
    transport,
    rounds: 1,
    clients,
    requests: costs.requests,
    requestsPerClientHour: { value: requestsPerClientHour },
    bytesIn: costs.bytesIn,
    bytesOut: costs.bytesOut,
    bytesPerClientHour: { value: perClientHour(costs.bytesIn + costs.bytesOut) },
    ...predicted,
    warnings: [...failureWarnings(failures), ...(deviation === null ? [] : [deviation])],
  };
}

export const silenceRunner: Runner<SilenceWorkload> = {
  estimateMs: ({ settleMs, durationMs }) => settleMs + durationMs + OVERHEAD_MS,
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
