// What each transport costs, read out of a run: what the decision is made with. Deliveries come from `fanout`, which had
// most clients; requests and streams on which nothing happens from `idle`. What is not there is not filled in.
import { transportColours } from '../../../client/colours.ts';
import { count } from '../../run/format.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { MODELS } from '../../stats/transport-models.ts';
import type { ByteCosts, RunCosts, TransportCosts } from './costs.ts';
import type { Curve, NotKnown } from './known.ts';

/** The last of few clients tells nothing of many. */
const ENOUGH_CLIENTS = 100;
/** A real lab's; a shortened `idle` has others. */
const HEARTBEAT_MS = 15_000;
const SECONDS_PER_HOUR = 3600;

/** @returns the costs of the transports; null where the run tells of fewer than two of them with many clients. */
export function runCosts(run: Run): RunCosts | null {
  const find = (name: string) => run.scenarios.find((scenario) => scenario.name === name);
  const [fanout, idle] = [find('fanout'), find('idle')];
  const [waitSeconds, textBytes] = [numberOf(fanout, 'waitSeconds'), numberOf(fanout, 'textBytes')];
  if (fanout === undefined || waitSeconds === undefined || textBytes === undefined) return null;
  const names = [...new Set(fanout.lanes.flatMap(({ transport }) => transport ?? []))];
  const read = names.map((name, index) => transportCosts(name, index, lanesOf(fanout, name), idle));
  const transports = read.filter((one) => 'pace' in one);
  const held = transports.find(({ pace }) => pace === 'held')?.transport;
  const turnaround = lanesOf(fanout, held ?? '').flatMap((lane) => lane.roundTripMs?.value ?? [])[0];
  const delivery = deliveryMs(fanout.lanes, transports);
  if (transports.length < 2 || delivery === null || (held !== undefined && turnaround === undefined)) return null;
  return {
    transports,
    leftOut: read.filter((one) => 'reason' in one),
    deliveryMs: delivery,
    // Where nobody holds polls, nobody asks for it.
    turnaroundMs: turnaround ?? 0,
    holdMs: waitSeconds * 1000,
    textBytes,
  };
}

/** @param delivering the transport's lanes with different numbers of clients. */
function transportCosts(
  transport: string,
  index: number,
  delivering: readonly Lane[],
  idle: ScenarioResult | undefined,
): TransportCosts | RunCosts['leftOut'][number] {
  const most = delivering.toSorted((a, b) => clientsOf(b) - clientsOf(a))[0];
  if (most === undefined || clientsOf(most) < ENOUGH_CLIENTS) {
    return { transport, reason: `it was not measured soundly with ${count(ENOUGH_CLIENTS)} clients or more` };
  }
  const [silent] = lanesOf(idle, transport);
  return {
    transport,
    // One that has no model is taken for a stream.
    pace: MODELS.get(transport)?.pace ?? 'stream',
    colour: transportColours(transport, index),
    lastReceiverMs: lastReceiverCurve(delivering),
    cpu: { notKnown: whyNoCpu(most) },
    bytes: byteCosts(most, silent, idle),
    memoryBytesPerConnection: silent?.memoryBytesPerConnection?.value ?? null,
  };
}

/** No scenario keeps a server busy for long enough to say what anything costs it then. */
function whyNoCpu({ messages = 0, rounds }: Lane): string {
  return (
    `its server had ${count(messages / Math.max(1, rounds))} messages a round and rested between them, and a ` +
    'processor that wakes for each message pays for waking: that says little of a busy server'
  );
}

function lastReceiverCurve(delivering: readonly Lane[]): Curve {
  return delivering
    .flatMap((lane) => {
      const last = (lane.lastReceiverUs ?? lane.latencyUs)?.mean.value;
      return last === undefined ? [] : [{ x: clientsOf(lane), value: last / 1000 }];
    })
    .toSorted((a, b) => a.x - b.x);
}

/** A request's bytes are known from silence alone, where nothing else is sent. */
function byteCosts(most: Lane, silent: Lane | undefined, idle: ScenarioResult | undefined): ByteCosts | NotKnown {
  const heartbeatMs = numberOf(idle, 'heartbeatMs');
  const { bytesPerDelivery, requestsPerDelivery } = most;
  if (silent?.bytesPerClientHour === undefined || heartbeatMs === undefined) {
    return { notKnown: 'silence was not measured (scenario idle)' };
  }
  if (bytesPerDelivery === undefined || requestsPerDelivery === undefined) {
    return { notKnown: 'bytes and requests were not counted' };
  }
  if (requestsPerDelivery.value === 0) {
    // Shortened heartbeats come more often than a real lab's.
    const perIdleSecond = (silent.bytesPerClientHour.value / SECONDS_PER_HOUR) * (heartbeatMs / HEARTBEAT_MS);
    return { perRequest: 0, perDelivery: bytesPerDelivery.value, perIdleSecond };
  }
  const requestsPerHour = silent.requestsPerClientHour?.value ?? 0;
  if (requestsPerHour === 0) return { notKnown: 'it made no request in silence' };
  const perRequest = silent.bytesPerClientHour.value / requestsPerHour;
  const perDelivery = bytesPerDelivery.value - requestsPerDelivery.value * perRequest;
  if (perDelivery <= 0) return { notKnown: 'its requests seem to weigh more in silence than with messages' };
  return { perRequest, perDelivery, perIdleSecond: 0 };
}

function clientsOf({ clients = 1 }: Lane): number {
  return clients;
}

/** @returns the time of a delivery that waits for no other client: the least of the streams'. */
function deliveryMs(lanes: readonly Lane[], transports: readonly TransportCosts[]): number | null {
  const streams = new Set(transports.filter(({ pace }) => pace === 'stream').map(({ transport }) => transport));
  const means = lanes.flatMap(({ transport = '', latencyUs, spoiled }) =>
    streams.has(transport) && latencyUs !== undefined && spoiled !== true ? [latencyUs.mean.value / 1000] : [],
  );
  return means.length === 0 ? null : Math.min(...means);
}

function lanesOf(scenario: ScenarioResult | undefined, name: string): Lane[] {
  return (scenario?.lanes ?? []).filter((lane) => lane.transport === name && lane.spoiled !== true);
}

function numberOf(scenario: ScenarioResult | undefined, setting: string): number | undefined {
  const value = scenario?.settings[setting];
  return typeof value === 'number' ? value : undefined;
}
