import { describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../run/run-file.ts';
import { sampleRun, sampleScenario } from '../testing/sample-run.ts';
import { findings, headline, scenarioWarnings } from './findings.ts';

/** @returns the findings as lines: `Lowest latency: …`. */
function told(scenario: ScenarioResult): string[] {
  return findings(scenario).map(({ about, text }) => `${about}: ${text}`);
}

function textOf(name: string): string {
  return told(sampleScenario(name)).join('\n');
}

describe('findings', () => {
  it('say who wins by how much where rounds were compared, and who can’t be told apart', () => {
    expect(textOf('steady')).toContain(
      'Lowest latency: WebSocket 1.50 ms and SSE 1.60 ms on average (no detectable difference); long polling 1.60 ' +
        'times [1.54, 1.66]; short polling 502 ms, of which 500 ms are half its interval, a setting.',
    );
  });

  it('go by the intervals where nothing was compared', () => {
    const { comparisons: _, ...steady } = sampleScenario('steady');
    expect(told(steady)[0]).toBe(
      'Lowest latency: WebSocket 1.50 ms on average; SSE 1.07 times as much; long polling 1.60 times as much; ' +
        'short polling 502 ms, of which 500 ms are half its interval, a setting.',
    );
    expect(textOf('idle')).toContain('Fewest requests: SSE and WebSocket 0 an hour; long polling 120');
    expect(textOf('idle')).toContain(
      'Least memory: WebSocket 7.10 kB per connection, that of the kernel not included; SSE 1.37 times as much',
    );
  });

  it('leave out what the bench itself spoiled, and the controls', () => {
    const steady = sampleScenario('steady');
    const lanes = steady.lanes.map((lane) => (lane.transport === 'websocket' ? { ...lane, spoiled: true } : lane));
    const text = told({ ...steady, lanes }).join('\n');
    expect(text).not.toContain('WebSocket');
    expect(text).not.toContain('bare ');
    expect(text).toContain('Lowest latency: SSE 1.60 ms on average; long polling 1.50 times [1.44, 1.56]');
  });

  it('are told for each case where the cases differ in the way, and for the most clients where they differ in these', () => {
    const rtt = findings(sampleScenario('rtt')).map(({ about }) => about);
    expect(rtt).toEqual(['Lowest latency, 0 ms RTT', 'Lowest latency, 20 ms RTT', 'Lowest latency, 100 ms RTT']);
    const fanout = findings(sampleScenario('fanout')).map(({ about }) => about);
    expect(fanout).toContain('Last one served, 1,000 clients');
    expect(fanout.every((about) => about.endsWith(', 1,000 clients'))).toBe(true);
    // Spoiled there, though not with fewer clients.
    expect(textOf('fanout')).not.toContain('short polling');
  });

  it('find the rate at which long polling begins to make more requests than short polling', () => {
    expect(textOf('crossover')).toBe(
      'Break-even: long polling makes more requests than short polling from about 1.00 messages a second on: 0.20 ' +
        'times as many at 0.2/s, 1.00 times as many at 1/s, 5.0 times as many at 5/s.',
    );
    const crossover = sampleScenario('crossover');
    const ends = crossover.lanes.filter((lane) => lane.case !== '1/s');
    expect(told({ ...crossover, lanes: ends })[0]).toContain('from about 1.00 messages a second on: 0.20 times');
    const fewer = crossover.lanes.filter((lane) => lane.case !== '5/s');
    expect(told({ ...crossover, lanes: fewer })[0]).toContain('at none of these rates');
  });

  it('say up to what load deliveries are in time, and of whom that is only a bound', () => {
    expect(textOf('saturation')).toContain(
      'short polling at least 900,000; long polling 12,000; ' +
        'SSE 800,000 (6.40 times [6.27, 6.53] that of bare SSE);',
    );
  });

  it('say of a ceiling what each request costs beside bare servers, and where it is only a lower bound', () => {
    expect(textOf('http-ceiling')).toContain(
      'Ceiling, empty short poll: 40,000 a second; 24.3 µs of server CPU each, 1.10 times that of bare node:http and 0.15 ' +
        'times that of bare Express.',
    );
    const ceiling = sampleScenario('http-ceiling');
    const lanes = ceiling.lanes.map((lane) => ({ ...lane, serverCpuShare: { value: 0.5 } }));
    expect(told({ ...ceiling, lanes })[0]).toContain('at least 40,000 a second');
  });

  it('say what stopped the search for the capacity', () => {
    expect(textOf('capacity')).toBe(
      'Capacity: short polling: 6,000 connections (stopped by: a message did not reach everybody within 5 s); ' +
        'long polling, SSE and WebSocket: at least 10,000 connections, all of them served: no more were tried ' +
        '(--max-clients 10000).',
    );
  });

  it('say what stopped readers cost the server, and the others', () => {
    const text = textOf('slow-reader');
    expect(text).toContain(
      'Least held, beside 20 stopped readers: SSE 11.0 kB for each stopped reader; WebSocket 1.45 times as much.',
    );
    expect(text).toContain(
      'Going on: p99 of the others beside stopped readers: SSE no detectable difference (1.01 times',
    );
    expect(text).not.toContain('Lowest latency');
  });

  it('say what the bench measured of what it knows', () => {
    expect(told(sampleScenario('calibration'))).toEqual([
      'A known delay: 5 ms were added, 5.05 ms were measured.',
      'The same twice: WebSocket A beside WebSocket B: no detectable difference (1.00 times [0.96, 1.05]).',
      'Floor: 0.060 ms (p50) for a raw TCP echo, which does nothing.',
    ]);
    const calibration = sampleScenario('calibration');
    const comparisons = calibration.comparisons?.map((one) => ({ ...one, different: true })) ?? [];
    expect(told({ ...calibration, comparisons })[1]).toContain('the bench sees a difference where there is none');
  });
});

describe('warnings of a scenario', () => {
  it('come once each, with the lanes that they are about', () => {
    const lanes = sampleScenario('rtt').lanes.map((lane) => ({
      ...lane,
      warnings: lane.transport === 'sse' && lane.case !== '0 ms' ? ['Mind this.'] : [],
    }));
    expect(scenarioWarnings({ name: 'rtt', settings: {}, lanes })).toEqual([
      'SSE (20 ms RTT) and SSE (100 ms RTT): Mind this.',
    ]);
  });

  it('name only some of many lanes', () => {
    const { lanes } = sampleScenario('rtt');
    const warned = (count: number) =>
      lanes.map((lane, index) => ({ ...lane, warnings: index < count ? ['Mind.'] : [] }));
    expect(scenarioWarnings({ name: 'rtt', settings: {}, lanes: warned(7) })).toEqual([
      'short polling (0 ms RTT), long polling (0 ms RTT), SSE (0 ms RTT), WebSocket (0 ms RTT) and 3 more: Mind.',
    ]);
    expect(scenarioWarnings({ name: 'rtt', settings: {}, lanes: warned(12) })).toEqual(['all of them: Mind.']);
  });
});

it('a run has its finding as headline', () => {
  expect(headline(sampleRun())).toBe(
    'WebSocket and SSE deliver in 1.50 ms to 1.60 ms on average, short polling in 502 ms',
  );
  expect(headline({ ...sampleRun(), scenarios: [] })).toBe('A run of the bench');
  const only = (...names: string[]) => {
    const steady = sampleScenario('steady');
    const lanes = steady.lanes.filter(({ transport = '' }) => names.includes(transport));
    return headline({ ...sampleRun(), scenarios: [{ ...steady, lanes }] });
  };
  expect(only('sse', 'websocket')).toBe('WebSocket and SSE deliver in 1.50 ms to 1.60 ms on average');
  expect(only('sse')).toBe('SSE delivers in 1.60 ms on average');
});
