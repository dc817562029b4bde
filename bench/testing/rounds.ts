// Made-up rounds for tests of what is made from them.
import { mapLatencies } from '../../client/closed-forms.ts';
import type { Stats, TransportStats } from '../../server/protocol/messages.ts';
import type { PlayedRound } from '../runners/measure.ts';

function stats(transport: string, counters: Partial<TransportStats>): Stats {
  const none = { connectionsOpened: 0, open: 0, parked: 0, published: 0 };
  return {
    at: 0,
    room: { epoch: 'e', head: 0, retained: 0 },
    transports: {
      [transport]: { ...none, requests: 0, delivered: 0, bytesIn: 0, bytesOut: 0, ...counters },
    },
    slowReaders: { count: 0, unwrittenBytes: 0 },
    connectionsEnded: { unanswered: 0, unread: 0, shed: 0 },
    process: { cpuUserUs: 0, cpuSystemUs: 0, rssBytes: 1, heapUsedBytes: 1, eventLoopDelayMs: { p50: 0, p99: 0 } },
  };
}

/** @returns a round of 10 clients and 20 messages, which cost that many requests and 20 ms of CPU time. */
export function playedRound(
  transport: string,
  meanUs: number,
  requests: number,
  rest: Partial<PlayedRound> = {},
): PlayedRound {
  return {
    clients: 10,
    messages: 20,
    ledger: { expected: 300, delivered: 300, missing: 0, duplicated: 0, outOfOrder: 0 },
    deliveries: 200,
    latency: mapLatencies(() => meanUs),
    lastReceiver: mapLatencies(() => meanUs * 1.5),
    before: { at: 0, cpuUs: 0, cpuAt: 0, stats: stats(transport, {}) },
    after: {
      at: 4000,
      cpuUs: 20_000,
      cpuAt: 4000,
      stats: stats(transport, { requests, delivered: 200, bytesIn: 1000, bytesOut: 39_000 }),
    },
    atEnd: { at: 4000, cpuUs: 20_000, cpuAt: 4000, stats: null },
    roundTripMs: 0.2,
    loader: {
      pacingLagMs: { p50: 0, p99: 0, max: 0 },
      eventLoopDelayMs: { p50: 0, p99: 0 },
      utilisation: 0.1,
    },
    failures: [],
    schedule: {
      fromMs: 2000,
      toMs: 6000,
      inGroups: false,
      offsetsMs: Array.from({ length: 30 }, (_, index) => index * 200),
    },
    phasesMs: Array.from({ length: 10 }, (_, index) => index * 100),
    stored: Array.from({ length: 30 }, (_, index) => ({
      seq: index + 1,
      id: `t-${index}`,
      from: 'u1',
      name: 'Bench',
      text: 'x'.repeat(100),
      at: 1_700_000_000_000 + index,
      via: 'http',
    })),
    startAt: 0,
    openedMs: -50,
    host: '127.0.0.1:8080',
    clientIds: Array.from({ length: 10 }, (_, index) => `${transport}-0-0-${index}`),
    ...rest,
  };
}
