import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneFigures } from '../run/lane-figures.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { CSV_COLUMNS, runCsv } from './csv.ts';

/** Reads a text by RFC 4180, section 2, character by character. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      record.push(field);
      field = '';
    } else if (character === '\r' && text[at + 1] === '\n') {
      records.push([...record, field]);
      record = [];
      field = '';
      at += 1;
    } else field += character;
  }
  return records;
}

function readRows(text: string): Record<string, string>[] {
  const [header = [], ...records] = readCsv(text);
  return records.map((record) => Object.fromEntries(header.map((name, column) => [name, record[column] ?? ''])));
}

describe('run.csv', () => {
  it('has a line for each figure of each lane, and as many fields in each', () => {
    const run = sampleRun();
    const records = readCsv(runCsv(run));
    const figures = run.scenarios.flatMap(({ lanes }) => lanes.flatMap(laneFigures));
    expect(records).toHaveLength(figures.length + 1);
    for (const record of records) expect(record).toHaveLength(CSV_COLUMNS.length);
    expect(records[0]).toEqual(CSV_COLUMNS.map(({ name }) => name));
  });

  it('says where a figure comes from and what it is worth', () => {
    const rows = readRows(runCsv(sampleRun()));
    const find = (wanted: Record<string, string>) =>
      rows.find((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));
    expect(find({ scenario: 'steady', transport: 'long-polling', figure: 'mean' })).toMatchObject({
      run: '2026-01-02t030405z',
      started_at: '2026-01-02T03:04:05.000Z',
      control: '',
      case: '',
      clients: '100',
      unit: 'us',
      value: '2400',
      low: '2352',
      high: '2448',
      predicted: '2350',
      closed_form: '2320',
      of_control: '',
      spoiled: 'false',
    });
    expect(find({ control: 'bare-ws', figure: 'p50', scenario: 'steady' })).toMatchObject({ transport: '' });
    const fanout = { scenario: 'fanout', case: '1,000 clients', transport: 'short-polling', figure: 'last.mean' };
    expect(find(fanout)).toMatchObject({ spoiled: 'true', clients: '1000' });
    expect(find({ scenario: 'rtt', case: '100 ms', figure: 'p50' })).toMatchObject({ added_rtt_ms: '100' });
    expect(find({ scenario: 'steady', transport: 'sse', figure: 'p50' })).toMatchObject({ of_control: '1.08' });
  });

  it('quotes also what holds half of a line’s end, which others may take for a whole one', () => {
    const lane = { transport: 'sse', case: 'a\rb', rounds: 1, connections: 3, warnings: [] };
    expect(runCsv({ ...sampleRun(), scenarios: [{ name: 'x', settings: {}, lanes: [lane] }] })).toContain(',"a\rb",');
  });

  it('whatever a case is called, it is read back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'µ') }), (name) => {
        const run = sampleRun();
        const lane = { transport: 'sse', case: name, rounds: 1, connections: 3, warnings: [] };
        const [row] = readRows(runCsv({ ...run, scenarios: [{ name: 'x', settings: {}, lanes: [lane] }] }));
        expect(row).toMatchObject({ case: name, figure: 'connections', value: '3' });
      }),
    );
  });
});
