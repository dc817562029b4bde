import { describe, expect, it } from 'vitest';
import type { Run } from '../../run/run-file.ts';
import { modelRun } from '../../testing/model-run.ts';
import { sampleRun } from '../../testing/sample-run.ts';
import { terminalTable } from '../table.ts';
import { decisionChart, decisionNotes, decisionTable, decisionView } from './decision.ts';

const run = modelRun();
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

  it('takes different transports in different situations, and says what each would cost', () => {
    const rows = decisionTable(run)?.rows ?? [];
    const takenIn = (what: string) => rows.find(([first]) => first?.startsWith(what))?.at(-1);
    expect(takenIn('status page')).toBe('short-polling');
    expect(takenIn('alerts')).toBe('sse');
    expect(takenIn('cursors')).toBe('websocket');
    const scores = rows.find(([first]) => first?.startsWith('scores')) ?? [];
    expect(scores[1]).toBe('too slow');
    expect(Number(scores[2])).toBeGreaterThan(2 * Number(scores[3]));
  });

  it('states its rule and its conditions', () => {
    const notes = decisionNotes(run).join(' ');
    expect(notes).toContain('messages of 100 bytes');
    expect(notes).toContain('twice the least');
    expect(notes).toContain('about six connections');
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
