import { describe, expect, it } from 'vitest';
import type { ClaimResult } from '../../run/run-file.ts';
import { claimFigureText, type Judgement, judge, ruleTexts } from './verdict.ts';

const JUDGEMENT: Judgement = {
  rules: [
    { verdict: 'holds', when: [{ figure: 'times20', atLeast: 1.5 }], because: 'far' },
    { verdict: 'holds only if', when: [{ figure: 'times20', atLeast: 1.1, atMost: 1.3 }], because: 'near' },
  ],
  otherwise: { verdict: 'not reproduced', because: 'alike' },
};

const result = (figures: ClaimResult['figures']): ClaimResult => ({ claim: 5, figures, warnings: [] });

describe('a verdict', () => {
  it.each([
    [2, 'holds'],
    [1.5, 'holds'],
    [1.4, 'not reproduced'],
    [1.3, 'holds only if'],
    [1.1, 'holds only if'],
    [1, 'not reproduced'],
  ])('of %d is that of the first rule whose thresholds it keeps: %s', (value, verdict) => {
    expect(judge(result({ times20: { value } }), JUDGEMENT).verdict).toBe(verdict);
  });

  it('asks for all conditions of a rule', () => {
    const both: Judgement = {
      ...JUDGEMENT,
      rules: [
        { verdict: 'holds', when: ['times20', 'times100'].map((figure) => ({ figure, atLeast: 2 })), because: 'far' },
      ],
    };
    const of = (times20: number, times100: number) =>
      judge(result({ times20: { value: times20 }, times100: { value: times100 } }), both).verdict;
    expect([of(3, 3), of(3, 1), of(1, 3)]).toEqual(['holds', 'not reproduced', 'not reproduced']);
  });

  it('goes by the value, and names what is so near a threshold that another run may say otherwise', () => {
    const of = (value: number, low: number, high: number) =>
      judge(result({ times20: { value, low, high } }), JUDGEMENT).doubts;
    expect(of(1.6, 1.45, 1.7)).toEqual(['mean latency of SSE, times WebSocket’s, at 20 ms of round trip']);
    // A rule that nearly applied counts too.
    expect(of(1.4, 1.35, 1.55)).toHaveLength(1);
    // But none that was not reached.
    expect(of(1.8, 1.6, 2)).toEqual([]);
  });

  it('is open where a figure is missing, or the run says why', () => {
    expect(judge(result({}), JUDGEMENT)).toMatchObject({
      verdict: 'open',
      because: 'this run lacks: mean latency of SSE, times WebSocket’s, at 20 ms of round trip',
    });
    const open = 'not run: no browser';
    expect(judge({ ...result({ times20: { value: 2 } }), open }, JUDGEMENT)).toMatchObject({
      verdict: 'open',
      because: 'not run: no browser',
    });
  });

  it('of other work says why there is none', () => {
    expect(judge(result({}), { otherWork: 'theirs is a cluster' })).toMatchObject({
      verdict: 'other work',
      because: 'theirs is a cluster',
    });
  });

  it('has rules that tell every threshold', () => {
    expect(ruleTexts(5, JUDGEMENT)).toEqual([
      'holds: *mean latency of SSE, times WebSocket’s, at 20 ms of round trip* at least 1.50',
      'holds only if: *mean latency of SSE, times WebSocket’s, at 20 ms of round trip* at least 1.10 and at most 1.30',
      'not reproduced: in any other case',
    ]);
  });
});

it('a figure is told with its unit and, where it has one, its interval', () => {
  expect(claimFigureText({ value: 13.333, low: 12.5, high: 14 }, { label: '', unit: '%' })).toBe(
    '13.3 % [12.5 %, 14 %]',
  );
  expect(claimFigureText({ value: 255 }, { label: '', unit: '1' })).toBe('255');
  expect(claimFigureText({ value: 11_340 }, { label: '', unit: 'B' })).toBe('11.3 kB');
});
