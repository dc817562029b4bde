// The scenarios of the made-up run: every kind of lane and figure once.
import type { Lane, ScenarioResult } from '../run/run-file.ts';
import { around, compared, deliveringLane, eachTransport, latencies, predictedLatencies } from './sample-lanes.ts';

const PACED = {
  rounds: 5,
  arrivals: 'poisson',
  textBytes: 100,
  durationMs: 7000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
};
const WARM_UP = { warmUpMs: 1000, warmUpMessagesPerSecond: 60, settleMs: 1000, seed: 1 };

export function steady(): ScenarioResult {
  const control = (name: string, meanUs: number) => deliveringLane({ control: name }, meanUs, 0);
  return {
    name: 'steady',
    settings: { ...PACED, ...WARM_UP, clients: [100], messagesPerSecond: 5, messagesAtOnce: 1, controls: ['bare-ws'] },
    lanes: [
      deliveringLane({ transport: 'short-polling' }, 502_000, 0.2, {
        predicted: {
          latencyUs: predictedLatencies(501_500),
          requests: 3500,
          requestsPerDelivery: 0.2,
          bytesPerDelivery: 261,
          closedForm: { latencyUs: predictedLatencies(501_500), requestsPerDelivery: 0.2 },
        },
      }),
      deliveringLane({ transport: 'long-polling' }, 2400, 1, {
        predicted: {
          latencyUs: predictedLatencies(2350),
          requestsPerDelivery: 1.001,
          bytesPerDelivery: 501,
          closedForm: { latencyUs: predictedLatencies(2320), requestsPerDelivery: 0.998 },
        },
        warnings: ['A sample warning, with a reason and a remedy.'],
      }),
      deliveringLane({ transport: 'sse' }, 1600, 0, {
        predicted: { requests: 0, requestsPerDelivery: 0, bytesPerDelivery: 200 },
        ofControl: { control: 'bare-sse', latencyP50: around(1.08), serverCpuUsPerDelivery: around(0.83) },
      }),
      deliveringLane({ transport: 'websocket' }, 1500, 0, {
        predicted: { requests: 0, requestsPerDelivery: 0, bytesPerDelivery: 198 },
        ofControl: { control: 'bare-ws', latencyP50: around(1.15), serverCpuUsPerDelivery: around(0.75) },
      }),
      control('bare-sse', 1480),
      control('bare-ws', 1300),
    ],
    comparisons: [
      compared('short-polling', 'long-polling', 209),
      compared('short-polling', 'sse', 313.75),
      compared('short-polling', 'websocket', 334.7),
      compared('long-polling', 'sse', 1.5),
      compared('long-polling', 'websocket', 1.6),
      compared('sse', 'websocket', 1.01),
    ],
  };
}

export function rtt(): ScenarioResult {
  const meansUs: Record<string, (rttMs: number) => number> = {
    'short-polling': (rttMs) => 501_000 + rttMs * 500,
    'long-polling': (rttMs) => 1500 + rttMs * 500 + rttMs * rttMs * 3.5,
    sse: (rttMs) => 1400 + rttMs * 500,
    websocket: (rttMs) => 1400 + rttMs * 500,
  };
  const rttsMs = [0, 20, 100];
  return {
    name: 'rtt',
    settings: {
      ...PACED,
      clients: 20,
      settleMs: 2000,
      seed: 1,
      cases: rttsMs.map((ms) => ({ name: `${ms} ms`, addedRoundTripMs: ms, messagesPerSecond: 10 })),
    },
    lanes: rttsMs.flatMap((rttMs) =>
      eachTransport((transport) => {
        const meanUs = meansUs[transport]?.(rttMs) ?? 0;
        const requests = transport === 'short-polling' ? 0.1 : transport === 'long-polling' ? 1 / (1 + rttMs / 120) : 0;
        return deliveringLane({ transport }, meanUs, requests, {
          case: `${rttMs} ms`,
          clients: 20,
          addedRoundTripMs: rttMs,
          roundTripMs: around(rttMs + 0.4),
          messagesPerSecond: 9.87,
          predicted: {
            latencyUs: predictedLatencies(meanUs, 0.99),
            requestsPerDelivery: requests * 1.01,
            closedForm: { latencyUs: predictedLatencies(meanUs, 0.97), requestsPerDelivery: requests * 1.02 },
          },
        });
      }),
    ),
    comparisons: rttsMs.flatMap((rttMs) => [
      compared('short-polling', 'websocket', 501 / (1.4 + rttMs / 2), { case: `${rttMs} ms` }),
      compared('long-polling', 'websocket', 1 + rttMs / 150, { case: `${rttMs} ms` }),
      compared('sse', 'websocket', 1, { case: `${rttMs} ms` }),
    ]),
  };
}

export function crossover(): ScenarioResult {
  const rates = [0.2, 1, 5];
  return {
    name: 'crossover',
    settings: {
      ...PACED,
      clients: 4,
      settleMs: 2000,
      seed: 1,
      transports: ['short-polling', 'long-polling'],
      cases: rates.map((rate) => ({ name: `${rate}/s`, addedRoundTripMs: 0, messagesPerSecond: rate })),
    },
    lanes: rates.flatMap((rate) =>
      [1 / rate, 1].map((requests, index) =>
        deliveringLane(
          { transport: ['short-polling', 'long-polling'][index] ?? '' },
          [501_000, 1600][index] ?? 0,
          requests,
          {
            case: `${rate}/s`,
            clients: 4,
            addedRoundTripMs: 0,
            messagesPerSecond: rate,
            predicted: { requestsPerDelivery: requests, closedForm: { requestsPerDelivery: requests } },
          },
        ),
      ),
    ),
  };
}

export function idle(): ScenarioResult {
  const figures: Record<string, [requests: number, bytes: number, memoryBytes: number]> = {
    'short-polling': [3600, 1_200_000, 11_000],
    'long-polling': [120, 42_000, 10_900],
    sse: [0, 8000, 9700],
    websocket: [0, 6000, 7100],
  };
  return {
    name: 'idle',
    settings: {
      clients: 100,
      settleMs: 3000,
      durationMs: 60_000,
      pollIntervalMs: 1000,
      waitSeconds: 30,
      heartbeatMs: 15_000,
      shortened: false,
      memoryConnections: [500, 1000, 2000],
      memoryRounds: 3,
      seed: 1,
    },
    lanes: eachTransport((transport) => {
      const [requests, bytes, memory] = figures[transport] ?? [0, 0, 0];
      return {
        transport,
        rounds: 1,
        clients: 100,
        requests: (requests * 100) / 60,
        requestsPerClientHour: { value: requests },
        bytesIn: 1000,
        bytesOut: 2000,
        bytesPerClientHour: { value: bytes },
        serverCpuMsPerClientHour: { value: 20 + requests / 20 },
        memoryBytesPerConnection: { value: memory, rounds: [memory, memory, memory] },
        kernelBytesPerSocket: around(3900),
        memory: [500, 1000, 2000].map((connections) => ({ connections, rssBytes: 60_000_000 + connections * memory })),
        predicted: { requestsPerClientHour: requests, bytesPerClientHour: bytes },
        warnings: [],
      };
    }),
  };
}

export function burst(): ScenarioResult {
  return {
    name: 'burst',
    settings: { ...PACED, ...WARM_UP, clients: [100], messagesPerSecond: 50, messagesAtOnce: 50, controls: [] },
    lanes: eachTransport((transport, index) =>
      deliveringLane({ transport }, [510_000, 9000, 6000, 5500][index] ?? 0, 0.02),
    ),
  };
}

export function fanout(): ScenarioResult {
  const counts = [1, 10, 100, 1000];
  const name = (clients: number) => `${clients.toLocaleString('en-GB')} client${clients === 1 ? '' : 's'}`;
  const lane = (who: { transport: string } | { control: string }, clients: number, costUs: number): Lane =>
    deliveringLane(who, 600 + clients * costUs, 0, {
      case: name(clients),
      clients,
      serverCpuUsPerDelivery: around(costUs + 60 / clients),
      lastReceiverUs: latencies(700 + clients * costUs * 2),
    });
  const spoiled = {
    spoiled: true,
    warnings: ['The bench itself was the limit: its event loop was busy 97 % of the time.'],
  };
  return {
    name: 'fanout',
    settings: { ...PACED, ...WARM_UP, clients: counts, messagesPerSecond: 5, messagesAtOnce: 1, controls: ['bare-ws'] },
    lanes: counts.flatMap((clients) => [
      { ...lane({ transport: 'short-polling' }, clients, 22), ...(clients === 1000 ? spoiled : {}) },
      lane({ transport: 'long-polling' }, clients, 30),
      lane({ transport: 'sse' }, clients, 4),
      {
        ...lane({ transport: 'websocket' }, clients, 3),
        ofControl: {
          control: 'bare-ws',
          latencyP50: around(1.04),
          serverCpuUsPerDelivery: around(0.74),
          memoryBytesPerConnection: around(1.02),
        },
      },
      lane({ control: 'bare-ws' }, clients, 4),
    ]),
  };
}
