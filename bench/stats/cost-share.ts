// What a situation takes of a core, read off the cost curves: λ·(p(λ) + d(λ)·M) + r·q(r) + M·idle + the server's own.
import type { Pace } from '../../server/protocol/pace.ts';
import { type CostCurve, type CostCurves, valueAt } from './cost-curves.ts';

export interface CostSituation {
  readonly messagesPerSecond: number;
  /** One connection each. */
  readonly clients: number;
  /** At the whole server; see `timedRequestsPerSecond`. */
  readonly timedRequestsPerSecond: number;
}

/**
 * What is known of a value beyond what was measured. `at least`: rarer events cost more each. `at most`: more frequent
 * ones cost less. `about`: both, or more or fewer clients than were measured, by the same slope.
 */
export type Bound = 'at least' | 'at most' | 'about';

/** A share of one core; 1 is all of it, and above 1 is more than one has. */
export interface CpuShare {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Whether any part of it lies beyond what was measured. */
  readonly extrapolated: boolean;
  /** What the value then is; absent where it was measured. */
  readonly bound?: Bound;
}

/** Of a polling transport's clients, in seconds. */
export interface PollTimes {
  readonly intervalSeconds: number;
  readonly holdSeconds: number;
}

const US_PER_SECOND = 1_000_000;
/** A measured rate is an average: what was asked for may lie beyond it by so much. */
const RATE_TOLERANCE = 0.1;
/** Requests that are less than this part of all do not make it uncertain, however rare they are. */
const NEGLIGIBLE_SHARE = 0.01;

/**
 * @returns a second, at the whole server, the requests that time alone provokes: every poll by the clock, with messages
 *   or without, and the holds that run out; those that messages provoke are in the cost of a delivery.
 */
export function timedRequestsPerSecond(
  pace: Pace,
  { clients, messagesPerSecond }: Pick<CostSituation, 'clients' | 'messagesPerSecond'>,
  { intervalSeconds, holdSeconds }: PollTimes,
): number {
  if (pace === 'stream') return 0;
  if (pace === 'clock') return clients / intervalSeconds;
  // Of cycles that a message or the hold's end begins anew: those that the hold ends, a second.
  if (messagesPerSecond === 0) return clients / holdSeconds;
  return (clients * messagesPerSecond) / Math.expm1(messagesPerSecond * holdSeconds);
}

/** @returns the share of a core that it takes. */
export function cpuShare(curves: CostCurves, situation: CostSituation): CpuShare {
  const [value, low, high] = (['value', 'low', 'high'] as const).map((of) => usASecond(curves, situation, of).totalUs);
  const bounds = boundsOf(curves, situation);
  const bound = bounds.every((one) => one === bounds[0]) ? bounds[0] : 'about';
  return {
    value: (value ?? 0) / US_PER_SECOND,
    low: (low ?? 0) / US_PER_SECOND,
    high: (high ?? 0) / US_PER_SECOND,
    extrapolated: bounds.length > 0,
    ...(bound === undefined ? {} : { bound }),
  };
}

function usASecond(curves: CostCurves, situation: CostSituation, of: 'value' | 'low' | 'high') {
  const { messagesPerSecond: rate, clients, timedRequestsPerSecond: timed } = situation;
  const messageUs = valueAt(curves.usPerMessage, rate, of) + clients * valueAt(curves.usPerDelivery, rate, of);
  const requestsUs =
    timed === 0 || curves.usPerRequest.length === 0 ? 0 : timed * valueAt(curves.usPerRequest, timed, of);
  return {
    requestsUs,
    totalUs: rate * messageUs + requestsUs + clients * curves.usPerIdleSecond[of] + curves.usPerOwnSecond[of],
  };
}

function boundsOf(curves: CostCurves, situation: CostSituation): Bound[] {
  const { messagesPerSecond: rate, clients, timedRequestsPerSecond: timed } = situation;
  const { requestsUs, totalUs } = usASecond(curves, situation, 'value');
  const bounds: (Bound | null)[] = [];
  if (rate > 0) {
    bounds.push(beyond(curves.usPerDelivery, rate));
    const range = clientsAt(curves, rate);
    bounds.push(clients < range.low || clients > range.high * (1 + RATE_TOLERANCE) ? 'about' : null);
  }
  if (requestsUs > NEGLIGIBLE_SHARE * totalUs) bounds.push(beyond(curves.usPerRequest, timed));
  return bounds.flatMap((bound) => bound ?? []);
}

function beyond(curve: CostCurve, x: number): Bound | null {
  const [least, most] = [curve[0]?.x ?? 0, curve.at(-1)?.x ?? 0];
  if (x < least / (1 + RATE_TOLERANCE)) return 'at least';
  return x > most * (1 + RATE_TOLERANCE) ? 'at most' : null;
}

/** @returns between how many clients the slope is known there, interpolated as the curve itself is. */
function clientsAt({ usPerDelivery }: CostCurves, rate: number): { low: number; high: number } {
  const ends = usPerDelivery.map(({ x, clients: { low, high } }) => ({ x, value: high, low, high }));
  return { low: valueAt(ends, rate, 'low'), high: valueAt(ends, rate, 'high') };
}
