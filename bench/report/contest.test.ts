import { describe, expect, it } from 'vitest';
import { sampleScenario } from '../testing/sample-run.ts';
import { type Comparer, comparerOf, contestOf, type Entry, indistinguishable, lowest, outcomeOf } from './contest.ts';

const round = (value: number) => ({ value });

function contest(entries: readonly Entry[], noise: number, rest: { lowerIsBetter?: boolean; compare?: Comparer } = {}) {
  const { lowerIsBetter = true, compare = () => null } = rest;
  return { figure: { noise, lowerIsBetter, say: String }, entries, compare };
}

describe('two figures can’t be told apart', () => {
  it('where their intervals overlap or they differ too little', () => {
    expect(indistinguishable({ value: 1, low: 0.9, high: 1.1 }, { value: 1.15, low: 1.05, high: 1.25 }, 0.1)).toBe(
      true,
    );
    expect(indistinguishable({ value: 1, low: 0.99, high: 1.01 }, { value: 1.15, low: 1.14, high: 1.16 }, 0.1)).toBe(
      false,
    );
    expect(indistinguishable({ value: 1, low: 1, high: 1 }, { value: 1.01, low: 1.01, high: 1.01 }, 0.1)).toBe(true);
    expect(indistinguishable(round(1), round(1.09), 0.1)).toBe(true);
    expect(indistinguishable(round(1), round(1.2), 0.1)).toBe(false);
    expect(indistinguishable(round(0), round(0.001), 0.1)).toBe(false);
  });
});

describe('who wins', () => {
  it('the lowest, and how many times as much the others have', () => {
    const lanes = [
      { name: 'a', figure: round(300) },
      { name: 'b', figure: round(1) },
      { name: 'c', figure: round(1.05) },
    ];
    const outcome = outcomeOf(contest(lanes, 0.1));
    expect(outcome?.winners.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(outcome && lowest(outcome, String)).toBe('b 1 and c 1.05 (no clear difference); a 300 times as much.');
  });

  it('what was compared by round decides, whatever the intervals say', () => {
    const overlapping = (value: number) => ({ value, low: value * 0.5, high: value * 2 });
    const entries = [
      { name: 'a', figure: overlapping(1) },
      { name: 'b', figure: overlapping(1.5) },
      { name: 'c', figure: overlapping(1.2) },
    ];
    const compare = (of: string) =>
      of === 'b'
        ? { ratio: { value: 1.5, low: 1.45, high: 1.55 }, different: true }
        : { ratio: { value: 1.2, low: 0.9, high: 1.5 }, different: false };
    const outcome = outcomeOf(contest(entries, 1, { compare }));
    expect(outcome?.sure).toBe(true);
    expect(outcome && lowest(outcome, String)).toBe(
      'a 1 and c 1.2 (no detectable difference); b 1.50 times [1.45, 1.55].',
    );
  });

  it('the run file’s comparisons are found in either direction, of the right figure and case only', () => {
    const steady = sampleScenario('steady');
    const compare = comparerOf(steady, 'latencyUs.mean');
    expect(compare('long-polling', 'websocket')?.ratio.value).toBe(1.6);
    const turned = compare('websocket', 'long-polling')?.ratio;
    expect(turned?.value).toBeCloseTo(1 / 1.6);
    expect(turned?.low).toBeCloseTo(1 / (1.6 * 1.04));
    expect(turned?.high).toBeCloseTo(1 / (1.6 * 0.96));
    expect(comparerOf(steady, 'latencyUs.p99')('long-polling', 'websocket')).toBeNull();
    expect(comparerOf(steady, 'latencyUs.mean', '20 ms')('long-polling', 'websocket')).toBeNull();
    expect(comparerOf(sampleScenario('rtt'), 'latencyUs.mean', '20 ms')('sse', 'websocket')?.ratio.value).toBe(1);
  });

  it('the highest, where more is better', () => {
    const lanes = [
      { name: 'a', figure: round(6000) },
      { name: 'b', figure: round(10_000) },
      { name: 'c', figure: round(10_000) },
    ];
    const outcome = outcomeOf(contest(lanes, 0, { lowerIsBetter: false }));
    expect(outcome?.winners.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(outcome?.others.map(({ name }) => name)).toEqual(['a']);
  });

  it('controls take no part, nor do lanes that the bench spoiled, whatever the figure', () => {
    const steady = sampleScenario('steady');
    const lanes = steady.lanes.map((lane) => (lane.transport === 'sse' ? { ...lane, spoiled: true } : lane));
    for (const figure of ['mean', 'requestsPerDelivery'] as const) {
      expect(contestOf(steady, figure, lanes).entries.map(({ name }) => name)).toEqual([
        'short-polling',
        'long-polling',
        'websocket',
      ]);
    }
  });

  it('nobody is the first to have everything after a blackhole, where all go on at one instant', () => {
    const recovery = sampleScenario('recovery');
    const entries = (fault: string) =>
      contestOf(
        recovery,
        'caughtUpMs',
        recovery.lanes.filter((lane) => lane.case === fault),
      ).entries;
    expect(entries('cut')).toHaveLength(4);
    expect(entries('blackhole')).toEqual([]);
  });
});
