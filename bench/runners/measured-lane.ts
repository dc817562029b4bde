// From the rounds of one transport or control to its lane. Pure.
import { defined } from '../../server/protocol/defined.ts';
import { sumTotals } from '../load/ledger.ts';
import type { Figure, Lane } from '../run/run-file.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { type Costs, costsBetween, sumOf } from './context.ts';
import type { PlayedRound } from './measure.ts';
import { latenciesOver, timedFigures } from './timed-figures.ts';

export interface LaneKey {
  readonly transport?: string;
  readonly control?: string;
  readonly case?: string;
}

/** @param ownServer whether nobody else used the server, so that its CPU time is this lane's. */
export function measuredLane(key: LaneKey, rounds: readonly PlayedRound[], ownServer: boolean): Lane {
  const windowMs = sumOf(rounds, ({ schedule }) => schedule.toMs - schedule.fromMs);
  const messages = sumOf(rounds, (round) => round.messages);
  const clients = rounds[0]?.clients ?? 0;
  const lastReceiverUs = latenciesOver(rounds.map(({ lastReceiver }) => lastReceiver));
  const trips = rounds.flatMap(({ roundTripMs }) => roundTripMs ?? []);
  return {
    ...key,
    rounds: rounds.length,
    clients,
    ...(trips.length === 0 ? {} : { roundTripMs: overRounds(trips) }),
    messages,
    messagesPerSecond: tidy((messages * 1000) / Math.max(1, windowMs)),
    ...sumTotals(rounds.map(({ ledger }) => ledger)),
    ...(clients < 2 ? {} : defined({ lastReceiverUs })),
    ...costFigures(key, rounds, ownServer),
    ...timedFigures(rounds),
  };
}

/** @returns the lane with what else was measured for it; the warnings of both. */
export function withMore(lane: Lane, more: Partial<Lane> = {}): Lane {
  return { ...lane, ...more, warnings: [...lane.warnings, ...(more.warnings ?? [])] };
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
export function timesControl(figure: Figure | undefined, control: Figure | undefined): Figure | undefined {
  if (figure === undefined || control === undefined || control.value === 0) return undefined;
  const [a, b] = [figure.rounds, control.rounds];
  if (a === undefined || b === undefined || a.length !== b.length) return { value: tidy(figure.value / control.value) };
  return overRounds(a.map((value, round) => value / (b[round] as number)));
}

/** @returns the lane with its figures as multiples of the control's. */
export function withControl(lane: Lane, control: Lane | undefined): Lane {
  if (control?.control === undefined) return lane;
  const latencyP50 = timesControl(lane.latencyUs?.p50, control.latencyUs?.p50);
  const serverCpuUsPerDelivery = timesControl(lane.serverCpuUsPerDelivery, control.serverCpuUsPerDelivery);
  const memoryBytesPerConnection = timesControl(lane.memoryBytesPerConnection, control.memoryBytesPerConnection);
  return {
    ...lane,
    ofControl: {
      control: control.control,
      ...defined({ latencyP50, serverCpuUsPerDelivery, memoryBytesPerConnection }),
    },
  };
}
