// A race as it is recorded, and what is made of it for the charts.
import { describe, expect, it } from 'vitest';
import { transports } from '../../../transports/index.ts';
import { DEFAULT_SETTINGS, type RaceSettings } from '../race-settings.ts';
import { createRecord, type ExchangeMark, type RaceRecord } from '../record.ts';
import { createComparison, type RaceComparison } from './comparison.ts';
import { bytesTitle, latencyTitle, requestsTitle, verdict } from './titles.ts';
import { why } from './why.ts';

const SETTINGS: RaceSettings = { ...DEFAULT_SETTINGS, messages: 2, gapMs: 30, everyMs: 2382, roundTripMs: 100 };
const LANES = transports.map(({ name }) => name);
/** How long the two of a pair take over each, where all goes as it should. */
const TAKES: Readonly<Record<string, (burst: number) => readonly [number, number]>> = {
  'short-polling': (burst) => {
    const wait = ((burst * 0.618) % 1) * 1000;
    return [53 + wait, 53 + (wait > 30 ? wait - 30 : wait + 970)];
  },
  'long-polling': () => [53, 129],
  sse: () => [54, 54],
  websocket: () => [53, 53],
};

function poll(changes: Partial<ExchangeMark>): ExchangeMark {
  return {
    kind: 'exchange',
    lane: 'short-polling',
    purpose: 'poll',
    method: 'GET',
    target: '/v1/short-polling?client=race-short-polling&cursor=abcdefgh.12',
    at: 0,
    reachedAt: 1,
    answeredAt: 1,
    endedAt: 1,
    headAt: 2,
    doneAt: 2,
    failed: false,
    status: 204,
    bytesUp: 500,
    bytesDown: 130,
    seqs: [],
    requestText: '',
    answerText: '',
    ...changes,
  };
}

/** The pairs after the third second of a race that began at 0. */
function raceOf(bursts: number, takes: typeof TAKES = TAKES, from = 'bot'): RaceRecord {
  const record = createRecord(LANES, true);
  for (let burst = 0; burst < bursts; burst += 1) {
    for (const place of [0, 1] as const) {
      const seq = 2 * burst + place + 1;
      const at = 3000 + burst * SETTINGS.everyMs + place * SETTINGS.gapMs;
      const message = { seq, id: `id-${seq}`, from, name: 'Bot', text: 'x', at, via: 'http' } as const;
      record.stored.push({ message, at });
      for (const [name, lane] of record.lanes) {
        const latencyMs = takes[name]?.(burst)[place] ?? 0;
        lane.deliveries.push({ seq, storedAt: at, latencyMs, arrivedAt: at + latencyMs, caughtUp: false });
      }
    }
  }
  return record;
}

/** Looks once at the beginning and once at the end, as the page does many times. */
function compared(
  record: RaceRecord,
  settings = SETTINGS,
  before: (record: RaceRecord) => void = () => undefined,
): RaceComparison {
  let now = 0;
  const compare = createComparison(() => now);
  compare(record, settings);
  now = 2000;
  compare(record, settings);
  before(record);
  now = 62_000;
  return compare(record, settings);
}

function laneOf({ lanes }: RaceComparison, name: string) {
  const found = lanes.find(({ lane }) => lane.name === name);
  if (found === undefined) throw new Error(`no lane ${name}`);
  return found;
}

function verdictOf({ lanes }: RaceComparison): string | null {
  return verdict(
    lanes.flatMap(({ lane, measured, predictedMs }) =>
      measured === null || predictedMs === null ? [] : [{ lane: lane.name, measured, predictedMs }],
    ),
  );
}

describe('the formulas beside a race', () => {
  it('know the way from the quicker stream, and that every pair pays the gap', () => {
    const race = compared(raceOf(10));
    expect(race.conditions).toEqual({ oneWayMs: 53, gapMs: 106, ownWorkMs: 3 });
    expect(laneOf(race, 'long-polling').predictedMs).toBeCloseTo((53 + 53 + 106 - 30) / 2, 9);
    expect(laneOf(race, 'short-polling').predictedMs).toBe(553);
    expect(laneOf(race, 'websocket').predictedMs).toBe(53);
    expect(verdictOf(race)).toMatch(
      /^Formula and measurement agree for short polling, long polling, .* 10 independent/,
    );
  });

  it('say it where a race parts from them by more than chance', () => {
    const slow = { ...TAKES, 'long-polling': () => [153, 229] as const };
    expect(verdictOf(compared(raceOf(10, slow)))).toMatch(
      /^Long polling: 191 ms, where the formula says 91 ms\. They part/,
    );
  });

  it('tell no mean of short polling where bursts keep step with the polls', () => {
    const race = compared(raceOf(10), { ...SETTINGS, everyMs: 2000 });
    expect(laneOf(race, 'short-polling').predictedMs).toBeNull();
    expect(laneOf(race, 'long-polling').predictedMs).not.toBeNull();
  });

  it('count requests on from when they began to hold', () => {
    const race = compared(raceOf(10), SETTINGS, (record) => {
      // What came in the first two seconds had been counted already.
      for (const lane of record.lanes.values()) lane.requests = 77;
    });
    const lane = laneOf(race, 'short-polling');
    expect(lane.expectedRequests).toBe(60);
    expect(laneOf(race, 'long-polling').expectedRequests).toBeCloseTo((60 * 2) / 2.382, 6);
    expect(laneOf(race, 'sse').expectedRequests).toBe(0);
  });

  it('know the gap by the race’s own requests', () => {
    const record = raceOf(10);
    for (let round = 0; round < 5; round += 1) {
      const at = 10_000 + round * 1000;
      record.marks.push(poll({ lane: 'long-polling', reachedAt: at + 121, answeredAt: at + 1000, seqs: [1] }));
    }
    const race = compared(record);
    expect(race.conditions.gapMs).toBe(121);
    expect(laneOf(race, 'long-polling').predictedMs).toBeCloseTo((53 + 53 + 121 - 30) / 2, 9);
  });

  it('know bytes by what requests and answers of this race weigh', () => {
    const record = raceOf(10);
    const bytes = JSON.stringify(record.stored[0]?.message).length;
    record.marks.push(poll({}), poll({ status: 200, seqs: [1, 2], bytesDown: 250 + 2 * bytes + 1 }));
    const race = compared(record);
    // A poll a second, 1.03 answers a burst, and twice a message with most of a comma.
    const answers = (60 / 2.382) * 1.03;
    const messages = (60 / 2.382) * 2 * (bytes + 1) - answers;
    const mean =
      record.stored.reduce((sum, { message }) => sum + JSON.stringify(message).length, 0) / record.stored.length;
    const expected = 60 * 500 + (60 - answers) * 130 + answers * 250 + messages + (60 / 2.382) * 2 * (mean - bytes);
    expect(laneOf(race, 'short-polling').expectedBytes).toBeCloseTo(expected, 3);
    expect(laneOf(race, 'long-polling').expectedBytes).toBeNull();
    expect(laneOf(race, 'sse').expectedBytes).toBeGreaterThan(20 * bytes);
  });

  it('know what silence costs where nobody talks', () => {
    const record = createRecord(LANES, true);
    const silent = { ...SETTINGS, messages: 0 };
    const race = compared(record, silent);
    expect(laneOf(race, 'websocket').expectedBytes).toBe((60 / 15) * 25);
    expect(laneOf(race, 'short-polling').expectedRequests).toBe(60);
    expect(race.lanes.map(({ predictedMs }) => predictedMs)).toEqual([null, null, null, null]);
  });

  it.each([[{ silence: true }, 'packets vanish']])('do not hold with %o', (change, reason) => {
    const race = compared(raceOf(10), { ...SETTINGS, ...change });
    expect(race.outside).toBe(reason);
    expect(race.lanes.map(({ predictedMs }) => predictedMs)).toEqual([null, null, null, null]);
  });

  it('do not hold where somebody else talks, nor before the network’s last trouble', () => {
    expect(compared(raceOf(10, TAKES, 'somebody')).outside).toBe('somebody else talks, too');
    const record = raceOf(10);
    record.bands.push({ what: 'cut', from: 20_000, to: 20_000 });
    expect(laneOf(compared(record), 'sse').measured?.events).toBe(2);
  });

  it('do not hold behind a proxy, nor beside six tabs, but what arrives there is measured', () => {
    const record = raceOf(10);
    record.lanes.get('sse')?.deliveries.splice(0);
    record.bands.push({ what: 'buffering proxy', from: 0, to: null });
    const race = compared(record, { ...SETTINGS, holdAnswers: true });
    expect(race.lanes.map(({ lane, measured }) => [lane.name, measured?.latenciesMs.length])).toEqual([
      ['short-polling', 20],
      ['long-polling', 20],
      ['sse', undefined],
      ['websocket', 20],
    ]);
    expect(race.lanes.map(({ predictedMs }) => predictedMs)).toEqual([null, null, null, null]);
  });

  it('are worked through with the race’s own numbers', () => {
    const race = compared(raceOf(10));
    const words = (name: string) => why(name, SETTINGS, race.conditions, laneOf(race, name).prediction).join(' ');
    expect(words('long-polling')).toContain('53 ms + 106 ms − 30 ms = 129 ms');
    expect(words('short-polling')).toContain('500 ms + 53 ms = 553 ms');
    expect(words('sse')).toContain('half the round trip, 50 ms, and 3 ms');
    const ticker = { ...SETTINGS, messages: 1, gapMs: 0, everyMs: 50 };
    const quick = compared(raceOf(10), ticker);
    expect(why('long-polling', ticker, quick.conditions, laneOf(quick, 'long-polling').prediction).join(' ')).toContain(
      'half a gap on average: 53 ms + 53 ms = 106 ms',
    );
  });
});

describe('the titles of the charts', () => {
  it('say who is quickest, and how many times as long the others take', () => {
    const means = [
      { lane: 'short-polling', value: 560 },
      { lane: 'long-polling', value: 91 },
      { lane: 'sse', value: 54 },
      { lane: 'websocket', value: 53 },
    ];
    expect(latencyTitle(means, [], true)).toBe(
      'Server-Sent Events and WebSocket: 53 ms on average. Long polling: 91 ms, 1.7 times that. Short polling: 560 ms, 11 times that.',
    );
    expect(
      latencyTitle(
        [means[1], means[2]].map((one, index) => ({ lane: one?.lane ?? '', value: 3 + 4 * index })),
        [],
        true,
      ),
    ).toBe('Long polling and Server-Sent Events: 3 ms on average.');
    expect(latencyTitle(means.slice(0, 1), ['sse'], true)).toBe(
      'Short polling: 560 ms on average. Server-Sent Events: nothing yet.',
    );
    expect(latencyTitle([], [], false)).toBe('How long a message takes: none has arrived yet.');
    expect(latencyTitle([], ['sse'], true)).toBe('How long a message takes: counted from when the race has settled.');
  });

  it('say who asks most, and how often for nothing', () => {
    const asked = [
      { lane: 'short-polling', value: 41, empty: 38 },
      { lane: 'long-polling', value: 12, empty: 0 },
      { lane: 'sse', value: 1, empty: 0 },
      { lane: 'websocket', value: 1, empty: 0 },
    ];
    expect(requestsTitle(asked)).toBe(
      'Short polling has asked 41 times, 38 times for nothing; long polling has asked 12 times; Server-Sent Events and WebSocket once each.',
    );
    expect(requestsTitle([])).toBe('Nobody has asked for anything yet.');
  });

  it('say who moves most bytes', () => {
    const moved = [
      { lane: 'short-polling', value: 23_000 },
      { lane: 'websocket', value: 1900 },
    ];
    expect(bytesTitle(moved)).toBe('Short polling has moved 23.0 kB, 12 times as much as WebSocket (1.90 kB).');
    expect(bytesTitle([])).toBe('No byte has moved yet.');
  });
});
