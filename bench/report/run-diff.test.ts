import { describe, expect, it } from 'vitest';
import { modelRun } from '../testing/model-run.ts';
import { runDiffs } from './run-diff.ts';

const newer = modelRun();
const slower = modelRun({ id: 'slower', startedAt: '2026-02-01T08:00:00.000Z', slowness: 1.5, seed: 7 });
const again = modelRun({ id: 'again', startedAt: '2026-01-01T08:00:00.000Z', seed: 8 });

describe('runs beside each other', () => {
  const diffs = runDiffs([newer, again, slower]);

  it('are every two, from the older to the newer', () => {
    expect(diffs.map(({ from, to }) => `${from} ${to}`)).toEqual([
      `again slower`,
      `again ${newer.id}`,
      `slower ${newer.id}`,
    ]);
    expect(runDiffs([newer])).toEqual([]);
  });

  it('say what became better, with the interval of the ratio', () => {
    const steady = diffs[2]?.scenarios.find(({ name }) => name === 'steady')?.figures ?? [];
    const cpu = steady.find(([lane, figure]) => lane === 'sse' && figure === 'server CPU per delivery');
    expect(cpu?.[4]).toMatch(/^0\.6\d times \[0\.\d\d, 0\.\d\d\]$/);
    expect(cpu?.[5]).toBe('better');
    const bytes = steady.find(([lane, figure]) => lane === 'sse' && figure === 'bytes per delivery');
    expect(bytes?.[5]).toBe('same');
  });

  it('say what became worse', () => {
    const states = diffs[0]?.scenarios.flatMap(({ figures }) => figures.map(([, , , , , state]) => state)) ?? [];
    expect(states).toContain('worse');
    expect(states).not.toContain('better');
  });

  it('find nothing between two runs of the same', () => {
    const states = diffs[1]?.scenarios.flatMap(({ figures }) => figures.map(([, , , , , state]) => state)) ?? [];
    expect(states.length).toBeGreaterThan(100);
    expect(states.filter((state) => state === 'better' || state === 'worse').length).toBeLessThan(states.length / 50);
  });

  it('leave out times where the machines differ, and say so', () => {
    const other = { ...again, environment: { ...again.environment, cpu: 'Another CPU' } };
    const [diff] = runDiffs([newer, other]);
    const names = new Set(diff?.scenarios.flatMap(({ figures }) => figures.map(([, figure]) => figure)));
    expect(names.has('requests per delivery')).toBe(true);
    expect(names.has('latency mean')).toBe(false);
    expect(diff?.notes.join(' ')).toMatch(/different machines.*Different machine: .*Another CPU/s);
  });
});
