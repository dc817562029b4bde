// folklore: what others have published about these transports, each claim repeated under its own conditions.
import type { BenchSettings, Scenario } from './scenario.ts';
import { broadcastOf, WAIT_SECONDS } from './steady.ts';

/** From so many on there is an interval. */
const ROUNDS = 5;
const CLIENTS = 4;
const HEARTBEAT_MS = 15_000;

/** What a claim speaks of is fixed: of the settings of a run only the seed is taken. */
export function folklore({ claims, seed, ...settings }: BenchSettings): Scenario {
  const textBytes = 100;
  const base = { textBytes, waitSeconds: WAIT_SECONDS, seed };
  const parallel = {
    kind: 'parallel',
    rounds: ROUNDS,
    clients: CLIENTS,
    settleMs: 1000,
    pollIntervalMs: 1000,
    ...base,
  } as const;
  const silence = {
    kind: 'silence',
    heartbeatMs: HEARTBEAT_MS,
    shortened: false,
    memoryConnections: [],
    memoryRounds: 0,
    waitSeconds: WAIT_SECONDS,
    seed,
  } as const;
  return {
    name: 'folklore',
    question: 'What of that which is told of these transports holds?',
    workload: {
      kind: 'folklore',
      claims,
      distances: {
        ...parallel,
        arrivals: 'poisson',
        durationMs: 10_000,
        transports: null,
        cases: [
          { name: 'near', addedRoundTripMs: 0, messagesPerSecond: 10 },
          { name: '20 ms', addedRoundTripMs: 20, messagesPerSecond: 10 },
          { name: '100 ms', addedRoundTripMs: 100, messagesPerSecond: 10 },
          { name: '100 ms, rare', addedRoundTripMs: 100, messagesPerSecond: 1 },
        ],
      },
      samples: {
        ...parallel,
        arrivals: 'periodic',
        durationMs: 3000,
        pollIntervalMs: 100,
        transports: ['long-polling', 'websocket'],
        // No whole number of messages in a round trip: in lockstep the wait depends on the phase alone.
        cases: [
          { name: 'below', addedRoundTripMs: 100, messagesPerSecond: 4.7 },
          { name: 'above', addedRoundTripMs: 300, messagesPerSecond: 9.1 },
        ],
      },
      silence: { ...silence, clients: 20, settleMs: 1000, durationMs: 2 * HEARTBEAT_MS, pollIntervalMs: 1000 },
      // A tenth of the claim's clients, each polling ten times as often.
      polls: { ...silence, clients: 1000, settleMs: 6000, durationMs: 12_000, pollIntervalMs: 6000 },
      memory: { memoryConnections: [500, 1000, 1500], memoryRounds: ROUNDS, waitSeconds: WAIT_SECONDS, seed },
      crowd: broadcastOf(
        { ...settings, claims, seed, textBytes },
        {
          rounds: ROUNDS,
          clients: [1000],
          arrivals: 'poisson',
          messagesPerSecond: 10,
          messagesAtOnce: 1,
          // As many as in the window, before it: the code that serves them is compiled by then.
          warmUpMessagesPerSecond: 30,
          durationMs: 4000,
          pollIntervalMs: 1000,
          controls: [],
        },
      ),
      outages: {
        ...base,
        rounds: ROUNDS,
        outages: 3,
        everyMs: 15_000,
        offlineMs: 2000,
        retryMs: 250,
        messagesPerSecond: 10,
        pollIntervalMs: 1000,
      },
      emptyPolls: {
        clients: 10,
        messagesPerPoll: [0.03, 1],
        pollIntervalMs: 100,
        durationMs: 20_000,
        textBytes,
        seed,
      },
      idleProxy: {
        clients: 5,
        heartbeatsMs: [HEARTBEAT_MS, 60_000],
        idleTimeoutMs: 20_000,
        durationMs: 2 * HEARTBEAT_MS,
      },
      browser: { http1Streams: 10, http2Streams: 300, http2Allowed: 250, webSockets: 300, quietMs: 3000, polls: 20 },
    },
  };
}
