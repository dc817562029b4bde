import { describe, expect, it } from 'vitest';
import type { Run, ScenarioResult } from './run/run-file.ts';
import { isSound, type RunBenchOptions, runBench, runId } from './run-bench.ts';
import { chosenScenarios } from './scenarios/index.ts';
import { sampleRun } from './testing/sample-run.ts';
import { benchSettings } from './testing/settings.ts';

const settings = benchSettings({ scenarios: ['steady', 'idle', 'http-ceiling'] });
const noFleet = {
  openCrowd: () => Promise.reject(new Error('not used')),
  openAskers: () => Promise.reject(new Error('not used')),
  watch: () => Promise.reject(new Error('not used')),
  ended: new Promise<never>(() => undefined),
  pids: [],
  stop: async () => undefined,
};

function result(name: string): ScenarioResult {
  return { name, settings: {}, lanes: [{ transport: 'sse', rounds: 1, warnings: [] }] };
}

/** What was kept, the last one last. */
let written: Run[] = [];

function run(options: Partial<RunBenchOptions>): Promise<Run> {
  written = [];
  return runBench({
    id: 'test',
    settings,
    scenarios: chosenScenarios(settings),
    transports: [],
    environment: sampleRun().environment,
    fleet: noFleet,
    notPlayable: () => null,
    readUse: () => null,
    write: (soFar) => written.push(soFar),
    signal: new AbortController().signal,
    runScenario: async ({ name }) => result(name),
    progress: () => undefined,
    finished: () => undefined,
    ...options,
  });
}

describe('a run', () => {
  it('is written after every scenario, and complete at the end', async () => {
    const seen: number[] = [];
    const done = await run({ finished: () => seen.push(written.at(-1)?.scenarios.length ?? 0) });
    expect(seen).toEqual([1, 2, 3]);
    expect(written.at(-1)).toEqual(done);
    expect(done.complete).toBe(true);
    expect(isSound(done)).toBe(true);
  });

  it('says of each scenario how much the processors did for others meanwhile, where that is known', async () => {
    expect((await run({})).scenarios.every((scenario) => scenario.othersShare === undefined)).toBe(true);
    let looks = 0;
    const readUse = () => ({ unclaimed: 200 * looks, seen: 0, total: 1000 * looks++ });
    const done = await run({ readUse });
    expect(done.scenarios.map((scenario) => scenario.othersShare)).toEqual([0.2, 0.2, 0.2]);
  });

  it('keeps what was finished when it is interrupted', async () => {
    const controller = new AbortController();
    const done = await run({
      signal: controller.signal,
      runScenario: async ({ name }) => {
        if (name === 'idle') {
          controller.abort(new Error('interrupted'));
          throw controller.signal.reason;
        }
        return result(name);
      },
    });
    expect(written.at(-1)).toEqual(done);
    expect(done.scenarios.map(({ name }) => name)).toEqual(['steady']);
    expect(done.warnings.join()).toContain('interrupted');
    expect(isSound(done)).toBe(false);
  });

  it('goes on after a scenario that failed, says why, and is not sound', async () => {
    const done = await run({
      runScenario: async ({ name }) => {
        if (name === 'steady') throw new Error('the server fell over');
        return result(name);
      },
    });
    expect(done.scenarios.map(({ name }) => name)).toEqual(['idle', 'http-ceiling']);
    expect(done.warnings.join()).toContain('steady failed: the server fell over');
    expect(done.complete).toBe(false);
    expect(isSound(done)).toBe(false);
  });

  it('is not sound where a ledger does not close', async () => {
    const lane = { transport: 'sse', rounds: 1, expected: 2, delivered: 1, missing: 1, warnings: [] };
    const done = await run({ runScenario: async ({ name }) => ({ name, settings: {}, lanes: [lane] }) });
    expect(done.complete).toBe(true);
    expect(isSound(done)).toBe(false);
  });

  it('says of a machine that did not become quiet how busy it was, and believes a quiet one more than its average', async () => {
    const { environment } = sampleRun();
    const busy = { ...environment, loadAverage: [9, 9, 9] as [number, number, number] };
    const warnings = async (quiet?: { waitedMs: number; found: boolean; busyShare: number }) =>
      (await run({ environment: quiet === undefined ? busy : { ...busy, quiet } })).warnings.join();
    expect(await warnings()).toContain('load average 9.0');
    expect(await warnings({ waitedMs: 12_000, found: true, busyShare: 0.01 })).toBe('');
    expect(await warnings({ waitedMs: 60_000, found: false, busyShare: 0.43 })).toContain(
      'did not become quiet in 60 s: 43 % of its processors’ time',
    );
  });

  it('leaves out what can’t be played, and says so, without being any less complete', async () => {
    const done = await run({ notPlayable: ({ name }) => (name === 'idle' ? 'idle was left out' : null) });
    expect(done.scenarios.map(({ name }) => name)).toEqual(['steady', 'http-ceiling']);
    expect(done.warnings).toContain('idle was left out');
    expect(isSound(done)).toBe(true);
  });
});

it('a run’s id is its time, as a file name of any system', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  expect(runId(at, 'default')).toBe('2026-01-02t030405z');
  expect(runId(at, 'quick')).toBe('2026-01-02t030405z-quick');
});
