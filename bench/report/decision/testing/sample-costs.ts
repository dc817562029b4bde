// Made-up costs with round numbers, for tests of what is decided with them.
import type { RunCosts, Situation, TransportCosts } from '../costs.ts';

/** One point serves for all clients and rates that the tests have. */
const flat = (value: number) => [
  { x: 0.001, value },
  { x: 1e9, value },
];

export const SSE: TransportCosts = {
  transport: 'sse',
  pace: 'stream',
  colour: '#0072b2',
  lastReceiverMs: [
    { x: 1, value: 1 },
    { x: 10_000, value: 100 },
  ],
  cpu: {
    usPerRequest: [],
    usPerDelivery: [
      { x: 1, value: 100 },
      { x: 100, value: 10 },
      { x: 100_000, value: 10 },
    ],
    usPerIdleSecond: 2,
  },
  bytes: { perRequest: 0, perDelivery: 200, perIdleSecond: 3 },
  memoryBytesPerConnection: 10_000,
};

export const WEBSOCKET: TransportCosts = {
  ...SSE,
  transport: 'websocket',
  colour: '#cc79a7',
  bytes: { perRequest: 0, perDelivery: 190, perIdleSecond: 3 },
};

export const SHORT_POLLING: TransportCosts = {
  ...SSE,
  transport: 'short-polling',
  pace: 'clock',
  colour: '#c77700',
  cpu: { usPerRequest: flat(100), usPerDelivery: flat(5), usPerIdleSecond: 0 },
  bytes: { perRequest: 300, perDelivery: 200, perIdleSecond: 0 },
  memoryBytesPerConnection: null,
};

export const LONG_POLLING: TransportCosts = {
  ...SHORT_POLLING,
  transport: 'long-polling',
  pace: 'held',
  colour: '#009e73',
  cpu: { usPerRequest: flat(100), usPerDelivery: flat(50), usPerIdleSecond: 0 },
};

export const COSTS: RunCosts = {
  transports: [SHORT_POLLING, LONG_POLLING, SSE, WEBSOCKET],
  leftOut: [],
  deliveryMs: 1,
  turnaroundMs: 0.5,
  holdMs: 30_000,
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
