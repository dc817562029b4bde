import { describe, expect, it } from 'vitest';
import { fitted, labelled, markdownTable, tableLines, terminalTable, wrap } from './table.ts';

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

  it('that are too wide become several, each with the first column', () => {
    const wide = { header: ['who', 'one', 'two', 'three'], rows: [['a', '1', '2', '3']] };
    expect(fitted(wide, 100)).toEqual([wide]);
    expect(fitted(wide, 13)).toEqual([
      { header: ['who', 'one', 'two'], rows: [['a', '1', '2']] },
      { header: ['who', 'three'], rows: [['a', '3']] },
    ]);
    expect(fitted(wide, 12)).toHaveLength(3);
    // Where not even one column fits, there is one column.
    expect(fitted(wide, 1)).toHaveLength(3);
  });

  it('fit 100 columns in a terminal', () => {
    const header = Array.from({ length: 12 }, (_, index) => `a long title ${index}`);
    for (const line of tableLines({ header, rows: [header] })) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('text', () => {
  it('is wrapped between words, but not before a unit or within an interval', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a hold of 30 s here', 12)).toEqual(['a hold of', '30 s here']);
    expect(wrap('it is 1.60 times [1.54, 1.66]; more', 22)).toEqual(['it is 1.60', 'times [1.54, 1.66];', 'more']);
  });

  it('goes on below its beginning, beside its label', () => {
    const lines = labelled('Warning: ', 'word '.repeat(30).trim());
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^Warning: word/);
    expect(lines[1]).toMatch(/^ {9}word/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });
});
