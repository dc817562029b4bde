// More scenarios of the made-up run: those that are about something else than messages at a rate.
import type { Lane, ScenarioResult } from '../run/run-file.ts';
import { around, compared, deliveringLane, eachTransport, latencies } from './sample-lanes.ts';

const PACED = {
  rounds: 5,
  arrivals: 'poisson',
  textBytes: 100,
  durationMs: 7000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
};

export function capacity(): ScenarioResult {
  return {
    name: 'capacity',
    settings: {
      maxClients: 10_000,
      stepClients: 1000,
      deliveryTimeoutMs: 5000,
      pollIntervalMs: 10_000,
      waitSeconds: 30,
    },
    lanes: eachTransport((transport, index) => ({
      transport,
      rounds: 1,
      connections: [6000, 10_000, 10_000, 10_000][index] ?? 0,
      stoppedBy: index === 0 ? 'a message did not reach everybody within 5 s' : '--max-clients 10000',
      serverCpuShare: { value: 0.2 + index / 10 },
      rssBytes: 190_000_000,
      warnings: [],
    })),
  };
}

export function recovery(): ScenarioResult {
  const faults = ['cut', 'blackhole', 'kill'];
  return {
    name: 'recovery',
    settings: {
      rounds: 5,
      clients: 20,
      faults,
      offlineMs: 5000,
      messages: 20,
      heartbeatMs: 2000,
      pollIntervalMs: 1000,
    },
    lanes: faults.flatMap((fault, place) =>
      eachTransport((transport, index) => ({
        transport,
        case: fault,
        rounds: 5,
        clients: 20,
        expected: 2000,
        delivered: 2000,
        missing: 0,
        duplicated: 0,
        outOfOrder: 0,
        recovery: {
          ...(transport === 'short-polling' && fault === 'blackhole' ? {} : { detectMs: around(10 + place * 900) }),
          reconnectMs: around(400 + index * 150 + place * 100),
          caughtUpMs: around(420 + index * 150 + place * 100),
          allCaughtUpMs: around(900 + index * 150 + place * 100),
        },
        warnings: [],
      })),
    ),
  };
}

export function slowReader(): ScenarioResult {
  const names = ['sse', 'websocket'];
  return {
    name: 'slow-reader',
    settings: {
      rounds: 5,
      stoppedReaders: 20,
      clients: 20,
      messagesPerSecond: 200,
      textBytes: 4096,
      durationMs: 10_000,
    },
    lanes: names.flatMap((transport, index): Lane[] => {
      const lane = (name: string, rest: Partial<Lane>): Lane => ({
        ...{ transport, case: name, rounds: 5, clients: 20, expected: 40_000, delivered: 40_000, missing: 0 },
        ...{ duplicated: 0, outOfOrder: 0, warnings: [] },
        ...rest,
      });
      return [
        lane('without stopped readers', { latencyUs: latencies(2000 + index * 300) }),
        lane('beside 20 stopped readers', {
          latencyUs: latencies(2020 + index * 300),
          unwrittenBytes: around(11_000 + index * 5000),
          rssGrowthBytes: 220_000,
        }),
        lane('stopped, then read on', { recovery: { caughtUpMs: around(80), allCaughtUpMs: around(120) } }),
      ];
    }),
    comparisons: names.map((name) =>
      compared(name, name, 1.01, { case: 'beside 20 stopped readers', figure: 'latencyUs.p99' }),
    ),
  };
}

export function sending(): ScenarioResult {
  const rttsMs = [0, 100];
  return {
    name: 'sending',
    settings: { ...PACED, messagesPerSecond: 20, addedRoundTripsMs: rttsMs, warmUpMs: 1000, seed: 1 },
    lanes: rttsMs.flatMap((rttMs) =>
      eachTransport((transport, index) => ({
        transport,
        case: `${rttMs} ms`,
        rounds: 5,
        addedRoundTripMs: rttMs,
        roundTripMs: around(rttMs + 0.3),
        latencyUs: latencies((index < 3 ? 500 : 320) + rttMs * 1000),
        requests: index < 3 ? 700 : 0,
        warnings: [],
      })),
    ),
  };
}

export function firstMessage(): ScenarioResult {
  const rttsMs = [0, 100];
  return {
    name: 'first-message',
    settings: { rounds: 5, openings: 20, addedRoundTripsMs: rttsMs, textBytes: 100, pollIntervalMs: 1000 },
    lanes: rttsMs.flatMap((rttMs) =>
      eachTransport((transport, index) => ({
        transport,
        case: `${rttMs} ms`,
        rounds: 5,
        addedRoundTripMs: rttMs,
        latencyUs: latencies(([900, 950, 1000, 1800][index] ?? 0) + rttMs * 2000),
        warnings: [],
      })),
    ),
  };
}

export function saturation(): ScenarioResult {
  const lane = (who: { transport: string } | { control: string }, knee: number, rest: Partial<Lane> = {}): Lane => ({
    ...who,
    ...{ rounds: 5, clients: 1000, messages: 5000 },
    ...{ expected: 5_100_000, delivered: 5_100_000, missing: 0, duplicated: 0, outOfOrder: 0 },
    deliveriesAtKnee: around(knee),
    saturation: [4000, 16_000, 64_000, 256_000, 1_024_000]
      .map((deliveriesPerSecond) => ({ deliveriesPerSecond, share: deliveriesPerSecond / knee }))
      .filter(({ share }) => share < 6)
      .map(({ deliveriesPerSecond, share }) => ({
        deliveriesPerSecond,
        latencyUs: around(share > 1 ? 90_000 * share : 6000 + 9000 * share),
        serverCpuShare: around(Math.min(0.99, 0.1 + share)),
        loaderUtilisation: Math.min(0.9, 0.1 + share / 3),
      })),
    warnings: [],
    ...rest,
  });
  return {
    name: 'saturation',
    settings: { rounds: 5, clients: 1000, sampledClients: 20, textBytes: 100, pollIntervalMs: 1000, waitSeconds: 30 },
    lanes: [
      lane({ transport: 'short-polling' }, 900_000, { kneeIsBound: true }),
      lane({ transport: 'long-polling' }, 12_000),
      lane({ transport: 'sse' }, 800_000, { ofControl: { control: 'bare-sse', deliveriesAtKnee: around(6.4) } }),
      lane({ transport: 'websocket' }, 850_000, { ofControl: { control: 'bare-ws', deliveriesAtKnee: around(7.7) } }),
      lane({ control: 'bare-ws' }, 110_000),
      lane({ control: 'bare-sse' }, 125_000),
    ],
  };
}

export function httpCeiling(): ScenarioResult {
  const lane = (who: { transport: string } | { control: string }, name: string, requestsPerSecond: number): Lane => ({
    ...who,
    case: name,
    rounds: 5,
    requestsPerSecond: around(requestsPerSecond),
    serverCpuUsPerRequest: around(970_000 / requestsPerSecond),
    serverCpuShare: { value: 0.97 },
    warnings: [],
  });
  const ofControl = (ratio: number) => ({
    ofControl: {
      control: 'bare-http',
      requestsPerSecond: { value: 1 / ratio },
      serverCpuUsPerRequest: { value: ratio },
    },
  });
  return {
    name: 'http-ceiling',
    settings: { rounds: 5, connections: 64, textBytes: 100, warmUpMs: 500, durationMs: 1000 },
    lanes: [
      { ...lane({ transport: 'short-polling' }, 'empty short poll', 40_000), ...ofControl(1.1) },
      lane({ control: 'bare-http' }, 'empty short poll', 44_000),
      lane({ control: 'bare-express' }, 'empty short poll', 6000),
      { ...lane({ transport: 'http' }, 'publishing POST', 15_000), ...ofControl(2) },
      lane({ control: 'bare-http' }, 'publishing POST', 30_000),
      lane({ control: 'bare-express' }, 'publishing POST', 5500),
    ],
  };
}

export function calibration(): ScenarioResult {
  const lane = (name: string, meanUs: number, rest: Partial<Lane> = {}) =>
    deliveringLane({ transport: 'websocket' }, meanUs, 0, { case: name, clients: 10, ...rest });
  return {
    name: 'calibration',
    settings: { ...PACED, clients: 10, messagesPerSecond: 50, addedDelayMs: 5, warmUpMs: 1000, seed: 1 },
    lanes: [
      lane('+0 ms', 800),
      lane('+5 ms', 5850, { addedDelayMs: 5, measuredDelayMs: { value: 5.05, rounds: [5.05, 5.02, 5.08] } }),
      lane('A', 800),
      lane('B', 804),
      { control: 'tcp-echo', rounds: 5, clients: 1, latencyUs: latencies(60), warnings: [] },
    ],
    comparisons: [compared('websocket A', 'websocket B', 1.005)],
  };
}
