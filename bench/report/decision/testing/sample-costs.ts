// Made-up costs with round numbers, for tests of what is decided with them.
import type { CostCurves } from '../../../stats/cost-curves.ts';
import type { RunCosts, Situation, TransportCosts } from '../costs.ts';

const point = (x: number, value: number) => ({ x, value, low: value * 0.95, high: value * 1.05 });
/** The same at all rates that the tests have. */
const flat = (value: number) => [point(1e-6, value), point(1e9, value)];
const CLIENTS = { low: 1, high: 1e6 };

/** @returns curves that cost the same at every rate, ±5 %. */
export function flatCurves(perMessage: number, perDelivery: number, perRequest: number, perIdle: number): CostCurves {
  return {
    usPerMessage: flat(perMessage),
    usPerDelivery: flat(perDelivery).map((one) => ({ ...one, clients: CLIENTS })),
    usPerRequest: perRequest === 0 ? [] : flat(perRequest),
    usPerIdleSecond: point(1000, perIdle),
    usPerOwnSecond: point(0, 0),
    clients: CLIENTS,
  };
}

export const SSE: TransportCosts = {
  transport: 'sse',
  pace: 'stream',
  colour: '#0072b2',
  lastReceiverMs: [
    { x: 1, value: 1 },
    { x: 10_000, value: 100 },
  ],
  cpu: flatCurves(100, 10, 0, 2),
  memoryBytesPerConnection: { value: 10_000, low: 9000, high: 11_000 },
  deliveriesAtKnee: null,
};

export const WEBSOCKET: TransportCosts = { ...SSE, transport: 'websocket', colour: '#cc79a7' };

export const SHORT_POLLING: TransportCosts = {
  ...SSE,
  transport: 'short-polling',
  pace: 'clock',
  colour: '#c77700',
  cpu: flatCurves(100, 5, 100, 1),
  memoryBytesPerConnection: { notKnown: 'nobody looked' },
};

export const LONG_POLLING: TransportCosts = {
  ...SHORT_POLLING,
  transport: 'long-polling',
  pace: 'held',
  colour: '#009e73',
  cpu: flatCurves(100, 50, 100, 1),
};

export const COSTS: RunCosts = {
  transports: [SHORT_POLLING, LONG_POLLING, SSE, WEBSOCKET],
  leftOut: [],
  deliveryMs: 1,
  turnaroundMs: 0.5,
  textBytes: 100,
};

export const SITUATION: Situation = {
  messagesPerSecond: 2,
  clients: 100,
  roundTripMs: 40,
  bearableMs: 500,
  pollIntervalMs: null,
  sendsPerSecond: 0,
};
