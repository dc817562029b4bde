import { describe, expect, it } from 'vitest';
import { sampleRun } from '../testing/sample-run.ts';
import { scenarioText, summaryText } from './terminal.ts';

function textOf(name: string): string {
  const scenario = sampleRun().scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`the sample has no ${name}`);
  return scenarioText(scenario);
}

describe('a run in the terminal', () => {
  it.each(['steady', 'idle', 'http-ceiling'])('%s fits 100 columns', (name) => {
    for (const line of textOf(name).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('shows measured beside predicted, requests and the ledger', () => {
    expect(textOf('steady')).toMatch(/short-polling +502 +±2 % +502 +502 +853/);
    expect(textOf('steady')).toMatch(/long-polling +1\.00 +1\.00 +500 +60\.0/);
    expect(textOf('steady')).toMatch(/websocket +20,000 +20,000 +0 +0 +0 +yes/);
    expect(textOf('idle')).toMatch(/long-polling +120 +120 +42\.0 kB/);
  });

  it('says who wins what', () => {
    expect(textOf('steady')).toContain('websocket with 1.50 ms on average; sse 1.07 times as much');
    expect(textOf('idle')).toContain('sse and websocket with 0 an hour; long-polling 120 an hour');
    expect(textOf('http-ceiling')).toContain('40,000 a second; 24.3 µs of server CPU each, 1.10 times what a bare');
  });

  it('shows warnings by the lane that they are about', () => {
    expect(textOf('steady')).toContain('Warning: long-polling: A sample warning');
    expect(summaryText({ ...sampleRun(), warnings: ['The machine was busy.'] })).toBe('Warning: The machine was busy.');
  });

  it('a ledger that does not close can’t be overlooked', () => {
    const [steady] = sampleRun().scenarios;
    const lanes = steady?.lanes.map((lane) => ({ ...lane, missing: 3 })) ?? [];
    expect(scenarioText({ name: 'steady', settings: {}, lanes })).toMatch(/20,000 +3 +0 +0 +NO/);
  });
});
