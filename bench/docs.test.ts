import { describe, expect, it } from 'vitest';
import { readRun, referenceRun, runsToShow, staleDocs } from './docs.ts';
import { runFileText } from './run/run-file.ts';
import { sampleRun } from './testing/sample-run.ts';

const run = (id: string, day: number, size: string | undefined, complete = true) => ({
  ...sampleRun(),
  id,
  startedAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
  complete,
  settings: size === undefined ? {} : { size },
});

describe('docs', () => {
  it('show what results/ and the sources say (npm run docs draws them anew)', async () => {
    expect(await staleDocs()).toEqual([]);
  });

  it('are drawn from the newest complete full run, else from the newest default one, else from a quick one', () => {
    const runs = [
      run('quick', 9, 'quick'),
      run('broken', 8, 'full', false),
      run('default', 7, 'default'),
      run('new', 6, 'full'),
      run('old', 5, 'full'),
      run('unknown', 4, undefined),
    ];
    const without = (...ids: string[]) => referenceRun(runs.filter(({ id }) => !ids.includes(id)))?.id;
    expect(without()).toBe('new');
    expect(without('new')).toBe('old');
    expect(without('new', 'old')).toBe('default');
    expect(without('new', 'old', 'default')).toBe('unknown');
    expect(without('new', 'old', 'default', 'unknown')).toBe('quick');
    expect(referenceRun([])).toBeNull();
  });

  it('are not drawn from a run that only repeats published claims', () => {
    const claims = {
      ...run('claims', 9, 'full'),
      scenarios: [{ name: 'folklore', settings: {}, lanes: [], claims: [] }],
    };
    expect(referenceRun([claims, run('full', 1, 'full')])?.id).toBe('full');
    expect(referenceRun([claims])).toBeNull();
  });

  it('let one choose between that run and the newest others, but for quick and broken ones', () => {
    const runs = [
      run('default', 9, 'default'),
      run('quick', 8, 'quick'),
      run('broken', 7, 'full', false),
      ...[1, 2, 3, 4, 5].map((day) => run(`full-${day}`, day, 'full')),
    ];
    expect(runsToShow(runs).map(({ id }) => id)).toEqual(['full-5', 'default', 'full-4', 'full-3', 'full-2']);
    expect(runsToShow([])).toEqual([]);
  });
});

describe('a run file', () => {
  const text = runFileText(sampleRun());

  it('is read', () => {
    expect(readRun(text, 'results/a/run.json').id).toBe(sampleRun().id);
  });

  it('of another version is refused with both versions and a remedy', () => {
    const foreign = text.replace('"schema": 1', '"schema": 7');
    expect(() => readRun(foreign, 'results/a/run.json')).toThrow(
      'results/a/run.json is a run file of version 7, and this is the bench of version 1: move it out of results/',
    );
  });

  it('that is none is refused with what is wrong', () => {
    expect(() => readRun('{"schema": 1}', 'results/a/run.json')).toThrow(/^results\/a\/run\.json is no run file: /);
    expect(() => readRun('{', 'results/a/run.json')).toThrow(/^results\/a\/run\.json is no run file: .*JSON/);
  });
});
