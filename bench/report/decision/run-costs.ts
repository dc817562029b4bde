// What each transport costs, read out of a run: what the decision and the planner are made with. CPU comes from `costs`,
// the time to the last receiver from `fanout`, which had most clients, memory from `idle`, the knee from `saturation`. What is not there is not
// filled in.
import { transportColours } from '../../../client/colours.ts';
import { count } from '../../run/format.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import { COSTS_NOT_MEASURED, costCurves } from '../../stats/cost-curves.ts';
import { MODELS } from '../../stats/transport-models.ts';
import type { Curve } from './bounded.ts';
import type { RunCosts, TransportCosts } from './costs.ts';
import type { TransportUpkeep, Upkeep } from './load.ts';
import { USUAL_CLIENTS } from './traffic.ts';

/** The last of few clients tells nothing of many. */
const ENOUGH_CLIENTS = 100;

/** @returns what is known of the upkeep of the run's transports. */
export function runUpkeep(run: Run): Upkeep {
  const { transports: named, textBytes } = run.settings;
  const measured = run.scenarios.flatMap(({ lanes }) => lanes.flatMap(({ transport }) => transport ?? []));
  const names = Array.isArray(named) ? named.map(String) : [...new Set(measured)];
  const transports = names.map((name, index) => transportUpkeep(run, name, index));
  const held = transports.find(({ pace }) => pace === 'held')?.transport;
  const turnaround = lanesOf(scenarioOf(run, 'fanout'), held ?? '').flatMap((lane) => lane.roundTripMs?.value ?? [])[0];
  return {
    transports,
    turnaroundMs: turnaround ?? 0,
    textBytes: typeof textBytes === 'number' ? textBytes : USUAL_CLIENTS.textBytes,
  };
}

function transportUpkeep(run: Run, transport: string, index: number): TransportUpkeep {
  const costs = scenarioOf(run, 'costs');
  const [silent] = lanesOf(scenarioOf(run, 'idle'), transport);
  const memory = silent?.memoryBytesPerConnection;
  const [saturated] = lanesOf(scenarioOf(run, 'saturation'), transport);
  return {
    transport,
    // One that has no model is taken for a stream.
    pace: MODELS.get(transport)?.pace ?? 'stream',
    colour: transportColours(transport, index),
    cpu: costs === undefined ? COSTS_NOT_MEASURED : costCurves(costs, transport),
    memoryBytesPerConnection:
      memory === undefined
        ? { notKnown: 'memory was not measured (scenario `idle`)' }
        : { value: memory.value, low: memory.low ?? memory.value, high: memory.high ?? memory.value },
    // A knee that is only a bound tells of no limit.
    deliveriesAtKnee: saturated?.kneeIsBound === true ? null : (saturated?.deliveriesAtKnee?.value ?? null),
  };
}

/** @returns the costs of the transports; null where the run tells of fewer than two of them with many clients. */
export function runCosts(run: Run): RunCosts | null {
  const fanout = scenarioOf(run, 'fanout');
  if (fanout === undefined) return null;
  const upkeep = runUpkeep(run);
  const measured = upkeep.transports.filter(({ transport }) =>
    fanout.lanes.some((lane) => lane.transport === transport),
  );
  const isEnough = ({ transport }: TransportUpkeep) =>
    lanesOf(fanout, transport).some((lane) => clientsOf(lane) >= ENOUGH_CLIENTS);
  const transports = measured.filter(isEnough).map((one): TransportCosts => {
    return { ...one, lastReceiverMs: lastReceiverCurve(lanesOf(fanout, one.transport)) };
  });
  const delivery = deliveryMs(fanout.lanes, transports);
  const isHeld = transports.some(({ pace }) => pace === 'held');
  if (transports.length < 2 || delivery === null || (isHeld && upkeep.turnaroundMs === 0)) return null;
  return {
    ...upkeep,
    transports,
    leftOut: measured
      .filter((one) => !isEnough(one))
      .map(({ transport }) => ({
        transport,
        reason: `it was not measured soundly with ${count(ENOUGH_CLIENTS)} clients or more`,
      })),
    deliveryMs: delivery,
  };
}

function lastReceiverCurve(delivering: readonly Lane[]): Curve {
  return delivering
    .flatMap((lane) => {
      const last = (lane.lastReceiverUs ?? lane.latencyUs)?.mean.value;
      return last === undefined ? [] : [{ x: clientsOf(lane), value: last / 1000 }];
    })
    .toSorted((a, b) => a.x - b.x);
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

function scenarioOf(run: Run, name: string): ScenarioResult | undefined {
  return run.scenarios.find((scenario) => scenario.name === name);
}

function lanesOf(scenario: ScenarioResult | undefined, name: string): Lane[] {
  return (scenario?.lanes ?? []).filter((lane) => lane.transport === name && lane.spoiled !== true);
}
