import { describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../run/run-file.ts';
import { sampleScenario } from '../testing/sample-run.ts';
import { scenarioConditions } from './conditions.ts';
import { scenarioTables } from './scenario-tables.ts';

const tablesOf = (name: string) => scenarioTables(sampleScenario(name));

function table(name: string, title: string): readonly (readonly string[])[] {
  const found = tablesOf(name).find(({ header }) => header[0] === title);
  if (found === undefined) throw new Error(`${name} has no table ${title}`);
  return [found.header, ...found.rows];
}

const row = (name: string, title: string, first: string) => table(name, title).find(([cell]) => cell === first);

describe('the tables of a scenario', () => {
  it('have what was predicted and the closed form below what was measured, once where they say the same', () => {
    const rows = table('steady', 'Delivery latency, ms').map((cells) => cells.slice(0, 4));
    expect(rows.slice(0, 6)).toEqual([
      ['Delivery latency, ms', 'mean', '95 %', 'p50'],
      ['short polling', '502', '±2 %', '502'],
      ['\u00a0\u00a0predicted', '502', '', '502'],
      ['long polling', '2.40', '±2 %', '2.40'],
      ['\u00a0\u00a0predicted', '2.35', '', '2.35'],
      ['\u00a0\u00a0closed form', '2.32', '', '2.32'],
    ]);
    expect(row('steady', 'Per delivered message', 'long polling')).toEqual([
      'long polling',
      '1.00',
      '500',
      '60.0',
      '±2 %',
    ]);
  });

  it('name the case of each lane, and mark what the bench spoiled', () => {
    expect(row('rtt', 'Delivery latency, ms', '100 ms RTT · SSE')?.slice(1, 3)).toEqual(['51.4', '±2 %']);
    expect(row('fanout', 'Last receiver, ms', '1,000 clients · short polling *')).toBeDefined();
    expect(row('calibration', 'Delivery latency, ms', 'raw TCP echo')).toBeDefined();
  });

  it('have the lanes of a case together, in whichever order they were measured', () => {
    const rtt = sampleScenario('rtt');
    const lanes = rtt.lanes.toSorted((a, b) => (a.transport ?? '').localeCompare(b.transport ?? ''));
    const [latency] = scenarioTables({ ...rtt, lanes });
    const cases = latency?.rows
      .map(([first = '']) => first.split(' · '))
      .flatMap(([first, lane]) => (lane ? [first] : []));
    expect(cases).toEqual([
      ...Array(4).fill('0 ms RTT'),
      ...Array(4).fill('20 ms RTT'),
      ...Array(4).fill('100 ms RTT'),
    ]);
  });

  it('tell bytes with a browser’s heads too where that is asked for: so much more for each request', () => {
    const idle = sampleScenario('idle');
    const titleOf = (settings: ScenarioResult['settings']) =>
      scenarioTables({ ...idle, settings: { ...idle.settings, ...settings } }).find(
        ({ header }) => header[0] === 'Per client and hour',
      );
    const heads = titleOf({ browserHeadBytes: 600 });
    expect(heads?.header[3]).toBe('with browser heads, +600 B a request');
    // 120 requests of 600 bytes more than 42 kB; a stream makes none.
    expect(heads?.rows.find(([name]) => name === 'long polling')?.slice(2, 4)).toEqual(['42.0 kB', '114 kB']);
    const [, , bare, browser] = heads?.rows.find(([name]) => name === 'SSE') ?? [];
    expect(browser).toBe(bare);
    expect(titleOf({})?.header.join()).not.toContain('browser');
  });

  it('give a ceiling as a bound where the server was not used up', () => {
    const ceiling = sampleScenario('http-ceiling');
    const lanes = ceiling.lanes.map((lane) => ({ ...lane, serverCpuShare: { value: 0.5 } }));
    const [first] = scenarioTables({ ...ceiling, lanes }).filter(({ header }) => header[0]?.startsWith('Ceiling'));
    expect(first?.rows.map(([, rate]) => rate)).toEqual(['≥ 40,000', '≥ 44,000', '≥ 6,000']);
  });

  it('have the last receiver only where many at once are what it is about', () => {
    const steady = sampleScenario('steady');
    const lanes = steady.lanes.map((lane) => ({ ...lane, lastReceiverUs: lane.latencyUs }));
    const titles = (settings: ScenarioResult['settings']) =>
      scenarioTables({ ...steady, settings, lanes }).map(({ header: [title] }) => title);
    expect(titles(steady.settings)).not.toContain('Last receiver, ms');
    expect(titles({ ...steady.settings, messagesAtOnce: 50 })).toContain('Last receiver, ms');
  });

  it('have figures as multiples of the control’s', () => {
    expect(row('steady', 'Times that of the control', 'SSE')).toEqual(['SSE', 'bare SSE', '1.08 ±2 %', '0.83 ±2 %']);
    expect(row('fanout', 'Times that of bare ws', '1 client · WebSocket')).toEqual([
      '1 client · WebSocket',
      '1.04 ±2 %',
      '1.02 ±2 %',
    ]);
  });

  it('say of CPU per delivery nothing in fanout, whose few messages are those of a server that rests', () => {
    expect(table('steady', 'Per delivered message')[0]).toContain('CPU µs');
    expect(table('fanout', 'Per delivered message')[0]).not.toContain('CPU µs');
  });

  it('have what silence costs, and memory over connections', () => {
    expect(row('idle', 'Per client and hour', 'long polling')).toEqual(['long polling', '120', '42.0 kB', '26.0']);
    const head = ['Memory', 'per connection', 'kernel, per socket', '95 %', 'at 500', 'at 1,000', 'at 2,000'];
    expect(table('idle', 'Memory')[0]).toEqual(head);
    const sse = ['SSE', '9.70 kB', '3.90 kB', '±2 %', '64.9 MB', '69.7 MB', '79.4 MB'];
    expect(row('idle', 'Memory', 'SSE')).toEqual(sse);
  });

  it('have what each of the other scenarios is about', () => {
    expect(row('capacity', 'At once', 'SSE')).toEqual(['SSE', '10,000', '40', '190 MB']);
    expect(row('recovery', 'Recovery, ms', 'blackhole · short polling')?.[1]).toBe('–');
    expect(row('slow-reader', 'Stopped readers', 'beside 20 stopped readers · SSE')?.slice(1)).toEqual([
      '11.0 kB',
      '220 kB',
    ]);
    expect(row('calibration', 'A known delay, ms', '+5 ms · WebSocket')?.slice(1)).toEqual(['5.00', '5.05']);
    expect(row('saturation', 'At the knee', 'short polling')?.slice(1)).toEqual(['≥ 900,000', '±2 %', '38', '19']);
    const latencies = 'Latency in ms at deliveries a second';
    expect(table('saturation', latencies)[0]).toEqual([latencies, '4,000', '16,000', '64,000', '256,000', '1,024,000']);
    expect(row('saturation', latencies, 'bare ws')?.slice(1)).toEqual(['6.33', '7.31', '11.2', '209', '–']);
    expect(row('http-ceiling', 'Ceiling: empty short poll', 'bare Express')?.slice(1)).toEqual([
      '6,000',
      '±2 %',
      '162',
      '±2 %',
      '97',
    ]);
    expect(tablesOf('sending')[0]?.header[0]).toBe('From publishing to receipt, ms');
    expect(tablesOf('first-message')[0]?.header[0]).toBe('From opening to first message, ms');
  });

  it('have one ledger for each transport, its cases added up, which can’t be overlooked where it is open', () => {
    expect(row('rtt', 'Ledger', 'SSE')).toEqual(['SSE', '60,000', '60,000', '0', '0', '0', 'yes', '0']);
    const rtt = sampleScenario('rtt');
    const lanes = rtt.lanes.map((lane) => (lane.case === '20 ms' ? { ...lane, missing: 3 } : lane));
    expect(
      scenarioTables({ ...rtt, lanes })
        .at(-1)
        ?.rows[2]?.slice(0, 7),
    ).toEqual(['SSE', '60,000', '60,000', '3', '0', '0', 'NO']);
  });
});

describe('the conditions of a scenario', () => {
  it.each([
    ['steady', '100 clients, 5 messages a second at random times, 5 rounds of 7 s, a poll every 1 s, holds of 30 s'],
    [
      'rtt',
      '20 clients of each transport at once, 10 messages a second at random times, 0, 20 and 100 ms of round trip added, ' +
        '5 rounds of 7 s, a poll every 1 s, holds of 30 s',
    ],
    [
      'crossover',
      '4 clients of each transport at once, 0.2, 1 and 5 messages a second at random times, 5 rounds of 7 s, a poll ' +
        'every 1 s, holds of 30 s',
    ],
    ['burst', '100 clients, 50 messages at once, 1 times a second, 5 rounds of 7 s, a poll every 1 s, holds of 30 s'],
    [
      'slow-reader',
      '20 clients, beside 20 readers that stopped reading, 200 messages a second at random times, 5 rounds of 10 s',
    ],
    ['capacity', 'up to 10,000 connections, 1,000 more at a time, a poll every 10 s, holds of 30 s'],
    ['saturation', '1,000 clients, 5 rounds, a poll every 1 s, holds of 30 s'],
    ['http-ceiling', '64 connections, 5 rounds of 1 s'],
  ])('%s', (name, text) => {
    expect(scenarioConditions(sampleScenario(name))).toBe(text);
  });

  it('say how messages are spread, and that silence was shortened', () => {
    const settings = { clients: [10], messagesPerSecond: 200, arrivals: 'periodic', shortened: true };
    expect(scenarioConditions({ name: 'x', settings, lanes: [] })).toBe(
      '10 clients of each transport at once, 200 messages a second at equal distances, hold and heartbeat shortened',
    );
  });
});
