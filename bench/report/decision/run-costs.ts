// What each transport costs, read out of a run: what the decision is made with. Deliveries come from `fanout`, which
// knows what they cost with many clients; requests and streams on which nothing happens from `idle` and `http-ceiling`.

import { transportColours } from '../../../client/colours.ts';
import type { Pace } from '../../../server/protocol/pace.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { MODELS } from '../../stats/transport-models.ts';
import { at, type Curve, type RunCosts, type TransportCosts } from './costs.ts';

/** A delivery to few clients costs many times that to many: nothing is said of many by a run that had few. */
const ENOUGH_CLIENTS = 100;
/** A real lab's; a shortened `idle` has others. */
const HEARTBEAT_MS = 15_000;
/** What one heartbeat costs at most: as much as so many deliveries, one out and, with a WebSocket, its answer. */
const HEARTBEAT_DELIVERIES = 2;
const HOLD_SECONDS = 30;
const SECONDS_PER_HOUR = 3600;
const LONG_POLLING = 'long-polling';

/** @returns the costs of the transports; null where the run has no sound figures of two of them with many clients. */
export function runCosts(run: Run): RunCosts | null {
  const find = (name: string) => run.scenarios.find((scenario) => scenario.name === name);
  const [fanout, idle, ceiling] = [find('fanout'), find('idle'), find('http-ceiling')];
  const names = (fanout?.lanes ?? []).flatMap(({ transport }) => transport ?? []);
  const transports = [...new Set(names)].flatMap((name, index) => {
    const delivering = lanesOf(fanout, name).filter((lane) => lane.serverCpuUsPerDelivery !== undefined);
    const costs = transportCosts(name, delivering, idle, lanesOf(ceiling, name));
    return costs === null ? [] : [{ ...costs, colour: transportColours(name, index) }];
  });
  const delivery = deliveryMs(fanout?.lanes ?? []);
  if (transports.length < 2 || delivery === null) return null;
  return {
    transports,
    deliveryMs: delivery,
    turnaroundMs: lanesOf(fanout, LONG_POLLING).flatMap((lane) => lane.roundTripMs?.value ?? [])[0] ?? delivery,
    holdMs: (numberOf(fanout, 'waitSeconds') ?? HOLD_SECONDS) * 1000,
    textBytes: numberOf(fanout, 'textBytes') ?? 0,
  };
}

/** @param delivering the transport's lanes with different numbers of clients. */
function transportCosts(
  transport: string,
  delivering: readonly Lane[],
  idle: ScenarioResult | undefined,
  ceiling: readonly Lane[],
): Omit<TransportCosts, 'colour'> | null {
  const most = delivering.toSorted((a, b) => clientsOf(b) - clientsOf(a))[0];
  if (most?.bytesPerDelivery === undefined || clientsOf(most) < ENOUGH_CLIENTS) return null;
  const [silent] = lanesOf(idle, transport);
  const requestsPerDelivery = most.requestsPerDelivery?.value ?? 0;
  // One that has no model is taken for a stream.
  const pace = MODELS.get(transport)?.pace ?? 'stream';
  const isStream = requestsPerDelivery === 0;
  const cpuUsPerRequest = isStream ? [] : requestCurve(silent, ceiling, delivering, most);
  const cpuUsPerDelivery = deliveryCurve(delivering, pace, cpuUsPerRequest);
  const bytesPerRequest = isStream ? 0 : bytesOfRequest(silent, most.bytesPerDelivery.value / requestsPerDelivery);
  return {
    transport,
    pace,
    cpuUsPerRequest,
    cpuUsPerDelivery,
    cpuUsPerIdleSecond: isStream ? idleCpu(silent, idle, cpuUsPerDelivery.at(-1)?.value ?? 0) : 0,
    bytesPerRequest,
    bytesPerDelivery: Math.max(0, most.bytesPerDelivery.value - requestsPerDelivery * bytesPerRequest),
    bytesPerIdleSecond: isStream ? (silent?.bytesPerClientHour?.value ?? 0) * perSecond(idle) : 0,
    memoryBytesPerConnection: silent?.memoryBytesPerConnection?.value ?? null,
  };
}

/** @returns what to multiply an hour of silence with. Shortened heartbeats come more often than a real lab's. */
function perSecond(idle: ScenarioResult | undefined): number {
  return (numberOf(idle, 'heartbeatMs') ?? HEARTBEAT_MS) / HEARTBEAT_MS / SECONDS_PER_HOUR;
}

/** So little, for few clients, that it may be nothing but noise: so it is at most what heartbeats can cost. */
function idleCpu(silent: Lane | undefined, idle: ScenarioResult | undefined, deliveryUs: number): number {
  const measured = (silent?.serverCpuMsPerClientHour?.value ?? 0) * 1000 * perSecond(idle);
  return Math.min(measured, (HEARTBEAT_DELIVERIES * deliveryUs * 1000) / HEARTBEAT_MS);
}

/** @param otherwise where silence was not measured. */
function bytesOfRequest(silent: Lane | undefined, otherwise: number): number {
  const requestsPerHour = silent?.requestsPerClientHour?.value ?? 0;
  const bytesPerHour = silent?.bytesPerClientHour?.value;
  return bytesPerHour === undefined || requestsPerHour === 0 ? otherwise : bytesPerHour / requestsPerHour;
}

/** Few requests a second cost more each than many: what a turn of the event loop costs is shared by all it serves. */
function requestCurve(
  silent: Lane | undefined,
  ceiling: readonly Lane[],
  delivering: readonly Lane[],
  most: Lane,
): Curve {
  const requestsPerHour = silent?.requestsPerClientHour?.value ?? 0;
  const cpuMs = silent?.serverCpuMsPerClientHour?.value;
  const inSilence =
    silent === undefined || cpuMs === undefined || requestsPerHour === 0
      ? []
      : [{ x: (clientsOf(silent) * requestsPerHour) / SECONDS_PER_HOUR, value: (cpuMs * 1000) / requestsPerHour }];
  const atMost = ceiling.flatMap(({ requestsPerSecond, serverCpuUsPerRequest }) =>
    requestsPerSecond === undefined || serverCpuUsPerRequest === undefined
      ? []
      : [{ x: requestsPerSecond.value, value: serverCpuUsPerRequest.value }],
  );
  const known = [...inSilence, ...atMost].toSorted((a, b) => a.x - b.x);
  return capped(known.length > 0 ? known : [{ x: requestRateOf(most), value: costOfRequest(most) }], delivering);
}

/** No poll that brings nothing costs more than one that brings messages: where it seems so, something else did. */
function capped(curve: Curve, delivering: readonly Lane[]): Curve {
  const shares = delivering
    .filter((lane) => requestRateOf(lane) > 0)
    .map((lane) => costOfRequest(lane) / at(curve, requestRateOf(lane)));
  const share = Math.min(1, ...shares);
  return curve.map(({ x, value }) => ({ x, value: value * share }));
}

function clientsOf({ clients = 1 }: Lane): number {
  return clients;
}

function requestRateOf({ requestsPerDelivery, messagesPerSecond = 1, clients = 1 }: Lane): number {
  return (requestsPerDelivery?.value ?? 0) * messagesPerSecond * clients;
}

/** As if its deliveries cost nothing beside it. */
function costOfRequest({ serverCpuUsPerDelivery, requestsPerDelivery }: Lane): number {
  return (serverCpuUsPerDelivery?.value ?? 0) / (requestsPerDelivery?.value ?? 1);
}

function deliveryCurve(lanes: readonly Lane[], pace: Pace, request: Curve): Curve {
  return lanes
    .map((lane) => ({ x: clientsOf(lane), value: ownCost(lane, pace, request) }))
    .toSorted((a, b) => a.x - b.x);
}

/** @returns what the curve of a transport is to hold of a delivery's cost: see `cpuUsPerDelivery` of the costs. */
function ownCost(lane: Lane, pace: Pace, request: Curve): number {
  const cost = lane.serverCpuUsPerDelivery?.value ?? 0;
  const requests = lane.requestsPerDelivery?.value ?? 0;
  if (requests === 0) return cost;
  if (pace === 'held') return costOfRequest(lane);
  return Math.max(0, cost - requests * at(request, requestRateOf(lane)));
}

/** @returns the time of a delivery that waits for no other client: the least of the streams'. */
function deliveryMs(lanes: readonly Lane[]): number | null {
  const means = lanes.flatMap((lane) => {
    const isStream = lane.transport !== undefined && (lane.requestsPerDelivery?.value ?? 0) === 0;
    return isStream && lane.latencyUs !== undefined && lane.spoiled !== true ? [lane.latencyUs.mean.value / 1000] : [];
  });
  return means.length === 0 ? null : Math.min(...means);
}

function lanesOf(scenario: ScenarioResult | undefined, name: string): Lane[] {
  return (scenario?.lanes ?? []).filter((lane) => lane.transport === name && lane.spoiled !== true);
}

function numberOf(scenario: ScenarioResult | undefined, setting: string): number | undefined {
  const value = scenario?.settings[setting];
  return typeof value === 'number' ? value : undefined;
}
