import { describe, expect, it } from 'vitest';
import {
  bytes,
  clockTime,
  compact,
  count,
  duration,
  ms,
  plural,
  ratioNumber,
  sentenceList,
  times,
  timesWithin,
  uncertainty,
  withUnit,
} from './format.ts';

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
    expect([plural(1, 'round'), plural(5, 'round')]).toEqual(['1 round', '5 rounds']);
    expect([999, 1000, 2_500_000].map(bytes)).toEqual(['999 B', '1.00 kB', '2.50 MB']);
    expect(sentenceList(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('take the unit that suits the figure', () => {
    expect([withUnit(12.34, 'us'), withUnit(1500, 'us'), withUnit(400, 'ms')]).toEqual([
      '12.3 µs',
      '1.50 ms',
      '400 ms',
    ]);
    expect([withUnit(42_000, 'B'), withUnit(0.2, '1')]).toEqual(['42.0 kB', '0.200']);
  });

  it('show an interval as ± percent, and nothing where there is none', () => {
    expect(uncertainty({ value: 100, low: 97, high: 103 })).toBe('±3 %');
    expect(uncertainty({ value: 1000, low: 998, high: 1002 })).toBe('±0.2 %');
    expect(uncertainty({ value: 100 })).toBe('');
  });

  it('show ratios as times, with their interval where there is one', () => {
    expect([times(1.062), times(3.21), times(340)]).toEqual(['1.06 times', '3.2 times', '340 times']);
    expect([ratioNumber(2.314), ratioNumber(334.66)]).toEqual(['2.31', '335']);
    expect(timesWithin({ value: 2.31, low: 2.2, high: 2.42 })).toBe('2.31 times [2.20, 2.42]');
    expect(timesWithin({ value: 2.31 })).toBe('2.31 times');
  });
});
