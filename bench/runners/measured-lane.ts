// From the rounds of one transport or control to its lane. Pure.
import { defined } from '../../server/protocol/defined.ts';
import { addTotals, EMPTY_LEDGER } from '../load/ledger.ts';
import { loaderWarnings, medianLoader } from '../load/loader-watch.ts';
import type { Figure, Lane } from '../run/run-file.ts';
import { driftWarning } from '../stats/drift.ts';
import { type LatencySummary, mapLatencies } from '../stats/latency.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { type Costs, costsBetween, failureWarnings, sumOf } from './context.ts';
import type { PlayedRound } from './measure.ts';

export interface LaneKey {
  readonly transport?: string;
  readonly control?: string;
  readonly case?: string;
}

/** @param ownServer whether nobody else used the server, so that its CPU time is this lane's. */
export function measuredLane(key: LaneKey, rounds: readonly PlayedRound[], ownServer: boolean): Lane {
  const loader = medianLoader(rounds.map((round) => round.loader));
  const windowMs = sumOf(rounds, ({ schedule }) => schedule.toMs - schedule.fromMs);
  const messages = sumOf(rounds, (round) => round.messages);
  const latencyUs = overSummaries(rounds.map(({ latency }) => latency));
  const lastReceiverUs = overSummaries(rounds.map(({ lastReceiver }) => lastReceiver));
  const trips = rounds.flatMap(({ roundTripMs }) => roundTripMs ?? []);
  const warnings = loaderWarnings(loader);
  const drift = latencyUs === undefined ? null : driftWarning('The mean latency', latencyUs.mean.rounds ?? []);
  return {
    ...key,
    rounds: rounds.length,
    clients: rounds[0]?.clients ?? 0,
    ...(trips.length === 0 ? {} : { roundTripMs: overRounds(trips) }),
    messages,
    messagesPerSecond: tidy((messages * 1000) / Math.max(1, windowMs)),
    ...rounds.map((round) => round.ledger).reduce(addTotals, EMPTY_LEDGER),
    ...defined({ latencyUs }),
    ...(lastReceiverUs === undefined || (rounds[0]?.clients ?? 0) < 2 ? {} : { lastReceiverUs }),
    ...costFigures(key, rounds, ownServer),
    loader,
    ...(warnings.length > 0 ? { spoiled: true } : {}),
    warnings: [
      ...failureWarnings([...new Set(rounds.flatMap((round) => round.failures))]),
      ...warnings,
      ...(drift === null ? [] : [drift]),
    ],
  };
}

function overSummaries(summaries: readonly (LatencySummary | null)[]): Lane['latencyUs'] {
  const found = summaries.flatMap((summary) => summary ?? []);
  if (found.length === 0) return undefined;
  return mapLatencies((name) => overRounds(found.map((summary) => summary[name])));
}

/** What a round cost; of a control there are no counters. */
export function roundCosts({ transport }: LaneKey, round: PlayedRound): Costs | null {
  const { before, after } = round;
  if (transport === undefined || before.stats === null || after.stats === null) return null;
  return costsBetween(before.stats, after.stats, transport);
}

function costFigures(key: LaneKey, rounds: readonly PlayedRound[], ownServer: boolean): Partial<Lane> {
  const costs = rounds.flatMap((round) => roundCosts(key, round) ?? []);
  const cpu = (deliveriesOf: (round: PlayedRound, index: number) => number) =>
    ownServer
      ? {
          serverCpuUsPerDelivery: overRounds(
            rounds.map(
              (round, index) => (round.after.cpuUs - round.before.cpuUs) / Math.max(1, deliveriesOf(round, index)),
            ),
          ),
        }
      : {};
  if (costs.length < rounds.length) return cpu((round) => round.deliveries);
  const perDelivery = (cost: (one: Costs) => number): Figure =>
    overRounds(costs.map((one) => cost(one) / Math.max(1, one.delivered)));
  return {
    requests: sumOf(costs, (one) => one.requests),
    requestsPerDelivery: perDelivery((one) => one.requests),
    bytesIn: sumOf(costs, (one) => one.bytesIn),
    bytesOut: sumOf(costs, (one) => one.bytesOut),
    bytesPerDelivery: perDelivery((one) => one.bytesIn + one.bytesOut),
    ...cpu((_, index) => costs[index]?.delivered ?? 0),
  };
}

/** @returns how many times the control's figure the lane's is, paired by round; undefined where one is missing. */
export function timesControl(of: Figure | undefined, control: Figure | undefined): Figure | undefined {
  if (of === undefined || control === undefined || control.value === 0) return undefined;
  const [a, b] = [of.rounds, control.rounds];
  if (a === undefined || b === undefined || a.length !== b.length) return { value: tidy(of.value / control.value) };
  return overRounds(a.map((value, round) => value / (b[round] as number)));
}

/** @returns the lane with its figures as multiples of the control's. */
export function withControl(lane: Lane, control: Lane | undefined): Lane {
  if (control?.control === undefined) return lane;
  const latencyP50 = timesControl(lane.latencyUs?.p50, control.latencyUs?.p50);
  const serverCpuUsPerDelivery = timesControl(lane.serverCpuUsPerDelivery, control.serverCpuUsPerDelivery);
  return {
    ...lane,
    ofControl: {
      control: control.control,
      ...defined({ latencyP50, serverCpuUsPerDelivery }),
    },
  };
}
