// What is said of a run is no more than its numbers: over the sample, and over every run that is stored in results/.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { FIGURES } from '../run/figures.ts';
import { shownFigure } from '../run/lane-figures.ts';
import { parseRunFile, type Run } from '../run/run-file.ts';
import { sampleRun, sampleScenario } from '../testing/sample-run.ts';
import { charts } from './charts.ts';
import { compareRuns } from './compare.ts';
import { compareText } from './compare-text.ts';
import { likeness } from './contest.ts';
import { findings } from './findings.ts';
import { resultsMarkdown } from './markdown.ts';
import { runWarnings } from './run-warnings.ts';
import { summaryTable } from './summary.ts';

const root = join(packageRoot(), 'results');
const stored: Run[] = readdirSync(root)
  .map((folder) => join(root, folder, 'run.json'))
  .filter((file) => existsSync(file))
  .map((file) => parseRunFile(readFileSync(file, 'utf8')));
const told = (run: Run) => run.scenarios.flatMap((one) => findings(one).map(({ about, text }) => `${about}: ${text}`));

describe('two stored runs of programs that differ in nothing that is measured', () => {
  it('are neither better nor worse in anything', () => {
    const [one, other] = stored;
    if (one === undefined || other === undefined) throw new Error('results/ holds two runs');
    for (const comparison of [compareRuns(one, other), compareRuns(other, one)]) {
      expect(comparison.changes.filter(({ verdict }) => verdict === 'changed')).toEqual([]);
      expect(compareText(comparison)).not.toMatch(/ (?:better|worse)$/m);
    }
  });

  it('share the level out among all that is compared', () => {
    const { level, changes } = compareRuns(sampleRun(), sampleRun());
    expect(level).toBeCloseTo(0.05 / changes.length, 12);
  });
});

describe('a tie', () => {
  it('of which an interval leaves out 1 is a difference, and smaller than that', () => {
    expect(likeness({ value: 0.985, low: 0.984, high: 0.987 })).toBe('less than 2 %');
    expect(likeness({ value: 1.004, low: 1.003, high: 1.005 })).toBe('less than 2 %');
    expect(likeness({ value: 1.03, low: 1.005, high: 1.045 })).toBe('less than 5 %');
    expect(likeness({ value: 0.99, low: 0.95, high: 1.03 })).toBe('no detectable difference');
    expect(likeness({ value: 1 })).toBe('no detectable difference');
  });

  it('never has the winner’s number for all of it', () => {
    const text = told(sampleRun()).join('\n');
    expect(text).toContain('WebSocket 1.50 ms and SSE 1.60 ms');
    expect(text).not.toMatch(/ with [\d.]+ ms/);
  });
});

describe('a percentile', () => {
  it('takes ten independent events beyond it: a message to fifty clients is one', () => {
    const [lane] = sampleScenario('steady').lanes;
    if (lane === undefined) throw new Error('no lane');
    const shown = (messages: number) =>
      (['p50', 'p90', 'p95', 'p99', 'p99.9'] as const).filter((name) => shownFigure({ ...lane, messages }, name));
    expect(shown(8)).toEqual([]);
    expect(shown(100)).toEqual(['p50', 'p90']);
    expect(shown(999)).toEqual(['p50', 'p90', 'p95']);
    expect(shown(1000)).toEqual(['p50', 'p90', 'p95', 'p99']);
    expect(shown(10_000)).toHaveLength(5);
    expect(FIGURES.filter(({ events = 1 }) => events >= 1000).map(({ name }) => name)).toEqual([
      'p99',
      'p99.9',
      'last.p99',
      'last.p99.9',
    ]);
  });
});

describe('what follows from a setting', () => {
  it('is said as that: flags, timers, intervals, and one POST timed several times', () => {
    for (const run of stored) {
      const text = told(run).join('\n');
      expect(text).not.toMatch(/(?:Lowest latency|Last one served).*short polling [\d.,]+ times/);
      expect(text).not.toMatch(/Back soonest|Soonest stored/);
      if (run.scenarios.some(({ name }) => name === 'sending')) expect(text).toContain('one and the same POST for');
      if (run.scenarios.some(({ name }) => name === 'capacity'))
        expect(text).toMatch(/no more were tried \(--max-clients/);
      if (run.scenarios.some(({ name }) => name === 'recovery')) expect(text).toContain('2.5 heartbeats');
    }
  });

  it('is a shortened hold, in the row that it changes', () => {
    const short = stored.find(({ scenarios }) => scenarios.some(({ settings }) => settings['shortened'] === true));
    const labels = summaryTable(short ?? sampleRun())?.rows.map(([label]) => label);
    expect(labels).toContain('Idle: requests an hour (holds of only 5 s)');
  });
});

describe('the window is blamed where it is short', () => {
  it('and not the machine', () => {
    for (const run of stored) {
      const warnings = runWarnings(run).filter((text) => text.startsWith('The rounds differ much'));
      for (const text of warnings.filter((one) => one.includes('fanout'))) {
        expect(text).toContain('their windows are short');
        expect(text).not.toMatch(/used the (?:machine|processors)/);
      }
    }
  });
});

describe('a prediction that does not hold', () => {
  it('is shown as such', () => {
    const full = stored.find(({ scenarios }) => scenarios.some(({ name }) => name === 'crossover'));
    if (full === undefined) throw new Error('results/ holds a full run');
    const text = resultsMarkdown(full);
    const rows = text.split('\n');
    const at = rows.findIndex((row) => row.startsWith('| 100 clients · long polling'));
    expect(rows[at + 1]).toMatch(/predicted, and not so/);
  });
});

describe('bytes, memory and names', () => {
  it('are those of the TCP payload, without the kernel’s, and for people', () => {
    for (const run of stored) {
      const text = `${resultsMarkdown(run)}\n${charts(run)
        .map(({ title, alt }) => `${title} ${alt}`)
        .join('\n')}`;
      expect(text).not.toMatch(/on the wire/);
      expect(text).toContain('TCP payload');
      expect(text).toMatch(/kernel/);
      const prose = text.replace(/`[^`]*`|\([^)]*\.(?:svg|json|md|html)\)/g, '');
      expect(prose.match(/.{20}\b(?:short-polling|long-polling|websocket|sse|bare-ws)\b.{10}/g) ?? []).toEqual([]);
    }
  });
});
