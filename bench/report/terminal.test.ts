import { describe, expect, it } from 'vitest';
import { sampleRun, sampleScenario } from '../testing/sample-run.ts';
import { scenarioText, summaryText } from './terminal.ts';

const textOf = (name: string) => scenarioText(sampleScenario(name));
const names = sampleRun().scenarios.map(({ name }) => name);

/** The lines before the table of what to take, which is a thing of its own. */
function summaryLines(text: string): string[] {
  return (text.split('\nWhich one to take')[0] ?? '').trimEnd().split('\n');
}

describe('a scenario in the terminal', () => {
  it.each(names)('%s fits 100 columns', (name) => {
    for (const line of textOf(name).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('shows measured above predicted, requests and the ledger', () => {
    expect(textOf('steady')).toMatch(/short polling +502 +±2 % +502 +853.*\n +predicted +502 +502 +853/);
    expect(textOf('steady')).toMatch(/long polling +1\.00 +500 +60\.0 +±2 %\n +predicted +1\.00 +501/);
    expect(textOf('steady')).toMatch(/WebSocket +20,000 +20,000 +0 +0 +0 +yes/);
    expect(textOf('idle')).toMatch(/long polling +120 +42\.0 kB/);
  });

  it('says who wins what, and shows warnings by the lane that they are about', () => {
    expect(textOf('steady')).toContain('WebSocket 1.50 ms and SSE 1.60 ms on average');
    expect(textOf('steady')).toContain('Warning: long polling: A sample warning');
  });

  it('a ledger that does not close can’t be overlooked', () => {
    const steady = sampleScenario('steady');
    const lanes = steady.lanes.map((lane) => ({ ...lane, missing: 3 }));
    expect(scenarioText({ ...steady, lanes })).toMatch(/20,000 +3 +0 +0 +NO/);
  });
});

describe('the summary of a run', () => {
  const text = summaryText(sampleRun());

  it('fits 100 columns and about 30 lines, before what to take', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(summaryLines(text).length).toBeLessThanOrEqual(32);
  });

  it('says who wins what and what it costs, one row for each key figure', () => {
    expect(text).toMatch(
      /^Summary: WebSocket and SSE deliver in 1\.50 ms to 1\.60 ms on average, short polling in 502 ms\.\n/,
    );
    expect(text).toMatch(/short polling +long polling +SSE +WebSocket\n/);
    expect(text).toMatch(/Latency, mean, ms +502 +2\.40 +1\.60 ✓ +1\.50 ✓\n/);
    expect(text).toMatch(/Latency, mean, ms, at 100 ms RTT +551 +86\.5 +51\.4 ✓ +51\.4 ✓\n/);
    expect(text).toMatch(/Last of all, mean, ms, of 1,000 clients +[\d.,]+ \*/);
    expect(text).toMatch(/Memory per connection +11\.0 kB +10\.9 kB +9\.70 kB +7\.10 kB ✓\n/);
  });

  it('says how far all this can be believed', () => {
    expect(text).toMatch(
      /The bench itself: 5 ms were added, 5\.05 ms were measured\. WebSocket A beside WebSocket B: no/,
    );
    expect(text).toMatch(/Ledger: [\d,]+ deliveries owed, each came once and in order\./);
    expect(text).toMatch(/Warning: The bench itself was the limit in fanout short polling \(1,000 clients\)/);
    expect(text).toMatch(/Warning: steady, long polling: A sample warning/);
  });

  it('shows only some of many warnings about single lanes, and says where the others stand', () => {
    const run = sampleRun();
    const scenarios = run.scenarios.map((scenario) => ({
      ...scenario,
      lanes: scenario.lanes.map((lane, index) => ({ ...lane, warnings: [`Warning ${index} of this kind.`] })),
    }));
    const lines = summaryText({ ...run, scenarios, warnings: ['The machine was busy.'] }).split('\n');
    const warnings = lines.filter((line) => line.startsWith('Warning: '));
    expect(warnings[0]).toBe('Warning: The machine was busy.');
    expect(warnings).toHaveLength(2 + 4 + 1);
    expect(warnings.at(-1)).toMatch(/^Warning: … and \d+ more about single lanes: they stand with their scenarios\.$/);
  });

  it('can be made of a run that has measured nothing', () => {
    const empty = summaryText({ ...sampleRun(), scenarios: [], warnings: ['The run was interrupted.'] });
    expect(empty).toContain('Summary: A run of the bench.');
    expect(empty).toContain('not calibrated in this run');
    expect(empty).toContain('Warning: The run was interrupted.');
    expect(empty).not.toContain('Ledger');
  });
});
