import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRunFile, type Run, type ScenarioResult } from './report/run-file.ts';
import { isSound, type RunBenchOptions, runBench, runId } from './run-bench.ts';
import { chosenScenarios } from './scenarios/index.ts';
import { sampleRun } from './testing/sample-run.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const settings = {
  quick: false,
  transports: ['sse'],
  scenarios: ['steady', 'idle', 'http-ceiling'],
  clients: 1,
  messagesPerSecond: 5,
  durationMs: 1000,
  rounds: 1,
  pollIntervalMs: 1000,
  seed: 1,
};

function written(): Run {
  return parseRunFile(readFileSync(join(folder, 'run.json'), 'utf8'));
}

function result(name: string): ScenarioResult {
  return { name, settings: {}, lanes: [{ transport: 'sse', rounds: 1, warnings: [] }] };
}

function run(options: Partial<RunBenchOptions>): Promise<Run> {
  return runBench({
    id: 'test',
    settings,
    scenarios: chosenScenarios(settings),
    transports: [],
    environment: sampleRun().environment,
    out: folder,
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
    const done = await run({ finished: () => seen.push(written().scenarios.length) });
    expect(seen).toEqual([1, 2, 3]);
    expect(written()).toEqual(done);
    expect(done.complete).toBe(true);
    expect(isSound(done)).toBe(true);
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
    expect(written()).toEqual(done);
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

  it('leaves no half-written file', async () => {
    await run({});
    expect(existsSync(join(folder, 'run.json.part'))).toBe(false);
  });
});

it('a run’s id is its time, as a file name of any system', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  expect(runId(at, false)).toBe('2026-01-02t030405z');
  expect(runId(at, true)).toBe('2026-01-02t030405z-quick');
});
