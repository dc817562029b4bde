// Made-up costs with round numbers, for tests of what is decided with them.
import type { RunCosts, Situation, TransportCosts } from '../costs.ts';

const stream = { cpuUsPerRequest: [], bytesPerRequest: 0, bytesPerDelivery: 200 } as const;

export const SSE: TransportCosts = {
  ...stream,
  transport: 'sse',
  pace: 'stream',
  colour: '#0072b2',
  cpuUsPerDelivery: [
    { x: 1, value: 100 },
    { x: 100, value: 10 },
  ],
  cpuUsPerIdleSecond: 2,
  bytesPerIdleSecond: 3,
  memoryBytesPerConnection: 10_000,
};

export const WEBSOCKET: TransportCosts = { ...SSE, transport: 'websocket', colour: '#cc79a7', bytesPerDelivery: 190 };

export const SHORT_POLLING: TransportCosts = {
  transport: 'short-polling',
  pace: 'clock',
  colour: '#c77700',
  cpuUsPerRequest: [{ x: 100, value: 100 }],
  cpuUsPerDelivery: [{ x: 100, value: 5 }],
  cpuUsPerIdleSecond: 0,
  bytesPerRequest: 300,
  bytesPerDelivery: 200,
  bytesPerIdleSecond: 0,
  memoryBytesPerConnection: null,
};

export const LONG_POLLING: TransportCosts = {
  ...SHORT_POLLING,
  transport: 'long-polling',
  pace: 'held',
  colour: '#009e73',
  cpuUsPerDelivery: [{ x: 100, value: 50 }],
};

export const COSTS: RunCosts = {
  transports: [SHORT_POLLING, LONG_POLLING, SSE, WEBSOCKET],
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
