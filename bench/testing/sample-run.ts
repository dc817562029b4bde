// A made-up run for tests of the reports: every kind of lane, figure and warning once, with round numbers.
import type { Lane, Run } from '../report/run-file.ts';
import type { Figure } from '../stats/over-rounds.ts';

const around = (value: number): Figure => ({ value, low: value * 0.98, high: value * 1.02 });

function steadyLane(transport: string, meanUs: number, requestsPerDelivery: number, rest: Partial<Lane> = {}): Lane {
  return {
    transport,
    rounds: 5,
    clients: 100,
    messages: 175,
    messagesPerSecond: 5,
    expected: 20_000,
    delivered: 20_000,
    missing: 0,
    duplicated: 0,
    outOfOrder: 0,
    latencyUs: {
      mean: around(meanUs),
      p50: around(meanUs),
      p90: around(meanUs * 1.7),
      p95: around(meanUs * 1.8),
      p99: around(meanUs * 1.9),
      p999: around(meanUs * 1.95),
      max: around(meanUs * 2),
    },
    requests: Math.round(requestsPerDelivery * 17_500),
    requestsPerDelivery: requestsPerDelivery === 0 ? { value: 0 } : around(requestsPerDelivery),
    bytesIn: 100_000,
    bytesOut: 4_000_000,
    bytesPerDelivery: around(200 + 300 * requestsPerDelivery),
    serverCpuUsPerDelivery: around(10 + 50 * requestsPerDelivery),
    loader: {
      pacingLagMs: { p50: 0.01, p99: 0.4, max: 2 },
      eventLoopDelayMs: { p50: 0.1, p99: 2 },
      utilisation: 0.12,
    },
    warnings: [],
    ...rest,
  };
}

function idleLane(transport: string, requestsPerHour: number, bytesPerHour: number): Lane {
  return {
    transport,
    rounds: 1,
    clients: 100,
    requests: (requestsPerHour * 100) / 60,
    requestsPerClientHour: { value: requestsPerHour },
    bytesIn: 1000,
    bytesOut: 2000,
    bytesPerClientHour: { value: bytesPerHour },
    predicted: { requestsPerClientHour: requestsPerHour },
    warnings: [],
  };
}

function ceilingLane(who: { transport: string } | { control: string }, name: string, requestsPerSecond: number): Lane {
  return {
    ...who,
    case: name,
    rounds: 3,
    requestsPerSecond: { value: requestsPerSecond },
    serverCpuUsPerRequest: { value: 970_000 / requestsPerSecond },
    serverCpuShare: { value: 0.97 },
    warnings: [],
  };
}

/** @returns a fresh copy; tests may change it. */
export function sampleRun(): Run {
  const mean = 502_000;
  return {
    schema: 1,
    id: '2026-01-02t030405z',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:08:45.000Z',
    complete: true,
    environment: {
      cpu: 'Sample CPU at 3.00 GHz',
      cores: 4,
      memoryBytes: 8 * 1024 ** 3,
      os: 'Linux 6.1.0 x64',
      node: 'v20.20.2',
      packages: { ws: '8.23.0', express: '5.3.0' },
      commit: '0123456789abcdef0123456789abcdef01234567',
      dirty: false,
      flags: ['--clients', '100'],
      loadAverage: [0.1, 0.2, 0.3],
    },
    settings: {
      quick: false,
      transports: ['short-polling', 'long-polling', 'sse', 'websocket'],
      scenarios: ['steady', 'idle', 'http-ceiling'],
      clients: 100,
      messagesPerSecond: 5,
      durationMs: 7000,
      rounds: 5,
      pollIntervalMs: 1000,
      seed: 1,
    },
    scenarios: [
      {
        name: 'steady',
        settings: {
          rounds: 5,
          clients: 100,
          messagesPerSecond: 5,
          arrivals: 'poisson',
          textBytes: 100,
          warmUpMs: 1000,
          warmUpMessagesPerSecond: 60,
          settleMs: 1000,
          durationMs: 7000,
          pollIntervalMs: 1000,
          waitSeconds: 30,
          seed: 1,
        },
        lanes: [
          steadyLane('short-polling', mean, 0.2, {
            predicted: {
              latencyUs: {
                mean: 501_500,
                p50: 501_500,
                p90: 901_500,
                p95: 951_500,
                p99: 991_500,
                p999: 1_000_500,
                max: 1_001_500,
              },
              requests: 3500,
              requestsPerDelivery: 0.2,
            },
          }),
          steadyLane('long-polling', 2400, 1, {
            predicted: { requestsPerDelivery: 1.001 },
            warnings: ['A sample warning, with a reason and a remedy.'],
          }),
          steadyLane('sse', 1600, 0, { predicted: { requests: 0, requestsPerDelivery: 0 } }),
          steadyLane('websocket', 1500, 0, { predicted: { requests: 0, requestsPerDelivery: 0 } }),
        ],
      },
      {
        name: 'idle',
        settings: {
          clients: 100,
          settleMs: 3000,
          durationMs: 60_000,
          pollIntervalMs: 1000,
          waitSeconds: 30,
          heartbeatMs: 15_000,
          shortened: false,
          seed: 1,
        },
        lanes: [
          idleLane('short-polling', 3600, 1_200_000),
          idleLane('long-polling', 120, 42_000),
          idleLane('sse', 0, 8000),
          idleLane('websocket', 0, 6000),
        ],
      },
      {
        name: 'http-ceiling',
        settings: { rounds: 3, connections: 64, textBytes: 100, warmUpMs: 500, durationMs: 1000 },
        lanes: [
          ceilingLane({ transport: 'short-polling' }, 'empty short poll', 40_000),
          ceilingLane({ control: 'bare-http' }, 'empty short poll', 44_000),
          ceilingLane({ transport: 'http' }, 'publishing POST', 15_000),
          ceilingLane({ control: 'bare-http' }, 'publishing POST', 30_000),
        ],
      },
    ],
    warnings: [],
  };
}
