import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { createLatencyRecorder } from './latency.ts';
import {
  deliveriesOf,
  type Replay,
  type ReplayRound,
  replayLongPolling,
  replayShortPolling,
  replayStream,
  requestsOf,
} from './replay.ts';

const QUIET: ReplayRound = {
  offsetsMs: [],
  fromMs: 0,
  toMs: 1000,
  countedToMs: 1000,
  clients: 1,
  publishDelayMs: 0,
  oneWayDelayMs: 0,
  gapMs: 0,
  fanOutMs: 0,
  pageMessages: 100,
};

function answers({ exchanges }: Replay): number[] {
  return exchanges.filter(({ answered }) => answered).map(({ messages }) => messages);
}

describe('a replay of long polling', () => {
  it('lets a message wait that comes in the gap, and gives all that came in it in one answer', () => {
    const round = { ...QUIET, offsetsMs: [100, 130, 180, 600], gapMs: 100, oneWayDelayMs: 50 };
    const replay = replayLongPolling(round, { holdMs: 30_000 });
    expect(answers(replay)).toEqual([1, 2, 1]);
    // 50 without a wait, 70 and 20 until the request that comes at 200, 0.
    expect(replay.latency?.mean).toBe((1000 * (50 + (70 + 50) + (20 + 50) + 50)) / 4);
    expect(replay.latency?.max).toBe(120_000);
    // Those that arrive at 0, 200, 300 and 700; the last one is held beyond the end.
    expect(requestsOf(replay)).toBe(4);
    expect(deliveriesOf(replay)).toBe(4);
  });

  it('ends a hold without a message, and leaves a gap then too', () => {
    const round = { ...QUIET, offsetsMs: [450], gapMs: 100 };
    const replay = replayLongPolling(round, { holdMs: 200 });
    // Held 0–200, 300–500 but for the message, 550–750, 850–1050.
    expect(answers(replay)).toEqual([0, 1, 0]);
    expect(requestsOf(replay)).toBe(4);
    expect(replayLongPolling({ ...round, offsetsMs: [250] }, { holdMs: 200 }).latency?.max).toBe(50_000);
  });

  it('counts only what happens in the counted time, and all that happens until it is quiet if that has no end', () => {
    const round = { ...QUIET, offsetsMs: [100, 500, 990], gapMs: 20, fromMs: 300 };
    expect(requestsOf(replayLongPolling(round, { holdMs: 30_000 }))).toBe(1);
    const untilQuiet = replayLongPolling({ ...round, countedToMs: Number.POSITIVE_INFINITY }, { holdMs: 30_000 });
    expect(requestsOf(untilQuiet)).toBe(2);
    expect(deliveriesOf(untilQuiet)).toBe(2);
    expect(untilQuiet.latency?.max).toBe(0);
  });

  it('answers with a page at the most, and the next request with the rest', () => {
    const offsetsMs = Array.from({ length: 250 }, () => 100);
    const replay = replayLongPolling({ ...QUIET, offsetsMs, gapMs: 10 }, { holdMs: 30_000 });
    expect(answers(replay)).toEqual([100, 100, 50]);
    expect(replay.latency?.mean).toBe((100 * 10_000 + 50 * 20_000) / 250);
  });

  it('spreads the fan-out over the clients, each of whom makes the same requests', () => {
    const replay = replayLongPolling(
      { ...QUIET, offsetsMs: [100], clients: 10, fanOutMs: 20, oneWayDelayMs: 1 },
      { holdMs: 30_000 },
    );
    expect(replay.latency?.mean).toBe(11_000);
    expect(replay.latency?.max).toBe(20_000);
    expect(requestsOf(replay)).toBe(20);
    expect(deliveriesOf(replay)).toBe(10);
  });
});

describe('a replay of short polling', () => {
  it('asks at a fixed rate, from the phase of each client', () => {
    const round = { ...QUIET, offsetsMs: [120, 130, 700], oneWayDelayMs: 5, clients: 2 };
    const replay = replayShortPolling(round, { pollIntervalMs: 250, phasesMs: [10, -80] });
    // Polls at 10, 260, 510, 760 and 170, 420, 670, 920.
    expect(requestsOf(replay)).toBe(8);
    expect(answers(replay)).toEqual([0, 2, 0, 1, 2, 0, 0, 1]);
    expect(replay.latency?.mean).toBeCloseTo((1000 * (140 + 130 + 60 + 50 + 40 + 220)) / 6 + 5000, 6);
  });

  it('delivers what is left after the window, without counting it', () => {
    const round = { ...QUIET, offsetsMs: [900] };
    const replay = replayShortPolling(round, { pollIntervalMs: 500, phasesMs: [300] });
    expect(replay.latency?.max).toBe(400_000);
    expect(requestsOf(replay)).toBe(2);
    expect(deliveriesOf(replay)).toBe(0);
  });

  it('asks again at once where a page could not hold everything', () => {
    const offsetsMs = Array.from({ length: 150 }, () => 100);
    const round = { ...QUIET, offsetsMs, gapMs: 20 };
    const replay = replayShortPolling(round, { pollIntervalMs: 500, phasesMs: [300] });
    expect(answers(replay)).toEqual([100, 50, 0]);
    expect(replay.latency?.max).toBe(220_000);
  });

  it('skips a poll while the answer to the one before is under way', () => {
    const replay = replayShortPolling({ ...QUIET, gapMs: 150 }, { pollIntervalMs: 100, phasesMs: [0] });
    expect(requestsOf(replay)).toBe(5);
  });
});

it('a replay of a stream has the delay itself, and the fan-out', () => {
  const replay = replayStream({ ...QUIET, offsetsMs: [-5, 1, 2], clients: 4, fanOutMs: 8, oneWayDelayMs: 2 });
  expect(replay.latency?.mean).toBe(6000);
  expect(replay.latency?.max).toBe(9000);
  expect(requestsOf(replay)).toBe(0);
  expect(replayStream(QUIET).latency).toBeNull();
});

/**
 * A room behind a network, millisecond by millisecond: requests and answers travel, the server holds what it may hold.
 * Publishers are on the server's side. Nothing here knows of gaps.
 */
function playByTheClock(round: {
  readonly sent: readonly number[];
  readonly transport: 'short-polling' | 'long-polling';
  readonly roundTrip: number;
  readonly turnaround: number;
  readonly hold: number;
  readonly interval: number;
  readonly phase: number;
  readonly fromMs: number;
  readonly toMs: number;
}) {
  const { sent, roundTrip, turnaround, fromMs, toMs } = round;
  const latencies = createLatencyRecorder();
  const arrivals = new Map<number, true>();
  const answersAtClient = new Map<number, readonly number[]>();
  let [requests, empty, had] = [0, 0, 0];
  let heldSince: number | null = null;
  let asking = false;
  let askAt = round.transport === 'long-polling' ? -roundTrip / 2 : Number.NaN;
  const long = round.transport === 'long-polling';
  for (let now = -1000; now < 2 * toMs; now += 1) {
    const due = long ? now === askAt : (now - round.phase) % round.interval === 0;
    if (due && !asking) {
      asking = true;
      arrivals.set(now + roundTrip / 2, true);
    }
    if (arrivals.has(now)) {
      heldSince = now;
      if (now >= fromMs && now < toMs) requests += 1;
    }
    if (heldSince !== null) {
      const ready = sent.slice(had, sent.findLastIndex((at) => at <= now) + 1);
      if (ready.length > 0 || !long || now - heldSince >= round.hold) {
        had += ready.length;
        if (ready.length === 0 && now >= fromMs && now < toMs) empty += 1;
        answersAtClient.set(now + roundTrip / 2, ready);
        heldSince = null;
      }
    }
    const answer = answersAtClient.get(now);
    if (answer !== undefined) {
      for (const at of answer) if (at >= fromMs && at < toMs) latencies.record(now - at);
      asking = false;
      if (long) askAt = now + turnaround;
    }
  }
  return { latency: latencies.summary(), requests, empty };
}

describe('a replay and a room behind a network, played millisecond by millisecond, agree exactly', () => {
  const cases = [0, 20, 100].flatMap((roundTrip) =>
    [2, 10, 60].flatMap((rate) =>
      (['long-polling', 'short-polling'] as const).map((transport) => ({ transport, roundTrip, rate })),
    ),
  );

  it.each(cases)('$transport, a round trip of $roundTrip ms, $rate messages a second', (one) => {
    const { transport, roundTrip, rate } = one;
    const random = seededRandom(roundTrip + rate);
    const toMs = 20_000;
    const fromMs = 2000;
    const sent = Array.from({ length: (rate * toMs) / 1000 }, () => Math.floor(random() * toMs)).sort((a, b) => a - b);
    const [hold, interval, phase] = [400, 500, 123];
    // A client needs a moment to ask again; 1 ms is the least that this clock knows.
    const turnaround = 1;
    const played = playByTheClock({ sent, transport, roundTrip, turnaround, hold, interval, phase, fromMs, toMs });
    const round: ReplayRound = {
      ...QUIET,
      ...{ offsetsMs: sent, fromMs, toMs, countedToMs: toMs },
      gapMs: roundTrip + (transport === 'long-polling' ? turnaround : 0),
      oneWayDelayMs: roundTrip / 2,
    };
    const replay =
      transport === 'long-polling'
        ? replayLongPolling(round, { holdMs: hold })
        : replayShortPolling(round, { pollIntervalMs: interval, phasesMs: [phase + roundTrip / 2] });
    expect(replay.latency).toEqual(played.latency);
    expect(requestsOf(replay)).toBe(played.requests);
    expect(answers(replay).filter((messages) => messages === 0)).toHaveLength(played.empty);
  });

  it('also with a publisher whose messages take a while', () => {
    const base = { ...QUIET, offsetsMs: [100, 130, 500], gapMs: 60, oneWayDelayMs: 50 };
    const shifted = { ...base, offsetsMs: [93, 123, 493], publishDelayMs: 7 };
    expect(replayLongPolling(shifted, { holdMs: 1000 })).toEqual(replayLongPolling(base, { holdMs: 1000 }));
  });
});
