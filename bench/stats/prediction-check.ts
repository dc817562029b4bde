// Whether what is predicted of a lane holds, its mean latency or its share of a core: one test, for the warning and for
// the tables.
import type { Lane } from '../run/run-file.ts';
import { deviationWarning, type Tolerance } from './deviation.ts';
import { median } from './median.ts';

/** Of what the model predicts, and of what it can't know: how long the bench itself takes with a message. */
const LATENCY: Tolerance = { share: 0.05, atLeast: 1500 };
/** Who is how late in a fan-out is the model's guess: of half of it, which is its mean, half. */
const FAN_OUT_SHARE = 0.25;
/** Of a point that no cost curve was drawn through. */
const COST: Tolerance = { share: 0.1, atLeast: 0 };

/** @returns ms of the server's CPU for one message to all clients. */
export function fanOutMs({ clients = 0, serverCpuUsPerDelivery }: Lane): number {
  return (clients * (serverCpuUsPerDelivery?.value ?? 0)) / 1000;
}

/** @returns a warning where the mean latency parts from its prediction; null where it agrees, or there is none. */
export function latencyDeviation(lane: Lane): string | null {
  const [measured, expected] = [lane.latencyUs?.mean.value, lane.predicted?.latencyUs?.mean];
  if (measured === undefined || expected === undefined) return null;
  // No tolerance holds the whole prediction: nothing could fail it.
  const fanOutUs = Math.min(fanOutMs(lane) * 1000, expected) * FAN_OUT_SHARE;
  return deviationWarning('The mean latency', measured, expected, {
    ...LATENCY,
    atLeast: LATENCY.atLeast + fanOutUs,
  });
}

/** @returns a warning where the share of a core parts from what the cost curves say; null where its interval holds that. */
export function costDeviation({ serverCpuShare, predicted }: Lane): string | null {
  const expected = predicted?.serverCpuShare;
  if (serverCpuShare === undefined || expected === undefined) return null;
  const { value, low = value, high = value, rounds = [value] } = serverCpuShare;
  if (low <= expected && expected <= high) return null;
  return deviationWarning("The server's share of a core", median(rounds), expected, COST);
}

/** @returns whether the prediction holds, or there is none; what the bench spoiled says nothing of it. */
export function predictionHolds(lane: Lane): boolean {
  return lane.spoiled === true || (latencyDeviation(lane) === null && costDeviation(lane) === null);
}
