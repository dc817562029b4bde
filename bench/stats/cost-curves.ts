// What a transport costs the server's processor, as curves over rates: the scenario `costs` measures them, everything
// that speaks of CPU reads them. A quotient says little: a processor that wakes for each event pays for the waking.
import { studentT } from '../../client/student-t.ts';
import type { Figure, Lane, ScenarioResult } from '../run/run-file.ts';
import { logsOf } from './logs.ts';
import { overRounds, ROUNDS_FOR_INTERVAL, tidy } from './over-rounds.ts';

/** Something at a rate, or at a number of clients. */
export type Point = Pick<CostPoint, 'x' | 'value'>;

/** One measured point of a curve, with its 95 % interval over rounds. */
export interface CostPoint {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** In rising order of x, at least two points. */
export type CostCurve = readonly CostPoint[];

/** Numbers of clients, from the fewest to the most. */
export interface ClientRange {
  readonly low: number;
  readonly high: number;
}

export interface DeliveryPoint extends CostPoint {
  /** Between which the slope was measured at this rate: the higher the rate, the fewer fit on a core. */
  readonly clients: ClientRange;
}

export interface CostCurves {
  /**
   * µs of server CPU for a message itself, its POST included, deliveries apart; over messages a second. It is where the
   * line over clients begins, so that chance may put it below 0 where deliveries are nearly all of the cost.
   */
  readonly usPerMessage: CostCurve;
  /**
   * µs of server CPU for one more delivery: the slope over clients; over messages a second. Long polling: with the
   * request that the delivery provokes. Short polling: beyond the poll that it came with; where chance hides so little at
   * any rate, 0 at all of them, up to what it may be at the most, and what it costs is in the message's own cost.
   */
  readonly usPerDelivery: readonly DeliveryPoint[];
  /** µs of server CPU for a timed request; over such requests a second at the whole server. Empty: it makes none. */
  readonly usPerRequest: CostCurve;
  /** µs a second for a connection on which nothing happens, heartbeats included; x: connections. */
  readonly usPerIdleSecond: CostPoint;
  /** µs a second of a server without clients, which watches itself; in none of the others. */
  readonly usPerOwnSecond: CostPoint;
  /** The numbers of clients that slopes were measured between, at any rate. */
  readonly clients: ClientRange;
}

export interface NotKnown {
  /** Why, for people. */
  readonly notKnown: string;
}

/** A message lane's cost of one message, in each round, and where it was measured. */
interface MessageCost {
  readonly clients: number;
  readonly nominalPerSecond: number;
  readonly messagesPerSecond: number;
  readonly rounds: readonly number[];
}

export function isKnown<Known>(result: Known | NotKnown): result is Known {
  return !(typeof result === 'object' && result !== null && 'notKnown' in result);
}

/** The empty answer where there is no scenario `costs` to read. */
export const COSTS_NOT_MEASURED: NotKnown = {
  notKnown: 'this run did not measure the cost of messages and requests; `npm run bench -- --scenarios costs` does',
};

/** @param scenario `costs` of a run. @returns its curves of one transport, or why there are none. */
export function costCurves(scenario: Pick<ScenarioResult, 'lanes'>, transport: string): CostCurves | NotKnown {
  const own = scenario.lanes.filter((lane) => lane.transport === transport);
  if (own.length === 0) return COSTS_NOT_MEASURED;
  const lanes = own.filter((lane) => lane.heldOut !== true && lane.spoiled !== true);
  const silence = silenceOf(scenario.lanes, transport);
  if (!isKnown(silence)) return silence;
  const usPerRequest = requestCurve(lanes, silence.usPerOwnSecond.value);
  if (!isKnown(usPerRequest)) return usPerRequest;
  const costs = lanes.flatMap((lane) => messageCost(lane, { usPerRequest, ...silence }) ?? []);
  const lines = byRate(costs).flatMap((one) => lineOverClients(one) ?? []);
  if (lines.length < 2) {
    return { notKnown: 'fewer than two rates of messages were measured with two numbers of clients each' };
  }
  const blurred = lines.find(({ perDelivery }) => perDelivery.low <= 0);
  // What comes in an answer that is sent anyway may cost too little to be seen; what needs one of its own can't.
  const isSentAnyway = lanes.some(({ timedRequestsPerSecond }) => timedRequestsPerSecond !== undefined);
  if (blurred !== undefined && !isSentAnyway) {
    return {
      notKnown: `at ${Math.round(blurred.perDelivery.x)} messages a second a delivery's cost is lost in chance`,
    };
  }
  const deliveries = lines.map(({ perDelivery }) =>
    blurred === undefined ? perDelivery : { ...perDelivery, value: 0, low: 0, high: Math.max(0, perDelivery.high) },
  );
  return {
    usPerMessage: lines.map(({ perMessage, halfWay }) => (blurred === undefined ? perMessage : halfWay)),
    usPerDelivery: deliveries,
    usPerRequest,
    ...silence,
    clients: {
      low: Math.min(...deliveries.map(({ clients }) => clients.low)),
      high: Math.max(...deliveries.map(({ clients }) => clients.high)),
    },
  };
}

/**
 * @param ownUsPerSecond of the server without clients. @returns the cost of requests over their rate, of a control too;
 *   empty where it makes none.
 */
function requestCurve(lanes: readonly Lane[], ownUsPerSecond: number): CostCurve | NotKnown {
  const measured = lanes.filter(
    ({ serverCpuUsPerRequest, heldOut, spoiled }) =>
      serverCpuUsPerRequest !== undefined && heldOut !== true && spoiled !== true,
  );
  const points = measured.flatMap(({ requestsPerSecond, serverCpuUsPerRequest }) => {
    const x = requestsPerSecond?.value ?? 0;
    return (
      pointOf(
        x,
        roundsOf(serverCpuUsPerRequest).map((us) => us - ownUsPerSecond / x),
      ) ?? []
    );
  });
  if (points.length < measured.length) return { notKnown: 'requests were measured in too few rounds' };
  if (points.length === 1) return { notKnown: 'requests were measured at one rate only' };
  return points.toSorted((a, b) => a.x - b.x);
}

/** @param name of a transport or a control. @returns what an empty request costs there, over their rate. */
export function requestCurveOf({ lanes }: Pick<ScenarioResult, 'lanes'>, name: string): CostCurve | NotKnown {
  const ofTransport = lanes.some(({ transport }) => transport === name);
  const own = lanes.find(({ clients, serverCpuUsPerSecond }) => clients === 0 && serverCpuUsPerSecond !== undefined);
  // A control is asked and does nothing by itself.
  const ownUs = ofTransport ? (own?.serverCpuUsPerSecond?.value ?? 0) : 0;
  return requestCurve(
    lanes.filter(({ transport, control }) => (transport ?? control) === name),
    ownUs,
  );
}

/** What servers take on which nothing happens, with connections and without. */
function silenceOf(
  lanes: readonly Lane[],
  transport: string,
): Pick<CostCurves, 'usPerIdleSecond' | 'usPerOwnSecond'> | NotKnown {
  const silent = lanes.filter(({ serverCpuUsPerSecond }) => serverCpuUsPerSecond !== undefined);
  const all = roundsOf(silent.find((lane) => lane.transport === transport)?.serverCpuUsPerSecond);
  const clients = silent.find((lane) => lane.transport === transport)?.clients ?? 0;
  const own = roundsOf(silent.find((lane) => lane.clients === 0)?.serverCpuUsPerSecond);
  const idle = all.map((us, round) => (us - (own[round] ?? 0)) / clients);
  const [usPerIdleSecond, usPerOwnSecond] = [pointOf(clients, idle), pointOf(0, own)];
  if (usPerIdleSecond === null || usPerOwnSecond === null || clients === 0 || own.length !== all.length) {
    return { notKnown: 'connections on which nothing happens were measured in too few rounds' };
  }
  return { usPerIdleSecond, usPerOwnSecond };
}

/**
 * @returns a curve's value there, interpolated on the logarithms of x and of the value (where a value is not above 0:
 *   of x alone); beyond its ends, that of the end.
 */
export function valueAt(curve: CostCurve, x: number, of: 'value' | 'low' | 'high' = 'value'): number {
  const after = curve.findIndex((point) => point.x >= x);
  const [from, to] = after < 0 ? [curve.at(-1), curve.at(-1)] : [curve[Math.max(0, after - 1)], curve[after]];
  if (from === undefined || to === undefined) throw new RangeError('a curve has no points');
  if (from === to || x <= from.x) return from[of];
  return between({ x: from.x, value: from[of] }, { x: to.x, value: to[of] }, x);
}

/** @returns the value there on a line between two points: straight between logarithms, where the values have some. */
export function between(from: Point, to: Point, x: number): number {
  const share = Math.log(x / from.x) / Math.log(to.x / from.x);
  const [a, b] = [from.value, to.value];
  return a > 0 && b > 0 ? Math.exp(Math.log(a) + share * Math.log(b / a)) : a + share * (b - a);
}

/** What a message cost besides timed requests, idle connections and the server itself, in each round. */
function messageCost(
  lane: Lane,
  beside: Pick<CostCurves, 'usPerRequest' | 'usPerIdleSecond' | 'usPerOwnSecond'>,
): MessageCost | null {
  const { clients, nominalPerSecond, messagesPerSecond, serverCpuUsPerMessage, timedRequestsPerSecond } = lane;
  if (clients === undefined || nominalPerSecond === undefined || messagesPerSecond === undefined) return null;
  const rounds = roundsOf(serverCpuUsPerMessage);
  if (rounds.length < ROUNDS_FOR_INTERVAL) return null;
  const { usPerRequest, usPerIdleSecond, usPerOwnSecond } = beside;
  const timed = timedRequestsPerSecond?.value ?? 0;
  const timedUs = timed === 0 || usPerRequest.length === 0 ? 0 : timed * valueAt(usPerRequest, timed);
  const besidesUs = (timedUs + clients * usPerIdleSecond.value + usPerOwnSecond.value) / messagesPerSecond;
  return { clients, nominalPerSecond, messagesPerSecond, rounds: rounds.map((us) => us - besidesUs) };
}

function byRate(costs: readonly MessageCost[]): MessageCost[][] {
  const rates = [...new Set(costs.map(({ nominalPerSecond }) => nominalPerSecond))].toSorted((a, b) => a - b);
  return rates.map((rate) =>
    costs.filter((cost) => cost.nominalPerSecond === rate).toSorted((a, b) => a.clients - b.clients),
  );
}

/** @returns what one more delivery costs at each rate, of a control too: nothing but messages is in it. */
export function deliveryCosts(lanes: readonly Lane[]): DeliveryPoint[] {
  const nothing = { x: 0, value: 0, low: 0, high: 0 };
  const beside = { usPerRequest: [], usPerIdleSecond: nothing, usPerOwnSecond: nothing };
  const costs = lanes.flatMap((lane) => (lane.spoiled === true ? [] : (messageCost(lane, beside) ?? [])));
  return byRate(costs).flatMap((one) => lineOverClients(one)?.perDelivery ?? []);
}

interface OverClients {
  readonly perMessage: CostPoint;
  /** A message with its deliveries, to as many clients as lie half way between the fewest and the most. */
  readonly halfWay: CostPoint;
  readonly perDelivery: DeliveryPoint;
}

/** The straight line through the fewest and the most clients, in each round; null where there is only one number. */
function lineOverClients(costs: readonly MessageCost[]): OverClients | null {
  const [few, many] = [costs[0], costs.at(-1)];
  if (few === undefined || many === undefined || few.clients === many.clients) return null;
  if (few.rounds.length !== many.rounds.length) return null;
  const slopes = few.rounds.map((us, round) => {
    const more = many.rounds[round] ?? 0;
    return (more - us) / (many.clients - few.clients);
  });
  const starts = few.rounds.map((us, round) => us - (slopes[round] ?? 0) * few.clients);
  const halfWay = few.rounds.map((us, round) => (us + (many.rounds[round] ?? 0)) / 2);
  const x = (few.messagesPerSecond + many.messagesPerSecond) / 2;
  const clients = { low: few.clients, high: many.clients };
  return {
    perMessage: spread(x, starts),
    halfWay: spread(x, halfWay),
    perDelivery: { ...spread(x, slopes), clients },
  };
}

function roundsOf(figure: Figure | undefined): readonly number[] {
  return figure?.rounds ?? [];
}

/** @returns null with too few rounds for an interval. */
function pointOf(x: number, rounds: readonly number[]): CostPoint | null {
  return rounds.length >= ROUNDS_FOR_INTERVAL ? spread(x, rounds) : null;
}

/** @param values of five rounds or more; where one is not above 0, in their own measure instead of on logarithms. */
function spread(x: number, values: readonly number[]): CostPoint {
  const { value, low = value, high = value } = overRounds(values);
  if (logsOf(values) !== null) return { x, value, low, high };
  const squares = values.reduce((sum, one) => sum + (one - value) ** 2, 0);
  const half = studentT(0.975, values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
  return { x, value, low: tidy(value - half), high: tidy(value + half) };
}
