import { describe, expect, it } from 'vitest';
import type { Lane, Run } from '../run/run-file.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { OTHERS_SHARE, runWarnings } from './run-warnings.ts';
import { allWarnings, harnessText, ledgerText, summaryTable } from './summary.ts';

function changed(scenario: string, change: (lane: Lane) => Lane): Run {
  const run = sampleRun();
  return {
    ...run,
    scenarios: run.scenarios.map((one) => (one.name === scenario ? { ...one, lanes: one.lanes.map(change) } : one)),
  };
}

/** @returns the run without the one lane that the sample has spoiled. */
function sound(run = sampleRun()): Run {
  return {
    ...run,
    scenarios: run.scenarios.map((scenario) => ({
      ...scenario,
      lanes: scenario.lanes.filter((lane) => !lane.spoiled),
    })),
  };
}

describe('the summary', () => {
  it('has columns for transports only, and rows for what was measured only', () => {
    const table = summaryTable({
      ...sampleRun(),
      scenarios: sampleRun().scenarios.filter(({ name }) => name === 'idle'),
    });
    expect(table?.header.map((title) => title.trim())).toEqual([
      '',
      'short polling',
      'long polling',
      'SSE',
      'WebSocket',
    ]);
    expect(table?.rows.map(([label]) => label)).toEqual([
      'Idle: requests an hour',
      'Idle: bytes an hour',
      'Memory per connection',
    ]);
    expect(summaryTable({ ...sampleRun(), scenarios: [] })).toBeNull();
  });

  it('has its columns in the order of the settings, whichever scenario came first', () => {
    const run = sampleRun();
    const header = summaryTable({ ...run, scenarios: run.scenarios.toReversed() })?.header.map((title) => title.trim());
    expect(header).toEqual(['', 'short polling', 'long polling', 'SSE', 'WebSocket']);
  });

  it('has no winners where all are alike, and never a spoiled one', () => {
    const rowOf = (run: Run, label: string) =>
      summaryTable(run)
        ?.rows.find(([first]) => first === label)
        ?.join(' ');
    expect(rowOf(sampleRun(), 'First message, ms, at 100 ms RTT')).not.toContain('✓');
    const spoiled = changed('steady', (lane) => (lane.transport === 'websocket' ? { ...lane, spoiled: true } : lane));
    expect(rowOf(spoiled, 'Latency, mean, ms')).toMatch(/1\.60 ✓ 1\.50 \*/);
  });

  it('says what the load side was, at its worst', () => {
    const busy = changed('burst', (lane) =>
      lane.loader === undefined ? lane : { ...lane, loader: { ...lane.loader, utilisation: 0.61 } },
    );
    expect(harnessText(busy)).toContain('Load side: at most 61 % busy, messages sent at most 0.400 ms late (p99).');
  });

  it('says what is wrong where a ledger is open', () => {
    const open = changed('steady', (lane) => ({ ...lane, missing: 1, duplicated: 2 }));
    expect(ledgerText(open)).toMatch(/^OPEN: [\d,]+ deliveries owed, 6 missing, 12 duplicated, 0 out of order\.$/);
  });
});

describe('warnings about a run', () => {
  it('there are none where all is well', () => {
    expect(runWarnings(sound())).toEqual([]);
  });

  it('come for open ledgers, with the lanes', () => {
    const [warning] = runWarnings(sound(changed('steady', (lane) => ({ ...lane, outOfOrder: 1 }))));
    expect(warning).toMatch(
      /^The ledger is open in steady short polling, steady long polling, steady SSE and 3 more: /,
    );
  });

  it('come where the bench was the limit', () => {
    expect(runWarnings(sampleRun())).toEqual([
      expect.stringMatching(
        /^The bench itself was the limit in fanout short polling \(1,000 clients\): .* Use fewer --clients/,
      ),
    ]);
  });

  it('come for too few rounds, but not where latency is not what transports are compared by', () => {
    const few = sound();
    const scenarios = few.scenarios.map((scenario) => ({ ...scenario, settings: { ...scenario.settings, rounds: 3 } }));
    const [warning = ''] = runWarnings({ ...few, scenarios });
    expect(warning).toContain('Too few rounds for intervals in steady (3 rounds), rtt (3 rounds)');
    expect(warning).toContain('--rounds 5 or more');
    for (const name of ['http-ceiling', 'idle', 'slow-reader', 'capacity']) expect(warning).not.toContain(name);
  });

  it('come where rounds differ much', () => {
    const wide = changed('steady', (lane) =>
      lane.transport === 'sse' && lane.latencyUs !== undefined
        ? { ...lane, latencyUs: { ...lane.latencyUs, mean: { value: 1600, low: 1000, high: 2300 } } }
        : lane,
    );
    expect(runWarnings(sound(wide))).toEqual([
      expect.stringContaining(
        'The rounds differ much from each other in 1 lane, most in steady SSE (±41 %): 5 rounds say only roughly',
      ),
    ]);
  });

  it('come where other programs used the processors, and where that is not known nobody is blamed', () => {
    const busy = (share: number) => {
      const { scenarios, ...run } = sound();
      return { ...run, scenarios: scenarios.map((one) => (one.name === 'rtt' ? { ...one, othersShare: share } : one)) };
    };
    expect(runWarnings(busy(OTHERS_SHARE))).toEqual([]);
    expect(runWarnings(busy(0.123))).toEqual([
      expect.stringContaining('Other programs used a part of the processors’ time during rtt (12 %): close them'),
    ]);
  });

  it('are told once each, and those of lanes that the bench spoiled are not repeated', () => {
    const [limit = ''] = runWarnings(sampleRun());
    const { ofRun, ofLanes } = allWarnings({ ...sampleRun(), warnings: ['The machine was busy.', limit] });
    expect(ofRun).toEqual(['The machine was busy.', limit]);
    expect(ofLanes).toEqual(['steady, long polling: A sample warning, with a reason and a remedy.']);
  });
});
