import { describe, expect, it } from 'vitest';
import { indistinguishable, lowest, outcomeOf } from './findings.ts';
import { clockTime, compact, count, duration, ms, plural, times, uncertainty } from './format.ts';
import { createProgress, progressLine } from './progress.ts';
import { markdownTable, terminalTable, wrap } from './table.ts';

describe('numbers for people', () => {
  it('have about three significant digits', () => {
    const shown = [0, 0.01234, 0.2, 1, 5.067, 42.06, 503.4, 1234.4, 12_345, 123_456].map(compact);
    expect(shown).toEqual(['0', '0.012', '0.200', '1.00', '5.07', '42.1', '503', '1,234', '12,350', '123,000']);
  });

  it('have their units at the edge', () => {
    expect(ms(1234)).toBe('1.23');
    expect(count(17_500)).toBe('17,500');
    expect([duration(300), duration(1500), duration(60_000)]).toEqual(['300 ms', '1.5 s', '60 s']);
    expect(clockTime(199_600)).toBe('3:20');
    expect([times(1.062), times(3.21), times(340)]).toEqual(['1.06 times', '3.2 times', '340 times']);
    expect([plural(1, 'round'), plural(5, 'round')]).toEqual(['1 round', '5 rounds']);
  });

  it('show an interval as ± percent, and nothing where there is none', () => {
    expect(uncertainty({ value: 100, low: 97, high: 103 })).toBe('±3 %');
    expect(uncertainty({ value: 1000, low: 998, high: 1002 })).toBe('±0.2 %');
    expect(uncertainty({ value: 100 })).toBe('');
  });
});

describe('who wins', () => {
  const round = (value: number) => ({ value });

  it('nobody, where intervals overlap or the difference is small', () => {
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

  it('the lowest, and how many times as much the others have', () => {
    const lanes = [
      { name: 'a', figure: round(300) },
      { name: 'b', figure: round(1) },
      { name: 'c', figure: round(1.05) },
    ];
    const outcome = outcomeOf(lanes, 0.1);
    expect(outcome?.winners.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(outcome && lowest(outcome, String)).toBe('b and c with 1 (no clear difference); a 300 times as much.');
  });
});

describe('tables', () => {
  const table = {
    header: ['', 'n'],
    rows: [
      ['abc', '1'],
      ['d', '23'],
    ],
  };

  it('align the first column to the left and numbers to the right', () => {
    expect(terminalTable(table)).toEqual(['      n', 'abc   1', 'd    23']);
    expect(markdownTable(table)).toBe('|     |  n |\n| --- | -: |\n| abc |  1 |\n| d   | 23 |');
  });

  it('text is wrapped between words, but not before a unit', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a hold of 30 s here', 12)).toEqual(['a hold of', '30 s here']);
  });
});

describe('progress', () => {
  const parts = [
    { name: 'steady', estimateMs: 60_000 },
    { name: 'idle', estimateMs: 30_000 },
  ];

  it('says what is done, how far it is and how long it takes', () => {
    expect(progressLine(parts, 1, 'settling', 61_000)).toBe('[2/2] idle · settling · 1:01 of about 1:30');
  });

  it('is plain lines where there is no terminal', () => {
    const written: string[] = [];
    const progress = createProgress({ write: (text) => written.push(text) }, parts);
    progress.step(0, 'round 1');
    progress.clear();
    progress.end();
    expect(written).toEqual(['[1/2] steady · round 1 · 0:00 of about 1:30\n']);
  });
});
