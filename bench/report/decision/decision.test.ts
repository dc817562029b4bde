import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../package-root.ts';
import { type Figure, parseRunFile, type Run } from '../../run/run-file.ts';
import { overRounds } from '../../stats/over-rounds.ts';
import { modelRun } from '../../testing/model-run.ts';
import { sampleCosts } from '../../testing/sample-costs.ts';
import { sampleRun } from '../../testing/sample-run.ts';
import { terminalTable } from '../table.ts';
import { decisionChart, decisionNotes, decisionTable, decisionView } from './decision.ts';

const run = modelRun();
/** All that are stored. */
const stored = ((root) =>
  readdirSync(root)
    .map((folder) => join(root, folder, 'run.json'))
    .filter((file) => existsSync(file))
    .map((file) => parseRunFile(readFileSync(file, 'utf8'))))(join(packageRoot(), 'results'));
const idleOnly: Run = { ...run, scenarios: run.scenarios.filter(({ name }) => name === 'idle') };

describe('the decision', () => {
  it('fits the terminal', () => {
    for (const one of [run, sampleRun()]) {
      const table = decisionTable(one);
      expect(table).not.toBeNull();
      if (table === null) continue;
      const widest = Math.max(...terminalTable(table).map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(98);
    }
  });

  it('takes different transports in different situations, and says of the others why not', () => {
    const table = decisionTable(run);
    const takenIn = (what: string) => {
      const row = table?.rows.find(([first]) => first?.startsWith(what)) ?? [];
      return table?.header[row.indexOf('take')];
    };
    expect(takenIn('status page')).toBe('short polling');
    expect(takenIn('chat')).toBe('SSE');
    expect(takenIn('cursors')).toBe('WebSocket');
    const scores = table?.rows.find(([first]) => first?.startsWith('scores')) ?? [];
    expect(scores.slice(1)).toEqual(['too slow', 'costly: bytes', 'take', 'will do']);
  });

  it('states its rule and its conditions', () => {
    const notes = decisionNotes(run).join(' ');
    expect(notes).toContain('messages of 100 bytes');
    expect(notes).toContain('twice the least');
    expect(notes).toContain('about six connections');
    expect(notes).toContain('`npm run bench -- --scenarios costs`');
  });

  it('is a map too, with the finding as its title', () => {
    const chart = decisionChart(run);
    expect(chart?.title).toMatch(/short polling will do; else take SSE or WebSocket; long polling keeps up to about/);
    expect(chart?.conditions).toContain('1,000 clients, 50 ms of round trip');
    expect(chart?.source).toContain('commit 0123456');
    expect(chart?.areas.length).toBeGreaterThanOrEqual(4);
  });

  it('is not made without the figures for it', () => {
    expect([decisionTable(idleOnly), decisionChart(idleOnly), decisionView(idleOnly)]).toEqual([null, null, null]);
    expect(decisionNotes(idleOnly)).toEqual([]);
  });
});

describe('a run that measured a busy server', () => {
  const rest = run.scenarios.filter(({ name }) => name !== 'costs');
  /** Every measured CPU is so many times as much. */
  const withCosts = (times: number): Run => {
    const text = JSON.stringify(sampleCosts(), (key, value: unknown) => {
      const isFigure = key.startsWith('serverCpu') && typeof value === 'object' && value !== null;
      if (!isFigure) return value;
      const { rounds = [] } = value as Figure;
      return overRounds(rounds.map((one, round) => one * times * (1 + 0.01 * Math.sin(round * times))));
    });
    return { ...run, scenarios: [...rest, JSON.parse(text) as Run['scenarios'][number]] };
  };

  it('decides by CPU too, and gives another run of the same commit the same verdicts', () => {
    const tables = [withCosts(1), withCosts(1.06), withCosts(0.95)].map(decisionTable);
    expect(tables[0]?.rows.flat()).toContain('costly: CPU');
    expect(tables[1]).toEqual(tables[0]);
    expect(tables[2]).toEqual(tables[0]);
  });

  it('no longer says that it does not know', () => {
    expect(decisionNotes(withCosts(1)).join(' ')).not.toContain('not known');
  });
});

describe('the runs in results/', () => {
  it('give the same verdict in every row, or say that they do not know', () => {
    const tables = stored.flatMap((one) => decisionTable(one) ?? []);
    expect(tables.length).toBeGreaterThan(1);
    const [first] = tables;
    for (const table of tables.slice(1)) {
      expect(table.header).toEqual(first?.header);
      for (const [row, cells] of table.rows.entries()) {
        for (const [column, cell] of cells.entries()) {
          const other = first?.rows[row]?.[column] ?? '';
          if (![cell, other].includes('not known')) expect(cell, `${cells[0]}, ${table.header[column]}`).toBe(other);
        }
      }
    }
  });

  it('do not say "not known" of everything', () => {
    for (const table of stored.flatMap((one) => decisionTable(one) ?? [])) {
      expect(table.rows.filter((row) => row.includes('take')).length).toBeGreaterThanOrEqual(table.rows.length - 2);
    }
  });
});
