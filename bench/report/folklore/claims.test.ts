import { describe, expect, it } from 'vitest';
import { CLAIM_FIGURES, CLAIM_NUMBERS, type ClaimNumber } from '../../run/claims.ts';
import { claimOf } from './claims.ts';
import { type Condition, judge, type Verdict } from './verdict.ts';

const verdictOf = (claim: ClaimNumber, values: Readonly<Record<string, number>>): Verdict | undefined => {
  const known = claimOf(claim);
  const figures = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  return known && judge({ claim, figures, warnings: [] }, known.judgement).verdict;
};

/** Values that keep the condition, at either end. */
const ENDS: readonly ((condition: Condition) => number)[] = [
  ({ atLeast, atMost }) => atLeast ?? atMost ?? 0,
  ({ atLeast, atMost }) => (atMost === undefined ? (atLeast ?? 0) : atMost - 1e-6),
];
/** Of what a rule does not ask about. */
const ELSEWHERE = [-1, 1e9];

describe('each published claim', () => {
  it.each(CLAIM_NUMBERS)('%d is judged by figures of its own alone', (claim) => {
    const judgement = claimOf(claim)?.judgement;
    const asked =
      judgement && 'rules' in judgement
        ? judgement.rules.flatMap(({ when }) => when.map(({ figure }) => String(figure)))
        : [];
    for (const figure of asked) expect(Object.keys(CLAIM_FIGURES[claim])).toContain(figure);
  });

  it.each(CLAIM_NUMBERS)('%d has no rule that can’t apply', (claim) => {
    const judgement = claimOf(claim)?.judgement;
    if (judgement === undefined || 'otherWork' in judgement) return;
    const all = judgement.rules.flatMap(({ when }) => when);
    for (const { when, because } of judgement.rules) {
      const reached = ENDS.flatMap((end) =>
        ELSEWHERE.map((elsewhere) => {
          const figures = Object.fromEntries([
            ...all.map(({ figure }) => [figure, { value: elsewhere }] as const),
            ...when.map((condition) => [condition.figure, { value: end(condition) }] as const),
          ]);
          return judge({ claim, figures, warnings: [] }, judgement).because;
        }),
      );
      expect(reached).toContain(because);
    }
  });
});

it.each<[ClaimNumber, Record<string, number>, Verdict]>([
  [1, { silentTimes: 163, busyTimes: 1.2, meanTimes: 1.7, p95Times: 2.7 }, 'holds only if'],
  [1, { silentTimes: 800, busyTimes: 600, meanTimes: 3, p95Times: 3 }, 'holds'],
  [1, { silentTimes: 10, busyTimes: 1.2, meanTimes: 1.7, p95Times: 2.7 }, 'not reproduced'],
  [2, { rareMeanTransits: 1.1, busyMeanTransits: 1.8, busyMaxTransits: 3.1 }, 'holds only if'],
  [2, { rareMeanTransits: 1.8, busyMeanTransits: 1.8, busyMaxTransits: 3.1 }, 'not reproduced'],
  [3, { requestsPerSecond: 166.7, megabits: 0.36 }, 'holds only if'],
  [3, { requestsPerSecond: 166.7, megabits: 1.13 }, 'holds'],
  [3, { requestsPerSecond: 100, megabits: 1.13 }, 'not reproduced'],
  [4, { http1Streams: 6, http2Streams: 100, http2StreamsAllowed: 250 }, 'holds only if'],
  [4, { http1Streams: 6, http2Streams: 100, http2StreamsAllowed: 100 }, 'holds'],
  [4, { http1Streams: 8, http2Streams: 100, http2StreamsAllowed: 100 }, 'not reproduced'],
  [5, { times20: 1.01, times100: 0.99 }, 'not reproduced'],
  [5, { times20: 1.6, times100: 2 }, 'holds'],
  [6, { websocketTimes: 1.08 }, 'not reproduced'],
  [6, { websocketTimes: 1.68 }, 'holds'],
  [7, {}, 'other work'],
  [9, { cpuUsPerDelivery: 9, lastReceiverUs: 21_000 }, 'holds only if'],
  [9, { cpuUsPerDelivery: 9, lastReceiverUs: 11_000 }, 'holds'],
  [9, { cpuUsPerDelivery: 2, lastReceiverUs: 5000 }, 'held then'],
  [9, { cpuUsPerDelivery: 40, lastReceiverUs: 50_000 }, 'not reproduced'],
  [10, {}, 'other work'],
  [11, { cutWith: 0, cutWithout: 100 }, 'holds'],
  [11, { cutWith: 20, cutWithout: 100 }, 'not reproduced'],
  [12, { latencyTimes: 1, cpuTimes: 1 }, 'not reproduced'],
  [12, { latencyTimes: 7, cpuTimes: 2.5 }, 'holds'],
  [13, { emptyRare: 97, emptyOften: 37, belowTimes: 1, aboveTimes: 2 }, 'holds only if'],
  [13, { emptyRare: 97, emptyOften: 90, belowTimes: 1, aboveTimes: 2 }, 'holds'],
  [13, { emptyRare: 97, emptyOften: 37, belowTimes: 1, aboveTimes: 1 }, 'not reproduced'],
  [14, { webSockets: 255 }, 'not reproduced'],
  [14, { webSockets: 6 }, 'holds'],
])('claim %d with %j: %s', (claim, figures, verdict) => {
  expect(verdictOf(claim, figures)).toBe(verdict);
});

describe('what a broken connection loses', () => {
  const without = { websocketLost: 14, sseLost: 14, longPollingLost: 15, shortPollingLost: 17 };
  const kept = { websocketKept: 0, sseKept: 0, longPollingKept: 0, shortPollingKept: 0 };

  it('holds where every transport loses it without resuming, and none with it', () => {
    expect(verdictOf(8, { ...without, ...kept })).toBe('holds');
  });

  it.each([
    ['a transport keeps all without resuming', { sseLost: 0 }],
    ['a transport loses something with it', { longPollingKept: 0.2 }],
    ['far more is lost', { websocketLost: 60 }],
  ])('is not reproduced where %s', (_, change) => {
    expect(verdictOf(8, { ...without, ...kept, ...change })).toBe('not reproduced');
  });
});
